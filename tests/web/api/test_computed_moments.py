"""Computed fields that the clock or the organisation has a say in: made when they are read."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store.platform import user
from schemas.errors import Invalid
from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import EVERYTHING

FIRM: dict[str, Any] = {
    "key": "firm", "label": "Firm", "title": "name",
    "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "last", "type": "date", "label": "Last"},
        {"key": "keeper", "type": "member", "label": "Keeper"},
        {"key": "share", "type": "number", "label": "Share", "decimals": 1},
        {"key": "idle", "type": "formula", "label": "Idle", "formula": "DAYS(TODAY(), last)", "decimals": 0},
        {"key": "weighed", "type": "formula", "label": "Weighed", "formula": "idle * share", "decimals": 0},
        {"key": "asleep", "type": "formula", "label": "Asleep", "formula": "idle > 30",
         "result": "checkbox"},
        {"key": "mood", "type": "formula", "label": "Mood", "result": "text",
         "formula": 'IF(ISBLANK(last), "new", IF(asleep, "Asleep", "awake"))'},
        {"key": "next", "type": "formula", "label": "Next", "formula": "TODAY() + 7", "result": "date"},
        {"key": "boss", "type": "formula", "label": "Boss", "formula": '"#" & MANAGER(keeper)',
         "result": "text"},
        {"key": "deals", "type": "related", "label": "Deals", "form": "deal", "via": "firm"},
    ],
}  # fmt: skip
DEAL: dict[str, Any] = {
    "key": "deal", "label": "Deal",
    "fields": [
        {"key": "firm", "type": "relation", "label": "Firm", "form": "firm"},
        {"key": "idle", "type": "lookup", "label": "Idle", "via": "firm", "field": "idle"},
        {"key": "twice", "type": "formula", "label": "Twice", "formula": "firm.idle * 2", "decimals": 0},
        {"key": "mood", "type": "lookup", "label": "Mood", "via": "firm", "field": "mood"},
    ],
}  # fmt: skip


def definition(*forms, roles=()):
    grants = [{"form": form["key"], "actions": EVERYTHING} for form in (FIRM, DEAL)]
    blind = [{**grants[0], "fields": {"last": "hidden"}}, grants[1]]
    return json.dumps({
        "weft": 1, "key": "shop", "label": "Shop", "forms": list(forms or (FIRM, DEAL)),
        "roles": [
            {"key": "chief", "label": "Chief", "admin": True},
            {"key": "clerk", "label": "Clerk", "grants": grants},
            {"key": "blind", "label": "Blind", "grants": blind},
            {"key": "own", "label": "Own",
             "grants": [{**grants[0], "fields": {"last": "hidden"}},
                        {**grants[0], "where": 'name = "shown"'}, grants[1]]},
        ],
    }).encode()  # fmt: skip


@pytest.fixture(scope="module")
def moments(rest_of_module):
    return rest_of_module(definition(), FakeClock(datetime(2026, 3, 1, 9, tzinfo=UTC)))


@pytest.fixture(scope="module")
def clerk(moments):
    return moments.door("clerk", "clerk")


@pytest.fixture(scope="module")
def firms(clerk):
    """Firms that somebody spoke with so many days ago; the fixture's day is the first of March 2026."""
    days = {"today": "2026-03-01", "late": "2026-01-20", "old": "2025-12-01", "never": None}
    return {name: clerk.create("firm", name=name, last=day, share="1.5") for name, day in days.items()}


def names(door, path):
    return [row["name"] for row in door.get(path)["data"]]


def test_the_day_has_a_say(moments, clerk, firms):
    assert moments.clock.now().date() == date(2026, 3, 1)

    old = clerk.get(f"firm/{firms['old']}")

    assert [old[key] for key in ("idle", "weighed", "asleep", "mood", "next")] == [
        "90", "135", True, "Asleep", "2026-03-08"
    ]  # fmt: skip
    never = clerk.get(f"firm/{firms['never']}")
    assert [never[key] for key in ("idle", "asleep", "mood")] == [None, None, "new"]


def test_only_what_is_asked_for_is_shown(clerk, firms):
    (row,) = clerk.get('firm?fields=mood&filter=name = "old"')["data"]

    assert row["mood"] == "Asleep"
    assert not {"last", "idle", "asleep"} & row.keys()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("filter=idle > 30&sort=idle", ["late", "old"]),
        ("filter=idle = 40", ["late"]),
        ("filter=weighed >= 60&sort=-weighed", ["old", "late"]),
        ("filter=asleep", ["old", "late"]),
        ("filter=NOT asleep", ["today"]),
        ('filter=mood = "asleep"&sort=name', ["late", "old"]),
        ('filter=CONTAINS(mood, "w")&sort=-mood', ["never", "today"]),
        ("filter=ISBLANK(idle)", ["never"]),
        ("filter=next = DATE(2026, 3, 8)&sort=name", ["late", "never", "old", "today"]),
        ("sort=-idle", ["old", "late", "today", "never"]),
    ],
)
def test_lists_are_filtered_and_sorted_by_it(clerk, firms, asked, found):
    assert names(clerk, f"firm?{asked}") == found


def test_figures_are_grouped_by_it(clerk, firms):
    rows = clerk.get("firm/aggregate?group=mood&measure=count,max:idle")["data"]

    assert {row["mood"]: (row["count"], row["max_idle"]) for row in rows} == {
        "Asleep": (2, "90"), "awake": (1, "0"), "new": (1, None)
    }  # fmt: skip


def test_it_travels_over_relations(clerk, firms):
    deal = clerk.post("deal", {"firm": firms["old"]})
    clerk.create("deal", firm=firms["today"])

    for record in (deal, clerk.get(f"deal/{deal['_id']}")):
        assert (record["idle"], record["twice"], record["mood"]) == ("90", "180", "Asleep")
    for asked in ("filter=idle > 30", "filter=firm.idle > 30", "filter=twice > 60", "filter=firm.asleep"):
        assert [row["_id"] for row in clerk.get(f"deal?{asked}")["data"]] == [deal["_id"]]
    assert clerk.get("deal?sort=-mood")["data"][0]["mood"] == "awake"


def test_the_answer_to_a_write_holds_it(moments):
    chief = moments.door("head", "chief")
    firm = chief.post("firm", {"name": "answer", "last": "2026-02-28"})

    assert (firm["idle"], firm["mood"]) == ("1", "awake")
    deal = chief.post("deal", {"firm": firm["_id"]})
    assert deal["idle"] == "1"
    chief.delete(f"deal/{deal['_id']}")
    chief.delete(f"firm/{firm['_id']}")


def test_people_above_are_known_when_it_is_read(moments, clerk):
    box = moments.installation
    boss, keeper = moments.add("boss"), moments.add("keeper")
    firm = clerk.create("firm", name="kept", keeper=str(keeper))
    assert clerk.get(f"firm/{firm}")["boss"] == "#"

    with box.db.write() as conn:
        conn.execute(sa.update(user).where(user.c.id == keeper).values(manager_id=boss))

    assert clerk.get(f"firm/{firm}")["boss"] == f"#{boss}"
    assert clerk.issues("GET", "firm?filter=boss = 1", status=400)
    assert clerk.issues("GET", 'firm?filter=boss = "x"', status=400) == {
        "filter": "expression.not_pushable"
    }  # fmt: skip
    assert clerk.issues("GET", "firm?sort=boss", status=400) == {"sort": "query.not_sortable"}
    clerk.delete(f"firm/{firm}")


def test_a_reader_sees_it_who_may_read_what_it_is_made_of(moments, clerk, firms):
    blind, own = moments.door("blind", "blind"), moments.door("own", "own")
    shown = clerk.create("firm", name="shown", last="2026-02-27")

    assert not {"idle", "mood", "asleep"} & blind.get(f"firm/{firms['old']}").keys()
    assert blind.issues("GET", "firm?filter=idle > 1", status=400) == {"filter": "expression.unknown_field"}
    deal = clerk.create("deal", firm=firms["old"])
    assert "mood" not in blind.get(f"deal/{deal}")
    clerk.delete(f"deal/{deal}")
    assert (own.get(f"firm/{firms['old']}")["idle"], own.get(f"firm/{shown}")["idle"]) == (None, "2")
    assert names(own, "firm?filter=idle >= 0") == ["shown"]
    clerk.delete(f"firm/{shown}")


def test_it_is_exported(clerk, firms):
    answer = clerk.send("GET", "firm/export.csv?filter=idle > 50")

    assert "Asleep" in answer.text


@pytest.mark.parametrize("view", [{"filter": 'boss = "x"'}, {"sort": [{"field": "boss"}]}])
def test_a_view_says_what_no_list_can_be_ordered_by(moments, view):
    firm = {**FIRM, "views": [{"key": "all_of_them", "label": "All", **view}]}

    with pytest.raises(Invalid) as caught:
        moments.installation.publisher.plan(definition(firm, DEAL))

    (issue,) = caught.value.issues
    assert issue.params["name"] == "boss"


def test_a_value_for_everybody_asks_nothing_about_its_reader(moments):
    firm = {**FIRM, "fields": [*FIRM["fields"], {
        "key": "mine", "type": "formula", "label": "Mine", "formula": 'IN("chief", ROLE())',
        "result": "checkbox",
    }]}  # fmt: skip

    with pytest.raises(Invalid) as caught:
        moments.installation.publisher.plan(definition(firm, DEAL))

    assert "definition.not_in_a_formula" in [issue.code for issue in caught.value.issues]
