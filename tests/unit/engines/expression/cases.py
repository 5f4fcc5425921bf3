"""The case file that every back end runs, and the record its formulas read."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.expression import Context, ErrorValue, ValueType

FILE = Path(__file__).parents[3] / "cases" / "formulas.csv"
RECORD: Mapping[str, Any] = {
    "amount": Decimal("2.5"),
    "qty": Decimal(4),
    "missing": None,
    "title": "Hello World",
    "done": True,
    "status": "open",
    "due": date(2024, 2, 29),
    "start": date(2024, 1, 1),
    "seen": datetime(2024, 2, 29, 8, 30, 15, tzinfo=UTC),
    "opens": time(9, 0),
    "owner": 7,
    "items.price": (Decimal(10), Decimal(20), Decimal(30)),
    "items.count": (Decimal(1), Decimal(2), Decimal(3)),
    "items.name": ("a", "b", None),
}
TYPES: Mapping[str, ValueType] = {
    "amount": ValueType.number,
    "qty": ValueType.number,
    "missing": ValueType.any,
    "title": ValueType.text,
    "done": ValueType.bool,
    "status": ValueType.option,
    "due": ValueType.date,
    "start": ValueType.date,
    "seen": ValueType.datetime,
    "opens": ValueType.time,
    "owner": ValueType.id,
    "items.price": ValueType.numbers,
    "items.count": ValueType.numbers,
    "items.name": ValueType.texts,
}
CONTEXT = Context(7, None, datetime(2026, 1, 1, 8, 30, tzinfo=UTC), date(2026, 1, 1))


class Fields:
    """The fields of the record."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return TYPES.get(".".join(path))


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the file. ``kind``: number, text, bool, date, datetime, blank or error."""

    formula: str
    expected: str
    kind: str
    function: str


def read(file: Path = FILE) -> list[Case]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Case(row["formula"], row["expected"], row["kind"], row["function"])
            for row in csv.DictReader(lines)
        ]


def by_function(cases: list[Case]) -> list[Any]:
    """One parameter per function: its cases. Thousands of single tests would cost more than they run."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.function, []).append(case)
    return [pytest.param(group, id=name) for name, group in sorted(groups.items())]


def agrees(case: Case, value: object) -> bool:
    """Tell whether a value is what the case expects."""
    match case.kind:
        case "number":
            if not isinstance(value, Decimal):
                return False
            wanted = Decimal(case.expected)
            return abs(value - wanted) <= Decimal("1e-9") * max(Decimal(1), abs(wanted))
        case "bool":
            return value is (case.expected == "TRUE")
        case "date" | "datetime":
            return isinstance(value, date) and value.isoformat() == case.expected
        case "error":
            return isinstance(value, ErrorValue) and case.expected in {value.code, "#ERROR"}
    return (value or "") == case.expected
