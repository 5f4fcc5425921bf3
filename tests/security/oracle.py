"""What a person may see and do, row by row from the grants, with none of the engine's machinery."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engines.expression import Context, Node, compile_python, fold, parse, references
from tests.fixtures.shop import PEOPLE, below

Record = Mapping[str, Any]
PLURAL = {"marks", "tags", "helpers", "things", "rows", "orders"}
STAGES = ("zebra", "open", "apple")
SYSTEM = ("_id", "_version", "_created_at", "_created_by", "_updated_at", "_updated_by")
# Fields of the shop that show who made a record and when; until it is changed, that is its last change, too.
SHOWN_BY = {"_created_at": "made", "_created_by": "maker"}
ORIGIN = {"_updated_at": "made", "_updated_by": "maker"}
DEPARTMENT_OF = {**PEOPLE, 19: 1}
# The fields that are computed, and what each is made of, worked out by hand. Of nothing: open to everybody.
COMPUTED: Mapping[str, Sequence[dict[str, Any]]] = {
    "order": (
        {"key": "double", "type": "formula", "formula": "amount * 2"},
        {"key": "quad", "type": "formula", "formula": "double + double"},
        {"key": "shared", "type": "formula", "formula": "amount * 3", "expose": True},
        {"key": "shared_more", "type": "formula", "formula": "shared + 1"},
        {"key": "by", "type": "formula", "formula": "_created_by & word", "result": "text"},
        {"key": "last", "type": "formula", "formula": '_updated_by & " was last"', "result": "text"},
        {"key": "phone", "type": "lookup", "via": "person", "field": "phone"},
        {"key": "named", "type": "formula", "formula": "person.name & word", "result": "text"},
        {"key": "pieces", "type": "formula", "formula": "SUM(rows.qty)"},
        {"key": "cost", "type": "rollup", "of": "things", "field": "price"},
        {"key": "dear", "type": "rollup", "of": "things", "field": "price", "filter": 'code <> "Item 0"'},
        {"key": "theirs", "type": "lookup", "via": "person", "field": "total"},
        {"key": "theirs_open", "type": "lookup", "via": "person", "field": "total", "expose": True},
        {"key": "idle", "type": "formula", "formula": "DAYS(TODAY(), day)", "decimals": 0},
    ),
    "person": (
        {"key": "orders", "type": "related", "form": "order", "via": "person"},
        {"key": "total", "type": "rollup", "of": "orders", "field": "amount"},
        {"key": "ready", "type": "rollup", "of": "orders", "function": "count", "filter": "done"},
    ),
}  # fmt: skip
_LISTED = {("person", "orders"), ("order", "person")}
MADE_OF: Mapping[tuple[str, str], set[tuple[str, str]]] = {
    ("order", "double"): {("order", "amount")},
    ("order", "quad"): {("order", "amount")},
    ("order", "by"): {("order", "_created_by"), ("order", "word")},
    ("order", "last"): {("order", "_updated_by"), ("order", "_created_by")},  # at first they are the same
    ("order", "phone"): {("order", "person"), ("person", "phone")},
    ("order", "named"): {("order", "person"), ("person", "name"), ("order", "word")},
    ("order", "pieces"): {("order", "rows")},
    ("order", "cost"): {("order", "things"), ("item", "price")},
    ("order", "dear"): {("order", "things"), ("item", "price"), ("item", "code")},
    ("order", "theirs"): {("order", "amount"), *_LISTED},
    ("order", "idle"): {("order", "day")},
    ("person", "total"): {("order", "amount"), *_LISTED},
    ("person", "ready"): {("order", "done"), *_LISTED},
}
FACTS = {key: [each["key"] for each in fields if each["key"] != "orders"] for key, fields in COMPUTED.items()}


@dataclass
class Grants:
    """The grants of one person for one form; ``others``: for every form."""

    form: str
    person: int
    context: Context
    grants: Sequence[Mapping[str, Any]]
    fields: Sequence[str]
    joined: Sequence[str] = ()
    owner: str | None = "owner"
    read_only: frozenset[str] = frozenset()
    others: Mapping[str, Grants] = field(default_factory=dict)

    def covers(self, grant: Mapping[str, Any], record: Record) -> bool:
        if "where" in grant and compile_python(parse(grant["where"]))(record, self.context) is not True:
            return False
        scope = grant.get("scope", "all")
        if scope == "all":
            return True
        owner = record[self.owner] if self.owner else None
        if self.owner and owner == self.person:
            return True
        if scope == "joined":
            return any(self.person in record[key] for key in self.joined)
        mine = PEOPLE[self.person]
        if scope == "own" or mine is None or owner is None or not self.owner:
            return False
        wanted = below(mine) if scope == "department_below" else (mine,)
        return DEPARTMENT_OF[owner] in wanted

    def may(self, action: str, record: Record | None = None) -> bool:
        found = [each for each in self.grants if action in each["actions"]]
        return any(record is None or self.covers(each, record) for each in found)

    @staticmethod
    def right(grant: Mapping[str, Any], key: str) -> str:
        return str(grant.get("fields", {}).get(key, grant.get("others", "edit")))

    def rights(self, key: str, record: Record | None = None, action: str = "view") -> set[str]:
        """Return what the grants with the action say of a field, in this record or anywhere."""
        return {
            self.right(each, key)
            for each in self.grants
            if action in each["actions"] and (record is None or self.covers(each, record))
        }

    def exists(self, key: str) -> bool:
        return bool(self.rights(key) - {"hidden"}) and self.may_know(key)

    def usable(self, key: str) -> bool:
        if key in SYSTEM:
            return SHOWN_BY.get(key) not in self.fields or self.usable(SHOWN_BY[key])
        return bool(self.rights(key) & {"read", "edit"}) and self.may_know(key)

    def may_know(self, key: str) -> bool:
        """Tell whether all that a value is made of may be used; that a person fills in is made of nothing."""
        mine = {each for form, each in MADE_OF.get((self.form, key), ()) if form == self.form}
        theirs = {each for each in MADE_OF.get((self.form, key), ()) if each[0] != self.form}
        return all(map(self.usable, mine)) and all(self.others[form].usable(each) for form, each in theirs)

    def knows(self, key: str, record: Record) -> bool:
        """Tell whether what a value is made of is clear in its record, and may be used of others."""
        mine = {each for form, each in MADE_OF.get((self.form, key), ()) if form == self.form}
        return self.may_know(key) and all(self.clear(each, record) for each in mine)

    def clear(self, key: str, record: Record) -> bool:
        if key not in SYSTEM:
            return bool(self.rights(key, record) & {"read", "edit"}) and self.knows(key, record)
        if ORIGIN.get(key) in self.fields:
            return record["_version"] > 1 or self.clear(ORIGIN[key], record)
        return SHOWN_BY.get(key) not in self.fields or self.clear(SHOWN_BY[key], record)

    def shown(self, key: str, record: Record) -> Any:
        """Return what is shown in a cell."""
        blank = () if key in PLURAL else None
        if self.clear(key, record):
            return record[key]
        veiled = "masked" in self.rights(key, record) and self.knows(key, record)
        return mask(record[key]) if veiled else blank

    def used(self, record: Record) -> dict[str, Any]:
        """Return the record as filters, sorts and figures see it."""
        keys = (*SYSTEM, *self.fields)
        return {
            key: record[key] if self.clear(key, record) else (() if key in PLURAL else None) for key in keys
        }

    def sees(self, record: Record) -> bool:
        return self.may("view", record)

    def view(self, record: Record) -> dict[str, Any]:
        """Return the whole record as it is shown."""
        found = {key: self.shown(key, record) for key in self.fields if self.exists(key)}
        system = (key for key in SYSTEM if self.usable(key))
        return {**{key: record[key] if self.clear(key, record) else None for key in system}, **found}

    def may_filter(self, node: Node | None) -> bool:
        return node is None or all(self.usable(path[0]) for path in references(node))

    def matching(self, records: Sequence[Record], node: Node | None, search: str | None) -> list[Record]:
        """Return the records that are seen and pass."""
        found = [each for each in records if self.sees(each)]
        if node is not None:
            holds = compile_python(node)
            found = [each for each in found if holds(self.used(each), self.context) is True]
        if search is not None:
            found = [each for each in found if self.found(each, search)]
        return found

    def found(self, record: Record, search: str) -> bool:
        texts = [record[key] for key in ("title", "word") if self.clear(key, record)]
        words = {word for text in texts for word in re.findall(r"[a-z0-9]+", fold(text or ""))}
        asked = re.findall(r"[a-z0-9]+", fold(search))
        return bool(asked) and all(any(word.startswith(each) for word in words) for each in asked)

    def ordered(self, records: Sequence[Record], sort: Sequence[tuple[str, bool]]) -> list[Record]:
        """Return the records sorted, blank smallest, the id last."""
        last = sort[-1][1] if sort else True
        found = sorted(records, key=lambda each: each["_id"], reverse=last)
        for key, descending in reversed(sort):
            found.sort(key=lambda each: place(key, self.used(each)[key]), reverse=descending)
        return found


def place(key: str, value: Any) -> tuple[bool, Any]:
    """Return what a value is sorted by."""
    if value is None:
        return (False, 0)
    if key == "stage":
        return (True, STAGES.index(value))
    return (True, fold(value) if isinstance(value, str) else value)


def mask(value: Any) -> Any:
    """Return the outline of a value."""
    if isinstance(value, str):
        return f"{value[:3]}****{value[-2:]}" if len(value) > 7 else "****"
    return () if isinstance(value, tuple) else None


def figure(function: str, values: Sequence[Any]) -> Any:
    """Return a figure over the values of a group, blanks among them."""
    given = [each for each in values if each is not None]
    match function:
        case "count" | "filled":
            return len(given)
        case "distinct":
            return len({fold(each) if isinstance(each, str) else each for each in given})
        case "sum":
            return sum(given, Decimal(0))
        case "average":
            return round(sum(given, Decimal(0)) / len(given), 8) if given else None
    return (min(given) if function == "min" else max(given)) if given else None
