"""A public form by its address: what it says, whether it takes anything now, and with which rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.access.strangers import to_correct, to_create
from engines.form import AppModel, FieldModel, FormModel
from engines.store import publics
from frontend.texts import LOCALES
from runtime.publics.offering import Offered, offered, several
from runtime.publics.signing import about_in
from runtime.web.call import Call
from schemas.errors import Issue, NotFound
from schemas.publics import PublicForm, Question, publics_of


@dataclass(eq=False)
class Opened:
    """A public form and the link that led to it. ``about``: the record that the link is about.

    ``response``: what was sent before and is corrected now. ``choices``: what is offered, by question;
    ``chosen``: what was.
    """

    app: AppModel
    said: PublicForm
    link: publics.Link
    about: int | None = None
    response: publics.Response | None = None
    choices: Offered = field(default_factory=dict)
    chosen: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def form(self) -> FormModel:
        """Return the form whose records it makes."""
        return self.app.forms[self.said.form]

    @property
    def uid(self) -> int:
        """Return what it is counted under."""
        return self.link.public_uid

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions by the key of their field, in their order; none with nothing to choose."""
        return {each.field: each for each in self.said.questions if not self._idle(each)}

    def _idle(self, said: Question) -> bool:
        must = said.required or self.form.fields[said.field].options.required
        return not must and said.field in self.choices and not self.choices[said.field]

    @property
    def fields(self) -> list[FieldModel]:
        """Return the fields that are asked for, in the order of the questions."""
        return [self.form.fields[key] for key in self.questions]

    def closed(self, now: datetime) -> tuple[str, datetime | None]:
        """Return why it takes nothing now, as a code with a moment; blank while it does."""
        opens, closes = self._moment(self.said.opens), self._moment(self.said.closes)
        if not self.said.enabled or not self.link.open or self.form.key in self.app.definition.off:
            return "closed", None
        if opens is not None and now < opens:
            return "early", opens
        if closes is not None and now >= closes:
            return "late", closes
        return "", None

    @property
    def unbound(self) -> bool:
        """Tell whether the link must be about a record and is about none that we know of."""
        about = self.form.fields.get(self.said.about or "")
        return about is not None and about.options.required and self.about is None

    def _moment(self, said: str | None) -> datetime | None:
        zone = ZoneInfo(self.app.definition.time_zone)
        return None if said is None else datetime.fromisoformat(said).replace(tzinfo=zone)

    def access(self, record_id: int | None = None) -> Access:
        """Return the right to send it, or to correct the record that was made of it."""
        if record_id is not None:
            return to_correct(self.app, self.form, self.questions, record_id, self.chosen)
        about = {self.said.about: [self.about]} if self.said.about and self.about else {}
        linked = {**about, **self.chosen}
        owner = {self.form.owner.key} if self.form.owner is not None and self.said.owners else set()
        channel = {self.said.channel} if self.said.channel else set()
        keys = {*self.questions, *linked, *channel, *owner, *self.said.given}
        return to_create(self.app, self.form, keys, linked)

    def fitting(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was typed without records that are not offered: to strangers they are not there."""
        return {key: self._fitting(key, each) if key in self.choices else each for key, each in raw.items()}

    def _fitting(self, key: str, raw: Any) -> Any:
        offers = {*map(str, self.choices[key])}
        if isinstance(raw, (list, tuple)):
            return [each for each in raw if each in offers]
        return raw if raw in offers else ""

    def choose(self, raw: Mapping[str, Any]) -> tuple[Issue, ...]:
        """Note what was chosen; return what is not offered, whether there is such a record or not."""
        fits = self.fitting(raw)
        self.chosen = {key: [*map(int, several(fits[key]))] for key in self.choices if fits.get(key)}
        known = {key: {*several(fits.get(key)), *self.gone(key)} for key in self.choices}
        odd = (key for key in known if not known[key].issuperset(several(raw.get(key))))
        return tuple(Issue(key, "field.not_among") for key in odd)

    def gone(self, key: str) -> list[str]:
        """Return what was chosen before, stands in the record and is not offered any more."""
        if self.response is None or self.response.record_id is None or key not in self.choices:
            return []
        before = several((self.response.values or {}).get(key))
        return [each for each in before if not self._fitting(key, each)]

    @property
    def note(self) -> str:
        """Return what history says of where a record came from."""
        parts = (_plainly(self.said.label), self.link.channel)
        return " · ".join(each for each in parts if each)


def _plainly(label: Any) -> str:
    return label if isinstance(label, str) else str(label[LOCALES[0]])


def open_form(call: Call) -> Opened:
    """Find the public form of an address, and let the call be a stranger's. Raises NotFound."""
    call.person = None
    lang = call.query.get("lang", "")
    if lang in LOCALES:
        call.cookies = {**call.cookies, "weft_locale": lang}
    found = opened(call, call.conn, call.params["token"], call.epoch)
    put(call, found, found.access())
    return found


def opened(call: Call, conn: sa.Connection, token: str, epoch: int) -> Opened:
    """Return the public form of an address as a transaction finds it. Raises NotFound."""
    link = publics.link_of(conn, token)
    try:
        app = call.installation.app(conn, link.app, epoch)
    except NotFound:
        raise NotFound("public.gone") from None
    said = next((each for uid, each in by_uid(app) if uid == link.public_uid), None)
    if said is None or said.form not in app.forms:
        raise NotFound("public.gone")
    box, form = call.installation, app.forms[said.form]
    choices = offered(box, conn, (app, form), link.public_uid, [each.field for each in said.questions])
    return Opened(app, said, link, about_in(call, token), choices=choices)


def by_uid(app: AppModel) -> Iterator[tuple[int, PublicForm]]:
    """Yield the public forms of an app, each with its uid."""
    for each in publics_of(app.definition):
        yield app.names.uid(f"public:{each.key}"), each


def put(call: Call, found: Opened, access: Access) -> None:
    """Let a call have the rights of a stranger at this form, whoever else it might be."""
    call.params = {**call.params, "app": found.app.key, "form": found.form.key}
    vars(call).update(app=found.app, form=found.form, access=access)
