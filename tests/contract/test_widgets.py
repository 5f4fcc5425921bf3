"""What every widget must do, run over the examples each of them brings, on both databases."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

from engines.report.registry import widgets
from tests.fixtures.boards import GOAL, board, every_widget, fill
from tests.fixtures.rest import Door, Rest, shop_bytes
from tests.fixtures.shop import FORMS

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
KINDS = widgets()
NAMES = sorted(KINDS)
COUNTS = {"count", "filled"}
RIGHTS = {
    "everything": [{"form": "order"}, {"form": "goal"}],
    "own": [{"form": "order", "scope": "own"}, {"form": "goal"}],
    "words of own": [
        {"form": "order", "others": "read", "fields": {"word": "hidden", "stage": "hidden"}},
        {"form": "order", "scope": "own"},
        {"form": "goal"},
    ],
}  # fmt: skip


@pytest.fixture
def boards(both: Rest) -> Rest:
    """The shop with a dashboard of every example, and records."""
    roles = [{"key": "chief", "label": "Chief", "admin": True}]
    roles += [{"key": f"r{n}", "label": "R", "grants": each} for n, each in enumerate(RIGHTS.values())]
    both.publish(shop_bytes([*FORMS, GOAL], dashboards=[board()], roles=roles))
    return both


@pytest.fixture
def viewers(boards: Rest) -> list[Door]:
    """An administrator, and somebody for each set of rights, who own orders in turn."""
    chief = boards.door("chief", "chief")
    others = [boards.door(f"p{n}", f"r{n}") for n in range(len(RIGHTS))]
    fill(chief, [each.user_id for each in others])
    return [chief, *others]


def counted(door: Door, form: str, records: dict[str, str]) -> int:
    """The exact number of records in the list that a figure leads to."""
    query = urlencode({**records, "total": "exact", "limit": 1})
    return int(door.get(f"{form}?{query}")["total"]["count"])


def test_every_list_behind_a_figure_holds_what_was_counted(viewers: list[Door]) -> None:
    compared = 0
    for door in viewers:
        for each in every_widget():
            answer = door.get(f"dashboards/board/{each['key']}")
            assert not answer["forbidden"], each["key"]
            functions = [column["function"] for column in answer["columns"] if column["function"]]
            for row in [*answer["rows"], *([answer["total"]] if "total" in answer else [])]:
                for function, figure, records in zip(functions, row["figures"], row["records"], strict=True):
                    if function in COUNTS and records is not None:
                        assert counted(door, answer["form"], records) == figure, (each["key"], row)
                        compared += 1
    assert compared > 200
