"""Far more of everything than anybody meant: it stays usable, or says its limit before work is lost."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from frontend.texts import Texts
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
    form(
        "paper",
        field("name"),
        field("memo", "long_text", max_length=20_000),
        field("scans", "file", max_mb=1, max_files=2),
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


def test_what_is_too_long_or_too_large_is_told_beside_the_field_and_nothing_typed_is_lost(
    rest: Rest, boss: Door
) -> None:
    client, csrf = rest.session(boss.user_id)
    form = client.get("/a/shop/paper/new").text
    assert "At most 2 files of up to 1 MB each" in form
    assert "maxlength" not in form  # a browser would cut what is pasted without a word

    sent = {"csrf": csrf, "name": "N" * 300, "memo": "kept " * 3000}
    answer = client.post("/a/shop/paper/new", data=sent, files={"scans": ("big.bin", b"x" * 1_100_000)})

    assert answer.status_code == 422
    assert "The file is larger than 1 MB." in answer.text
    assert "N" * 300 in answer.text
    assert "kept kept" in answer.text


NAMES = (
    "שלום עולם",
    "شركة الاختبار",
    "👨‍👩‍👧‍👦 🎉",
    "e\u0301\u0301 combining",
    "𠮷野家",
    "हिन्दी",
    "<b>ﷺ</b>",
    "名" * 255,
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_of_every_script_stand_wherever_they_are_shown_and_are_found(
    boss: Door, visit: Callable[..., str], name: str
) -> None:
    number = boss.create("paper", name=name)
    kept = str(boss.get(f"paper/{number}")["name"])

    for page in ("paper", f"paper/{number}", f"paper/{number}/edit"):
        assert kept in unescape(visit(f"/a/shop/{page}"))
    found = boss.get("paper", params={"filter": f'name = "{kept}"'})["data"]
    assert [each["_id"] for each in found] == [number]


def test_a_name_from_right_to_left_does_not_turn_a_sentence_round() -> None:
    assert Texts("en").t("ui.file.uploaded", name="שלום 1") == "\u2068שלום 1\u2069 uploaded"
    assert Texts("en").t("ui.file.uploaded", name="名") == "名 uploaded"
