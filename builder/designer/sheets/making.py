"""The definition of an application that is made of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.designer.keys import propose_key
from builder.designer.sheets.columns import Column, options_of

_EVERYTHING = ["view", "create", "edit", "delete", "import", "export"]
_HALF = 6
_TITLES = ("text", "phone", "email", "select")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column as it was decided on: with a blank type it is left out."""

    column: Column
    label: str
    type: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A definition without its key, and which field each column fills."""

    document: dict[str, Any]
    form: str
    targets: Sequence[str]


def made_of(chosen: Sequence[Chosen], label: str, form_label: str, member: str, designer: str) -> Made:
    """Return the definition: one form, and a role for those who keep it."""
    form = propose_key(form_label, (), 30, "sheet")
    fields: list[dict[str, Any]] = []
    targets: list[str] = []
    for each in chosen:
        targets.append("")
        if each.type:
            fields.append(_field(each, [one["key"] for one in fields]))
            targets[-1] = str(fields[-1]["key"])
    title = next((each["key"] for each in fields if each["type"] in _TITLES), None)
    said = {"key": form, "label": form_label, "icon": "table", "fields": fields}
    roles = [
        {"key": "member", "label": member, "grants": [{"form": form, "actions": _EVERYTHING}]},
        {"key": "designer", "label": designer, "design": True},
    ]
    document = {
        "weft": 1, "key": "", "label": label, "icon": "file-spreadsheet",
        "forms": [said | ({"title": title} if title else {})], "roles": roles,
    }  # fmt: skip
    return Made(document, form, targets)


def _field(chosen: Chosen, taken: Iterable[str]) -> dict[str, Any]:
    key = propose_key(chosen.label, set(taken), 40, "column")
    found: dict[str, Any] = {"key": key, "type": chosen.type, "label": chosen.label}
    found |= options_of(chosen.column, chosen.type, _keys(chosen.column))
    found |= {"searchable": True} if chosen.type == "text" else {}
    found |= {"required": True} if chosen.required else {}
    return found if chosen.type == "long_text" else found | {"width": _HALF}


def _keys(column: Column) -> Iterator[str]:
    taken: set[str] = set()
    for each in column.values:
        key = propose_key(str(each), taken, 40, "option")
        taken.add(key)
        yield key
