"""What a package calls by another key now: your definition follows first, so that the rest compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engines.expression.renaming import rename_key
from schemas.elements import App
from schemas.naming import Names


@dataclass(frozen=True, slots=True)
class Renamed:
    """A form, field or option: ``was`` and ``path`` as formulas say them, ``place`` as drafts say it now."""

    was: str
    path: str
    place: str

    @property
    def keys(self) -> tuple[str, str]:
        """Return the former key and the present one."""
        return self.was.rpartition(".")[2], self.path.rpartition(".")[2]


def followed(base: App, theirs: App, yours: App) -> tuple[App, App, list[Renamed]]:
    """Return base and yours with the keys of theirs, and what was renamed in both."""
    found: list[Renamed] = []
    for each in _renamed(base, theirs):
        _, key = each.keys
        names = Names.of(yours)
        base = rename_key(base, each.was, key)
        if names.has(each.was) and not names.has(each.path):
            yours = rename_key(yours, each.was, key)
            found.append(each)
    return base, yours, found


def called_as_before(app: App, declined: Iterable[Renamed]) -> App:
    """Return the definition with the former keys of what is not to be renamed."""
    for each in declined:
        if Names.of(app).has(each.path):
            app = rename_key(app, each.path, each.keys[0], keep=False)
    return app


def _renamed(base: App, theirs: App) -> Iterator[Renamed]:
    """Yield what has another key than in base; what holds something comes before it."""
    for form, was in _pairs(base.forms, theirs.forms):
        place = f"forms/{form.key}"
        if form.key != was.key:
            yield Renamed(was.key, form.key, place)
        yield from _fields(was.fields, form.fields, form.key, place)


def _fields(old: Sequence[Any], new: Sequence[Any], path: str, place: str) -> Iterator[Renamed]:
    for field, was in _pairs(old, new):
        here = f"{place}/fields/{field.key}"
        if field.key != was.key:
            yield Renamed(f"{path}.{was.key}", f"{path}.{field.key}", here)
        inside = f"{path}.{field.key}"
        yield from _fields(getattr(was, "fields", ()), getattr(field, "fields", ()), inside, here)
        for choice, before in _pairs(getattr(was, "options", ()), getattr(field, "options", ())):
            if choice.key != before.key:
                yield Renamed(
                    f"{inside}.{before.key}", f"{inside}.{choice.key}", f"{here}/options/{choice.key}"
                )


def _pairs(old: Iterable[Any], new: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield what is in both, by its key or by one that it had and that nothing has now."""
    before, after = {each.key: each for each in old}, {each.key for each in new}
    for each in new:
        key = each.key
        if key not in before:
            key = next((was for was in each.was if was in before and was not in after), "")
        if key:
            yield each, before[key]
