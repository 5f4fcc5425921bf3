"""One thing leads to another: which rules fired because of one change, and where that must end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engines.query import Uow
from schemas.elements import LOCALES, Text, Translated, label_of
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    from engines.rule.deciding import Decision

DEPTH = 8
FIRINGS = 200
_NOTE, _HUSHED = "rule", "rule.hushed"


class Endless(Invalid):
    """Rules wake each other without end; the save is refused, and says by which way they went."""

    def __init__(self, code: str, path: Sequence[Text], limit: int) -> None:
        chain = {locale: " → ".join(label_of(each, locale) for each in path) for locale in LOCALES}
        told = Translated(zh=chain["zh-CN"][:200], en=chain["en"][:200])
        super().__init__([Issue("", code, {"chain": told, "limit": limit})])


@dataclass(slots=True)
class Origin:
    """The change of one record that everything else follows from. ``fired``: rule and record, each once."""

    id: int
    fired: set[tuple[int, int]] = field(default_factory=set)

    def admit(self, rule: int, record: int, path: Sequence[Text]) -> bool:
        """Note that a rule fires; False when it did for this record already. Raises Endless."""
        if (rule, record) in self.fired:
            return False
        if len(path) > DEPTH:
            raise Endless("rule.too_deep", path, DEPTH)
        if len(self.fired) >= FIRINGS:
            raise Endless("rule.too_many", path[-4:], FIRINGS)
        self.fired.add((rule, record))
        return True


@dataclass(slots=True)
class Link:
    """Where in a chain a write stands. ``path``: what the rules that led here are called, the first first.

    ``by``: uid of the rule that writes, None for a person. ``person``: who began it all.
    """

    origin: Origin | None = None
    path: tuple[Text, ...] = ()
    by: int | None = None
    run: int | None = None
    person: int | None = None
    origins: dict[tuple[int, int], Origin] = field(default_factory=dict)
    decided: dict[tuple[int, int], list[Decision]] = field(default_factory=dict)
    given: dict[int, list[int]] = field(default_factory=dict)

    def forget(self, form_uid: int, records: Iterable[int]) -> None:
        """Let records be saved anew: what a person does next begins a chain of its own."""
        self.given.clear()
        for record in records:
            self.decided.pop((form_uid, record), None)
            self.origins.pop((form_uid, record), None)

    def of(self, form_uid: int, record: int) -> Origin:
        """Return the origin of what happens to a record: that of the chain, else the record's own."""
        if self.origin is not None:
            return self.origin
        key = (form_uid, record)
        found = self.origins.get(key)
        if found is None:
            found = self.origins[key] = Origin(0)
        return found


def link_of(uow: Uow) -> Link:
    """Return where a unit of work stands in its chain; one that a person began stands at the beginning."""
    found = uow.notes.get(_NOTE)
    if not isinstance(found, Link):
        cause = uow.cause
        found = uow.notes[_NOTE] = Link(person=cause.actor if cause.actor is not None else cause.on_behalf_of)
    return found


def fresh(uow: Uow) -> bool:
    """Tell whether no rule was asked anything in a unit of work yet."""
    return _NOTE not in uow.notes


def begin(uow: Uow, link: Link) -> None:
    """Say where a unit of work stands in its chain."""
    uow.notes[_NOTE] = link


def hush(uow: Uow, *, quiet: bool = True) -> None:
    """Let what a unit writes wake no rule: it tells of what happened before there were any."""
    uow.notes[_HUSHED] = quiet


def hushed(uow: Uow) -> bool:
    """Tell whether rules stay out of what a unit writes."""
    return bool(uow.notes.get(_HUSHED))
