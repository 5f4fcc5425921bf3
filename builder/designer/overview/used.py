"""Where an element of the draft is used, as a list of places with the way to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from builder.designer.desk import Desk
from builder.drafting.places import Pointer, locate
from engines.expression.using import uses
from frontend.views import Link
from schemas.errors import NotFound
from schemas.problems import pointer as written

_KINDS = {"roles": "role", "flows": "flow", "dashboards": "dashboard"}


class Used:
    """The index of one draft; of one that cannot be read, nothing is known."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @cached_property
    def index(self) -> Mapping[tuple[str, str], Sequence[Pointer]]:
        """Return the places of all uses by what is used."""
        found: dict[tuple[str, str], list[Pointer]] = {}
        for each in uses(self.desk.reads) if self.desk.reads is not None else ():
            found.setdefault((each.kind, each.path), []).append(each.at)
        return found

    def links(self, place: str) -> tuple[Link, ...]:
        """Return where the element at a place is used, each place once, without those in itself."""
        named = named_by(self.desk, place)
        found: dict[str, Link] = {}
        for at in self.index.get(named, ()) if named is not None else ():
            here, text = self.desk.place_of(written(at))
            if here == place or f"{here}/".startswith(f"{place}/"):
                continue
            family = self.desk.texts.t(f"design.list.{at[0]}")
            url = self.desk.formula_url(written(at)) or self.desk.url_of(here or str(at[0]))
            found.setdefault(f"{family}{text}", Link(f"{family}: {text}" if text else family, url))
        return tuple(found.values())


def named_by(desk: Desk, place: str) -> tuple[str, str] | None:
    """Return how others name the element at a place; None for one that nothing names."""
    try:
        locate(desk.draft.document, place)
    except NotFound:
        return None
    match place.split("/"):
        case ["forms", form]:
            return "form", form
        case ["forms", form, "fields", *rest]:
            return _in_form(form, rest)
        case ["flows", flow, "nodes", node]:
            return "node", f"{flow}.{node}"
        case [family, key] if family in _KINDS:
            return _KINDS[family], key
    return None


def _in_form(form: str, rest: list[str]) -> tuple[str, str] | None:
    """Return a field, one of a subform, or an option of either."""
    kind = "option" if rest[-2:-1] == ["options"] else "field"
    fields = rest[:-2] if kind == "option" else rest
    if len(fields) % 2 == 0 or set(fields[1::2]) - {"fields"}:
        return None
    return kind, ".".join([form, *fields[::2], *rest[len(fields) + 1 :]])
