"""Three definitions become one: what a package changed since, beside what was changed here meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
State = Literal["added", "removed", "changed", "moved", "renamed"]


class _Gone:
    """Stands where a definition says nothing; null is something that one may say."""

    def __repr__(self) -> str:
        return "GONE"


GONE: Any = _Gone()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a package changed, such as ``forms/order/fields/note/label``; ``/*`` is an order.

    ``base``, ``theirs`` and ``yours`` are JSON values, None where there is none. ``conflict``: it was changed
    here as well, in another way.
    """

    path: str
    state: State
    base: Any
    theirs: Any
    yours: Any
    conflict: bool = False


class Merging:
    """Walks over three documents at once. ``taken``: the paths to take; None takes all but conflicts."""

    def __init__(self, taken: Collection[str] | None = None) -> None:
        self.items: list[Item] = []
        self._taken = taken

    def merge(self, base: Any, theirs: Any, yours: Any, path: str = "") -> Any:
        """Return what stands here afterwards."""
        if theirs in (yours, base):
            return yours
        if GONE in (theirs, yours) and (entries := _entries(theirs, yours)):
            return self._lists(base if isinstance(base, list) else [], *entries, path) or GONE
        if _alike(theirs, yours):
            if isinstance(theirs, dict):
                return self._dicts(base if _alike(theirs, base) else {}, theirs, yours, path)
            if _keyed(theirs, yours):
                before = base if isinstance(base, list) and _keyed(base) else []
                return self._lists(before, theirs, yours, path)
            if _parallel(base, theirs, yours):
                triples = enumerate(zip(base, theirs, yours, strict=True))
                return [self.merge(b, t, y, f"{path}/{place}") for place, (b, t, y) in triples]
        return theirs if self._takes(path, base, theirs, yours) else yours

    def _takes(self, path: str, base: Any, theirs: Any, yours: Any, state: State | None = None) -> bool:
        found = state or ("added" if base is GONE and yours is GONE else _state(theirs, yours))
        item = Item(path, found, _shown(base), _shown(theirs), _shown(yours), yours != base)
        self.items.append(item)
        return not item.conflict if self._taken is None else path in self._taken

    def _dicts(self, base: Json, theirs: Json, yours: Json, path: str) -> Json:
        found: Json = {}
        for name in dict.fromkeys((*yours, *theirs)):
            old, new, own = (each.get(name, GONE) for each in (base, theirs, yours))
            value = self.merge(old, new, own, f"{path}/{name}" if path else name)
            if value is not GONE:
                found[name] = value
        return found

    def _lists(
        self, base: Sequence[Json], theirs: Sequence[Json], yours: Sequence[Json], path: str
    ) -> list[Any]:
        old, new, own = ({str(each["key"]): each for each in some} for some in (base, theirs, yours))
        found: Json = {}
        for key in dict.fromkeys((*own, *new)):
            three = [each.get(key, GONE) for each in (old, new, own)]
            value = self.merge(three[0], three[1], three[2], f"{path}/{key}")
            if value is not GONE:
                found[key] = value
        order = woven(list(own), list(new), found)
        there = [key for key in new if key in old and key in own]
        before, mine = ([key for key in some if key in there] for some in (old, own))
        if there not in (before, mine) and self._takes(f"{path}/*", before, there, mine, "moved"):
            order = woven(list(new), list(own), found)
        return [found[key] for key in order]


def woven(first: Sequence[str], second: Sequence[str], kept: Collection[str]) -> list[str]:
    """Return the kept ones in the order of ``first``; each that only ``second`` has follows its neighbour."""
    order = [key for key in first if key in kept]
    for place, key in enumerate(second):
        if key not in kept or key in order:
            continue
        before = next((each for each in reversed(second[:place]) if each in order), None)
        after = next((each for each in second[place:] if each in order), None)
        if before is not None:
            order.insert(order.index(before) + 1, key)
        else:
            order.insert(len(order) if after is None else order.index(after), key)
    return order


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two values are looked into, part by part."""
    if isinstance(one, dict) and isinstance(other, dict):
        # Another type is another thing, and a text in two languages is one text.
        return one.get("type") == other.get("type") and not (_is_text(one) or _is_text(other))
    return isinstance(one, list) and isinstance(other, list)


def _entries(theirs: Any, yours: Any) -> tuple[Any, Any] | None:
    """Return lists with keys of which one side says nothing, that as empty: entries come and go alone."""
    lists = tuple([] if each is GONE else each for each in (theirs, yours))
    return lists if all(isinstance(each, list) for each in lists) and _keyed(*lists) else None


def _is_text(value: Mapping[str, Any]) -> bool:
    return bool(value) and set(value) <= {"zh-CN", "en"}


def _keyed(*lists: Sequence[Any]) -> bool:
    """Tell whether all entries of all lists have keys of their own."""
    for each in lists:
        keys = [str(one["key"]) for one in each if isinstance(one, dict) and "key" in one]
        if len(set(keys)) < len(each):
            return False
    return any(lists)


def _parallel(*lists: Any) -> bool:
    """Tell whether lists without keys hold, place by place, the same kind of thing."""
    if not all(isinstance(each, list) and each and len(each) == len(lists[0]) for each in lists):
        return False
    return all(
        isinstance(one, dict) and isinstance(other, dict) and one.get("type") == other.get("type")
        for each in lists[1:] for one, other in zip(lists[0], each, strict=True)
    )  # fmt: skip


def _state(theirs: Any, yours: Any) -> State:
    return "removed" if theirs is GONE else "added" if yours is GONE else "changed"


def _shown(value: Any) -> Any:
    return None if value is GONE else value
