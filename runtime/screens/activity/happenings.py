"""Records of a related list in the timeline of one, each at a date of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engines.expression import Binary, Literal, Node, Ref, Unary, ValueType, conjoin
from engines.expression import Call as Function
from engines.form import FieldModel, FormModel
from engines.query import Page, Query, Sort
from engines.store import reading
from frontend.formats import Moment
from frontend.views import Event, Person
from runtime.screens.activity.places import Happened, Place
from runtime.screens.shell import COLORS, form_url, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Call
from schemas.elements import Action, Happening


def pointing(via: FieldModel, record_id: int) -> Node:
    """Return the condition that a relation leads to a record."""
    ref, value = Ref((via.key,)), Literal(record_id)
    if via.kind.value_type is ValueType.ids:
        return Function("CONTAINS", (ref, value))
    return Binary("=", ref, value)


def shown_of(call: Call, form: FormModel, said: Happening) -> tuple[str, ...]:
    """Return what is read of each record: its title, its date, who is in charge, what shall be shown."""
    rights = call.access.form(call.app, form)
    wanted = (form.title, form.fields[said.at], form.owner, *map(form.fields.get, said.show))
    return tuple(dict.fromkeys(each.key for each in wanted if each is not None and rights.readable(each.key)))


@dataclass(eq=False)
class Happenings:
    """One related list as a source. ``number``: its place among the sources.

    ``known``: everything in the list, where it is so short that somebody has read it.
    """

    call: Call
    form: FormModel
    via: FieldModel
    said: Happening
    record_id: int
    number: int
    known: Page | None = None

    @classmethod
    def of(
        cls,
        call: Call,
        form: FormModel,
        said: Happening,
        record_id: int,
        number: int,
        known: Page | None = None,
    ) -> Happenings | None:
        """Return the source, None where the reader may not see the list, or when what happened."""
        options: Any = form.fields[said.of].options
        target = call.app.forms.get(options.form)
        rights = None if target is None else call.access.form(call.app, target)
        if target is None or rights is None or not rights.may(Action.view):
            return None
        if not (rights.usable(options.via) and rights.usable(said.at)):
            return None
        return cls(call, target, target.fields[options.via], said, record_id, number, known)

    @property
    def key(self) -> str:
        """Return the key of the related list."""
        return self.said.of

    @property
    def label(self) -> str:
        """Return what the records are called."""
        return texts_of(self.call).label(self.form.definition.label)

    @property
    def icon(self) -> str:
        """Return the picture of the form."""
        return self.form.definition.icon or "table"

    def before(self, place: Place | None, limit: int) -> Iterator[Happened]:
        """Yield the latest records that lie before a place; at first the rest of those at the place."""
        ref = Ref((self.said.at,))
        if place is None and self.known is not None:
            showing = Showing(self.call, self.form, self.known.labels)
            dated = (each for each in self.known.records if each.get(self.said.at) is not None)
            yield from (self._happened(showing, each) for each in dated)
        elif place is None:
            yield from self._read(limit, Unary("NOT", Function("ISBLANK", (ref,))))
        else:
            yield from self._further(limit, place)

    def _further(self, limit: int, place: Place) -> Iterator[Happened]:
        ref, (bound, exact) = Ref((self.said.at,)), self._bound(place)
        if exact and self.number == place.source:
            yield from self._read(limit, Binary("=", ref, Literal(bound)), place.number)
        reaches = not exact or self.number > place.source
        yield from self._read(limit, Binary("<=" if reaches else "<", ref, Literal(bound)))

    def _read(self, limit: int, where: Node, below: int | None = None) -> Iterator[Happened]:
        call, keys = self.call, shown_of(self.call, self.form, self.said)
        query = Query(
            self.form.path, keys, conjoin(pointing(self.via, self.record_id), where),
            sort=(Sort(self.said.at, descending=True),), limit=limit, labels=True, below=below,
        )  # fmt: skip
        found = reading.read(call.installation.store, call.conn, call.app, call.access, query)
        showing = Showing(call, self.form, found.labels)
        for record in found.records:
            yield self._happened(showing, record)

    def _bound(self, place: Place) -> tuple[date | datetime, bool]:
        """Return the date of a place that may be of another source, and whether that says all of it."""
        if self.form.fields[self.said.at].kind.value_type is not ValueType.date:
            return place.at, True
        day = place.at.astimezone(self._zone).date()
        return day, self._moment(day) == place.at

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.call.app.definition.time_zone)

    def _moment(self, value: date | datetime) -> datetime:
        """Return when it was; of a day, its beginning."""
        return value if isinstance(value, datetime) else datetime.combine(value, time(), self._zone)

    def _happened(self, showing: Showing, record: Mapping[str, Any]) -> Happened:
        form, number = self.form, int(record["_id"])
        at = record[self.said.at]
        exact = isinstance(at, datetime)
        when = showing.moment(at) if exact else Moment(at.isoformat(), showing.formats.day(at))
        masked = self.call.access.form(self.call.app, form).masked
        values = tuple(
            view for key in self.said.show if key in record and form.fields[key] is not form.owner
            if (view := showing.filled(showing.view(form.fields[key]), form.fields[key], record[key],
                                       masked=key in masked)).text
        )  # fmt: skip
        event = Event(
            self._owner(showing, record), self.label, when, self.icon, COLORS[self.number % len(COLORS)],
            title=record_title(form, record), url=f"{form_url(form)}/{number}", values=values,
        )  # fmt: skip
        return Happened(Place(self._moment(at), self.number, number), event)

    def _owner(self, showing: Showing, record: Mapping[str, Any]) -> Person | None:
        owner = self.form.owner
        if owner is None or record.get(owner.key) is None:
            return None
        return Person(str(record[owner.key]), showing.cell(owner, record[owner.key]).text)
