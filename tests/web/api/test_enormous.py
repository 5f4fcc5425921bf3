"""Far more of everything than anybody meant: it stays usable, or says its limit before work is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures.publishing import app, field, form
from tests.fixtures.rest import Door, Rest

MANY = 300  # options: enough to be searched for in the rows of a long list
OPTIONS = [{"key": f"o{each}", "label": f"Option {each}", "color": "blue"} for each in range(MANY)]
DEFINITION = app(
    form(
        "deal",
        field("title", required=True),
        field("stage", "select", options=OPTIONS),
        title="title",
        views=[{"key": "board", "label": "Board", "type": "kanban", "by": "stage"}],
    ),
    form(
        "bill",
        field("name"),
        field(
            "rows",
            "subform",
            fields=[
                field("what"),
                field("kind", "select", options=OPTIONS),
                field("kinds", "multi_select", options=OPTIONS),
            ],
        ),
        field("lines", "subform", fields=[field("what")]),
        title="name",
    ),
)


@pytest.fixture(scope="module")
def rest(rest_of_module: Callable[..., Rest]) -> Rest:
    return rest_of_module(DEFINITION)


@pytest.fixture(scope="module")
def boss(rest: Rest) -> Door:
    return rest.door("boss", admin=True)


@pytest.fixture(scope="module")
def visit(rest: Rest, boss: Door) -> Callable[..., str]:
    client, csrf = rest.session(boss.user_id)

    def ask(path: str, status: int = 200, **posted: Any) -> str:
        answer = client.post(path, data={"csrf": csrf, **posted}) if posted else client.get(path)
        assert answer.status_code == status, answer.text[:2000]
        return str(answer.text)

    return ask


def test_options_of_many_rows_are_searched_for_instead_of_standing_in_each(
    boss: Door, visit: Callable[..., str]
) -> None:
    rows = [{"what": f"R{each}", "kind": f"o{each}", "kinds": ["o1", f"o{each + 2}"]} for each in range(70)]
    number = boss.create("bill", name="Long", rows=rows)

    page = visit(f"/a/shop/bill/{number}/edit")

    assert page.count("<option") < 2 * MANY + 70 * 30
    assert '<option value="o69" selected>Option 69</option>' in page
    found = boss.get("bill/lookup/rows.kind?search=ption 29")["data"]
    assert [each["id"] for each in found[:3]] == ["o29", "o290", "o291"]
    assert page.count('data-url="/api/shop/bill/lookup/rows.kind"') == 70
    posted = {f"rows.{index}.{key}": value for index, row in enumerate(rows) for key, value in row.items()}
    visit(f"/a/shop/bill/{number}/edit", 303, _version="1", **posted | {"rows.0.kind": "o299"})
    kept = boss.get(f"bill/{number}")["rows"]
    assert [kept[0]["kind"], kept[69]["kind"], kept[69]["kinds"]] == ["o299", "o69", ["o1", "o71"]]
    assert "<option" in visit("/a/shop/bill/new").partition("<template>")[2]


def test_a_row_too_many_is_refused_with_what_was_typed_and_not_dropped(visit: Callable[..., str]) -> None:
    posted = {f"lines.{index}.what": f"R{index}" for index in range(1001)}

    page = visit("/a/shop/bill/new", 422, name="Endless", **posted)

    assert "1,000" in page or "1000" in page
    assert 'value="R1000"' in page


def test_a_board_of_more_columns_than_it_draws_draws_those_that_hold_something(
    boss: Door, visit: Callable[..., str]
) -> None:
    for each in range(250, 295):
        boss.create("deal", title=f"D{each}", stage=f"o{each}")

    page = visit("/a/shop/deal")

    assert "Option 250" in page
    assert page.count('class="weft-lane"') == 40
    assert "5 more columns have cards" in page
