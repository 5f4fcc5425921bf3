"""Stars and visits in words: what each target is called for this reader, and where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.expression import ExpressionError, check_condition, parse
from engines.form import AppModel, FormModel
from engines.report.answering import dashboards
from engines.store.platform import personal_view
from engines.store.reading.labels import titles
from frontend.views import Link
from runtime.dashboards.links import dashboard_url
from runtime.shared_views import reaches, roles_held
from runtime.web.answers import texts_of
from runtime.web.call import Call, id_in
from schemas.elements import Action

_LONGEST = 200
Target = tuple[str, ...]
_View = tuple[str, tuple[str, ...]]  # its name, and what one must be allowed to ask


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was marked. ``note``: what else tells it from others of the name."""

    target: str
    link: Link
    note: str = ""


def here(call: Call) -> str:
    """Return what the page that is asked for shows and can be marked; blank for other pages."""
    names, path = call.params, call.path
    if call.method != "GET" or "app" not in names or not path.startswith("/a/"):
        return ""
    if "key" in names and path == dashboard_url(names["app"], names["key"]):
        return f"dashboard:{names['app']}:{names['key']}"
    form = call.app.forms.get(names.get("form", ""))
    if form is None or form.parent is not None:
        return ""
    base = f"/a/{form.app}/{form.key}"
    if path == f"{base}/{names.get('id')}":
        return f"record:{form.uid}:{names['id']}"
    view = call.query.get("view", "")[:60]
    return (f"view:{form.uid}:{view}" if view else f"form:{form.uid}") if path == base else ""


def resolve(call: Call, targets: Sequence[str]) -> list[Found]:
    """Return those that still exist and that the reader may see, in their order.

    Records are read form by form, however many there are.
    """
    parts = {each: tuple(each[:_LONGEST].split(":")) for each in targets}
    reader = _Reader(call, parts.values())
    found = ((target, reader.found(part)) for target, part in parts.items())
    return [Found(target, link, note) for target, each in found if each is not None for link, note in [each]]


class _Reader:
    """Reads at once what several targets are called."""

    def __init__(self, call: Call, parts: Iterable[Target]) -> None:
        self.call, self.label = call, texts_of(call).label
        self.apps = call.installation.apps(call.conn, call.epoch)
        self.forms = {form.uid: (app, form) for app in self.apps.values() for form in app.forms.values()}
        said = [*parts]
        self.records = dict(self._records(said))
        self.views = self._kept_views(said)

    def found(self, part: Target) -> tuple[Link, str] | None:
        """Return where a target is, and what is told beside its name."""
        match part:
            case ("record", uid, number):
                return self._record(uid, number)
            case ("form", uid):
                return self._form(uid)
            case ("view", uid, key):
                return self._view(uid, key)
            case ("dashboard", app, key):
                return self._dashboard(app, key)
        return None

    def _records(self, parts: Iterable[Target]) -> Iterator[tuple[int, Mapping[int, str]]]:
        wanted: dict[int, set[int]] = {}
        for part in parts:
            if (
                len(part) == 3
                and part[0] == "record"
                and None not in (ids := (id_in(part[1]), id_in(part[2])))
            ):
                wanted.setdefault(ids[0] or 0, set()).add(ids[1] or 0)
        for uid, numbers in wanted.items():
            if (place := self._seen(str(uid))) is not None:
                call = self.call
                yield (
                    uid,
                    titles(call.installation.store, call.conn, place[0], call.access, place[1], numbers),
                )

    def _kept_views(self, parts: Iterable[Target]) -> Mapping[tuple[int, str], _View]:
        """Return the views among the targets that the reader kept, or others for the reader."""
        numbers = [number for part in parts if part[0] == "view" and (number := id_in(part[-1])) is not None]
        if not numbers or self.call.person is None:
            return {}
        table, me = personal_view.c, self.call.person.id
        columns = (table.form_uid, table.id, table.name, table.user_id, table.shared, table.detail)
        rows = self.call.conn.execute(sa.select(*columns).where(table.id.in_(numbers)))
        return {
            (uid, str(number)): (name, () if user == me else tuple(self._filters(uid, detail or ())))
            for uid, number, name, user, shared, detail in rows
            if user == me or self._reached(uid, shared)
        }

    def _reached(self, uid: int, shared: Iterable[object] | None) -> bool:
        place = self.forms.get(uid)
        held = () if place is None else roles_held(self.call.access, place[0])
        return place is not None and reaches({str(each) for each in shared or ()}, held)

    def _filters(self, uid: int, detail: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Yield what a kept view and the view that it was made of are narrowed by."""
        made_of = {each.key: each.filter or "" for each in self.forms[uid][1].definition.views}
        for name, value in detail:
            if name in {"filter", "view"}:
                yield value if name == "filter" else made_of.get(value, "")

    def _askable(self, place: tuple[AppModel, FormModel], filters: Iterable[str]) -> bool:
        """Tell whether the reader may ask all that: a list names no other views either."""
        call, (app, form) = self.call, place
        try:
            for each in filters:
                if each:
                    check_condition(parse(each), call.installation.store.lens(app, call.access, form))
        except ExpressionError:
            return False
        return True

    def _seen(self, uid: str) -> tuple[AppModel, FormModel] | None:
        place = self.forms.get(id_in(uid) or 0)
        if place is None or not self.call.access.form(*place).may(Action.view):
            return None
        return place

    def _record(self, uid: str, number: str) -> tuple[Link, str] | None:
        place = self._seen(uid)
        title = None if place is None else self.records.get(place[1].uid, {}).get(id_in(number) or 0)
        if place is None or title is None:
            return None
        form = place[1]
        icon = form.definition.icon or "table"
        return Link(title, f"/a/{form.app}/{form.key}/{number}", icon), self.label(form.definition.label)

    def _form(self, uid: str) -> tuple[Link, str] | None:
        place = self._seen(uid)
        if place is None:
            return None
        app, form = place
        link = Link(
            self.label(form.definition.label), f"/a/{app.key}/{form.key}", form.definition.icon or "table"
        )
        return link, self.label(app.definition.label)

    def _view(self, uid: str, key: str) -> tuple[Link, str] | None:
        place = self._seen(uid)
        if place is None:
            return None
        form = place[1]
        known = {each.key: (self.label(each.label), (each.filter or "",)) for each in form.definition.views}
        name, filters = known.get(key) or self.views.get((form.uid, key)) or ("", ())
        url = f"/a/{form.app}/{form.key}?view={key}"
        if not name or not self._askable(place, filters):
            return None
        return Link(name, url, "filter"), self.label(form.definition.label)

    def _dashboard(self, key: str, board: str) -> tuple[Link, str] | None:
        app = self.apps.get(key)
        opened = () if app is None else dashboards(app, self.call.access)
        found = next((each for each in opened if each.key == board), None)
        if app is None or found is None:
            return None
        link = Link(self.label(found.label), dashboard_url(key, board), found.icon or "dashboard")
        return link, self.label(app.definition.label)
