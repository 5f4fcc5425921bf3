"""Why somebody may or may not: what each grant said, and what the record answered, as the lens asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engines.access.derived import Source
from engines.access.grants import Access
from engines.access.lens import Condition, Lens
from engines.access.rulings import Said
from engines.access.scope import NONE, RowScope
from engines.form import Storage
from schemas.elements import Action

_WRITTEN = {Storage.column, Storage.links, Storage.rows}


class Sight(StrEnum):
    """How somebody sees a field. ``absent``: as one that does not exist; ``blank``: as an empty one."""

    absent = "absent"
    blank = "blank"
    outline = "outline"
    clear = "clear"


@dataclass(frozen=True, slots=True)
class Heard:
    """A grant, and whether its rows hold the record."""

    said: Said
    holds: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """What a computed value is made of, and whether that is clear here."""

    source: Source
    clear: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """How it was decided about one field of one record, or of any where none is asked about.

    ``may``: what may be done to the record, nothing where it is not seen. ``edit``: the field in it;
    ``fill``: in a new one. ``whole``: nothing was asked, for the person may do everything.
    """

    whole: bool
    may: frozenset[Action]
    sight: Sight
    edit: bool
    fill: bool
    heard: tuple[Heard, ...]
    needed: tuple[Needed, ...]

    @property
    def seen(self) -> bool:
        """Tell whether the record is there for the person."""
        return Action.view in self.may


@dataclass(frozen=True, slots=True)
class Asking:
    """The question about a field, put through a lens; the same conditions stand in every read and write."""

    access: Access
    lens: Lens
    key: str

    def conditions(self) -> dict[str, Condition]:
        """Return what must be asked of the record, by names for the answers."""
        return {name: self.lens.within(scope) for name, scope in self._scopes()}

    def _scopes(self) -> Iterator[tuple[str, RowScope]]:
        rights = self.lens.access
        for action, scope in rights.act.items():
            yield f"may_{action}", scope
        if rights.readable(self.key):
            yield "clear", rights.read[self.key]
            yield "shown", rights.read[self.key] | rights.outline.get(self.key, NONE)
        yield "edit", rights.edit.get(self.key, NONE)
        for index, said in enumerate(self._said()):
            yield f"said_{index}", said.ruling.rows
        for index, source in enumerate(self._sources()):
            if source.form == self.lens.form.path:
                yield f"source_{index}", source.clear

    def trace(self, answers: Mapping[str, bool] | None = None) -> Trace:
        """Return the decision. Without answers of a record: about any."""
        rights = self.lens.access
        found = answers if answers is not None else {key: not some.empty for key, some in self._scopes()}
        seen = found.get("may_view", False)
        may = frozenset(each for each in rights.act if (seen or answers is None) and found[f"may_{each}"])
        heard = (Heard(said, found[f"said_{at}"]) for at, said in enumerate(self._said()))
        needed = (
            Needed(each, found.get(f"source_{at}", not each.clear.empty))
            for at, each in enumerate(self._sources())
        )
        field = self.lens.form.fields[self.key]
        written = field.storage in _WRITTEN and not field.options.read_only
        return Trace(
            self.access.unlimited(self.lens.app), may, self._sight(found) if seen else Sight.absent,
            written and seen and Action.edit in may and found["edit"],
            written and rights.may(Action.create) and self.key in rights.fill, tuple(heard), tuple(needed),
        )  # fmt: skip

    def _sight(self, found: Mapping[str, bool]) -> Sight:
        if not self.lens.access.readable(self.key):
            return Sight.absent
        if not found["shown"]:
            return Sight.blank
        veiled = self.key in self.lens.access.masked or not found["clear"]
        return Sight.outline if veiled else Sight.clear

    def _said(self) -> tuple[Said, ...]:
        return tuple(self.access.said(self.lens.app, self.lens.form.path))

    def _sources(self) -> tuple[Source, ...]:
        return tuple(self.access.sources(self.lens.app, self.lens.form, self.key))
