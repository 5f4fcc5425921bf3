"""Dashboards tell nobody what he may not know, whatever it is called (P6, P9, P16 to P18)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from schemas.errors import Invalid
from tests.fixtures.boards import board, widget
from tests.fixtures.rest import Door, Json, Rest, shop_bytes

EVIL = (
    "'; DROP TABLE shop__order; --", "1,(select password from weft_user)",
    'amount" FROM weft_user --', "ａmount", "",
)  # fmt: skip
CHIEF: Json = {"key": "chief", "label": "Chief", "admin": True}


def refused(rest: Rest, *widgets: Json) -> set[str]:
    """Publish what must be refused; returns the codes."""
    with pytest.raises(Invalid) as caught:
        rest.publish(shop_bytes(dashboards=[board(*widgets)]))
    return {each.code for each in caught.value.issues}


@pytest.mark.parametrize("text", EVIL)
def test_p6_p9_no_name_in_a_widget_becomes_sql(rest: Rest, text: str) -> None:
    before = rest.snapshot()
    places: tuple[Json, ...] = (
        widget("bar", group={"field": text}),
        widget("bar", group={"field": "stage"}, split={"field": text}),
        widget("line", group={"field": "day", "bucket": text}),
        widget("bar", group={"field": "stage", "order": text}),
        widget("number", measure={"function": text, "field": "amount"}),
        widget("number", measure={"function": "sum", "field": text}),
        widget("number", period={"field": text, "span": "today"}),
        widget("number", period={"field": "day", "span": text}),
        widget("funnel", field=text),
        widget("funnel", field="stage", steps=[text]),
        widget("table", groups=[{"field": text}]),
        widget("number", target={"form": "item", "field": text}),
        widget("number", where=text or '"'),
    )
    for each in places:
        assert refused(rest, each)
    assert rest.snapshot() == before


@pytest.mark.parametrize("text", EVIL[:4])
def test_p9_no_parameter_of_a_door_becomes_sql(rest: Rest, text: str) -> None:
    rest.publish(shop_bytes(dashboards=[board(widget("pie", group={"field": "stage"}))], roles=[CHIEF]))
    chief, before = rest.door("chief", "chief"), rest.snapshot()

    for path in (f"dashboards/{quote(text, safe='')}", f"dashboards/board/{quote(text, safe='')}"):
        assert chief.send("GET", path).status_code == 404
    for query in ("reached", "group", "measure"):
        path = "order" if query == "reached" else "order/aggregate"
        for value in (text, f"stage:open:open,{text}", f"{text}:open:open", f"day:{text}", f"sum:{text}"):
            assert chief.send("GET", f"{path}?{query}={quote(value)}").status_code in {400, 404, 422}, value
    assert chief.send("GET", "dashboards/board/it?group=word").status_code == 400
    assert rest.snapshot() == before


SECRET = "unheard-of"


@pytest.fixture
def guarded(rest: Rest) -> tuple[Rest, Door]:
    """Somebody who may see orders but not their words, nor how much they are worth."""
    grants = [{"form": "order", "fields": {"word": "hidden", "amount": "masked", "stage": "hidden"}}]
    some = [
        widget("pie", "group", group={"field": "word"}),
        widget("bar", "series", group={"field": "day", "bucket": "month"}, split={"field": "word"}),
        *(widget("number", each, measure={"function": each, "field": "amount"})
          for each in ("sum", "min", "max", "average")),
        widget("number", "distinct", measure={"function": "distinct", "field": "word"}),
        widget("number", "filled", measure={"function": "filled", "field": "word"}),
        widget("number", "where", where=f'word = "{SECRET}"'),
        widget("number", "narrowed", measure={"where": f'word = "{SECRET}"'}),
        widget("number", "share", measure={"function": "share", "where": f'word = "{SECRET}"'}),
        widget("table", "table", groups=[{"field": "day", "bucket": "day"}, {"field": "word"}]),
        widget("leaderboard", "ranked", group={"field": "day", "bucket": "day"},
               measures=[{"function": "sum", "field": "amount"}]),
        widget("funnel", "reached", field="stage"),
        widget("funnel", "standing", field="stage", mode="snapshot"),
    ]  # fmt: skip
    roles = [CHIEF, {"key": "few", "label": "Few", "grants": grants}]
    rest.publish(shop_bytes(dashboards=[board(*some)], roles=roles))
    chief = rest.door("chief", "chief")
    order = chief.create(title="a", word=SECRET, amount="4711", stage="open", day="2026-11-01")
    chief.patch(f"order/{order}", {"stage": "zebra"})
    return rest, rest.door("few", "few")


def test_p16_p17_p18_figures_of_hidden_and_masked_fields_are_told_nowhere(guarded: tuple[Rest, Door]) -> None:
    rest, few = guarded
    browser, _ = rest.session(few.user_id)

    answers = [few.get(f"dashboards/board/{each['key']}") for each in few.get("dashboards/board")["widgets"]]
    page = browser.get("/a/shop/dashboards/board").text

    assert len(answers) == 15
    assert all(each["forbidden"] for each in answers)
    told = json.dumps(answers) + page
    assert SECRET not in told
    assert "4711" not in told
    assert "4,711" not in told
    assert page.count("No permission") == 15
    # The steps of a hidden field are no filter either, whatever there is to be found.
    for step in ("open", "apple"):
        assert few.send("GET", f"order?reached=stage:{step}:open,apple").status_code == 400
        assert browser.get(f"/a/shop/order?reached=stage:{step}:open,apple").status_code >= 400


def test_a_board_that_is_not_for_its_caller_looks_like_none(rest: Rest) -> None:
    roles = [CHIEF, {"key": "few", "label": "Few", "grants": [{"form": "order"}]}]
    closed = board(widget("number"), key="closed", roles=["chief"])
    rest.publish(shop_bytes(dashboards=[closed], roles=roles))
    few = rest.door("few", "few")

    answers = [few.send("GET", f"dashboards/{key}") for key in ("closed", "nothing")]
    widgets = [few.send("GET", f"dashboards/{key}/it") for key in ("closed", "nothing")]

    for pair in (answers, widgets):
        assert [each.status_code for each in pair] == [404, 404]
        assert pair[0].content == pair[1].content
    assert few.send("GET", "dashboards").status_code == 404
    assert "dashboards" not in json.dumps(few.get("openapi.json")["paths"])


def test_a_board_asks_a_bounded_number_of_questions(rest: Rest) -> None:
    """However many records there are; each widget asks once or twice, and once for the names it shows."""
    some = [widget("pie", f"w{n}", group={"field": "owner"}) for n in range(6)]
    rest.publish(shop_bytes(dashboards=[board(*some)], roles=[CHIEF]))
    chief = rest.door("chief", "chief")
    browser, _ = rest.session(chief.user_id)

    def asked() -> int:
        browser.get("/a/shop/dashboards/board")
        sent: list[str] = []

        def listen(_: Any, __: Any, statement: str, *more: Any) -> None:
            sent.append(statement)

        engine = rest.installation.db.reader
        sa.event.listen(engine, "before_cursor_execute", listen)
        browser.get("/a/shop/dashboards/board")
        sa.event.remove(engine, "before_cursor_execute", listen)
        return len(sent)

    chief.create(title="first", owner=str(chief.user_id))
    few = asked()
    for number in range(60):
        chief.create(title=f"t{number}", owner=str(rest.add(f"p{number}")))
    many = asked()

    assert many <= few + 6  # of each widget the rest, which falls together
    assert many <= 6 * 3 + 12
