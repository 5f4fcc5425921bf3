"""Lists as boards: columns, cards and sums are the reader's own, and a card is put by one write."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from engines.query import Change, Op
from tests.fixtures.clock import FakeClock
from tests.fixtures.flowing import stage
from tests.fixtures.publishing import app, field, form
from tests.web.screens.conftest import Browser, Shop, links, titles

SORTS = [{"key": "zebra", "label": "Zebra", "color": "blue"}, {"key": "apple", "label": "Apple"}]
STAGES = [{"key": key, "label": key.title()} for key in ("todo", "doing", "done", "never")]
JOB = form(
    "job",
    field("name", required=True),
    field("sort", "select", options=SORTS),
    field("stage", "select", options=STAGES),
    field("size", "number", decimals=2),
    field("why", "text", required_if='sort = "apple"'),
    field("day", "date"),
    field("until", "date"),
    field("at", "datetime"),
    field("owner", "member"),
    field("photo", "image"),
    title="name",
    owner="owner",
    checks=[{"that": "size < 1000", "message": "Too large", "field": "size"}],
    views=[
        {
            "key": "board",
            "label": "Board",
            "type": "kanban",
            "by": "sort",
            "sum": "size",
            "filter": "size > 0",
        },
        {"key": "stages", "label": "Stages", "type": "kanban", "by": "stage", "columns": ["size"]},
        {"key": "begun", "label": "Begun", "type": "kanban", "by": "stage", "hide": ["never", "done"]},
        {"key": "people", "label": "People", "type": "kanban", "by": "owner"},
        {"key": "days", "label": "Days", "type": "calendar", "start": "day", "end": "until"},
        {"key": "hours", "label": "Hours", "type": "calendar", "start": "at", "columns": ["size"]},
        {"key": "wall", "label": "Wall", "type": "gallery", "picture": "photo", "columns": ["size"]},
    ],
)
FLOW = {
    "key": "line", "label": "Line", "form": "job", "field": "stage",
    "nodes": [
        {"key": "start", "type": "start", "next": "todo"},
        stage("todo", moves={"go": "doing", "give_up": {"to": "never", "comment": "required"}}),
        stage(
            "doing",
            moves={"end": {"to": "done", "when": "size > 5"}, "ask": {"to": "never", "by": ["chief"]}},
        ),
        stage("done"),
        stage("never"),
    ],
}  # fmt: skip
EVERYTHING = ["view", "create", "edit"]
ROLES = [
    {"key": "clerk", "label": "Clerk", "grants": [{"form": "job", "actions": EVERYTHING, "scope": "own"}]},
    {"key": "veiled", "label": "Veiled", "grants": [{"form": "job", "fields": {"size": "masked"}}]},
    {"key": "blind", "label": "Blind", "grants": [{"form": "job", "fields": {"sort": "hidden"}}]},
    {"key": "chief", "label": "Chief", "admin": True},
]


class Looks(Shop):
    definition = app(JOB, flows=[FLOW], roles=ROLES)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looks")
    Looks(folder, FakeClock()).installation.close()
    return folder


@pytest.fixture
def shop(tmp_path: Path, clock: FakeClock, _folder: Path) -> Iterator[Shop]:
    shutil.copytree(_folder, tmp_path / "data")
    found = Looks(tmp_path / "data", clock)
    yield found
    found.installation.close()


def lanes(html: str) -> dict[str, tuple[list[str], str, str]]:
    """Name of each column -> its cards, its count, its sum."""
    found = {}
    for part in re.findall(r'<section class="weft-lane".*?</section>', html, re.DOTALL):
        name = re.search(r'weft-lane-name">(.*?)<', part)
        count = re.search(r'weft-lane-count"[^>]*>(.*?)<', part)
        total = re.search(r'weft-lane-sum".*?</span>(.*?)</p>', part, re.DOTALL)
        cards = re.findall(r'data-item data-title="(.*?)"', part)
        found[name[1] if name else ""] = (cards, count[1] if count else "", total[1].strip() if total else "")
    return found


def put(
    browser: Browser, number: int, to: str, version: int = 1, view: str = "board"
) -> tuple[int, dict[str, Any]]:
    """Put a card somewhere as the page does; status and what is said."""
    answer = browser.client.post(
        f"/a/shop/job/{number}/put?view={view}", data={"csrf": browser.csrf, "to": to, "version": version},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    return answer.status_code, answer.json()


def value(shop: Shop, number: int, key: str) -> Any:
    table = shop.model.form("job").table
    with shop.installation.db.read() as conn:
        return conn.scalar(sa.select(table.c[key]).where(table.c["_id"] == number))


def test_columns_stand_in_the_order_of_options_with_exact_counts_and_sums_of_the_whole_list(shop, boss):
    shop.add(
        "job",
        {"name": "A", "sort": "apple", "why": "x", "size": "1.25"},
        {"name": "B", "sort": "zebra", "size": "2"},
        {"name": "C", "sort": "apple", "why": "x", "size": "3.5"},
        {"name": "small", "sort": "apple", "why": "x"},
        {"name": "D", "size": "9"},
    )

    found = lanes(boss.get("/a/shop/job?view=board"))
    narrowed = lanes(boss.get("/a/shop/job?view=board&filter=size%20%3C%203&sort=-size"))

    assert found == {
        "No SORT": (["D"], "1", "9.00"), "Zebra": (["B"], "1", "2.00"), "Apple": (["C", "A"], "2", "4.75"),
    }  # fmt: skip
    assert list(lanes(boss.get("/a/shop/job?view=begun"))) == ["Todo", "Doing"]
    assert narrowed == {"Zebra": (["B"], "1", "2.00"), "Apple": (["A"], "1", "1.25")}


def test_a_long_column_goes_on_and_asks_no_more_the_longer_it_is(shop, boss):
    def asked(url: str) -> tuple[str, int]:
        sent: list[str] = []
        reader = shop.installation.db.reader

        def hear(*event: Any) -> None:
            sent.append(event[2])

        sa.event.listen(reader, "before_cursor_execute", hear)
        html = boss.get(url)
        sa.event.remove(reader, "before_cursor_execute", hear)
        return html, len(sent)

    shop.add(
        "job",
        {"name": "1", "sort": "zebra", "size": "1"},
        {"name": "x", "sort": "apple", "why": "x", "size": "1"},
    )
    boss.get("/a/shop/job?view=board")
    _, few = asked("/a/shop/job?view=board")
    shop.write(
        "job", *(Change(Op.create, {"name": f"N{n}", "sort": "zebra", "size": "1"}) for n in range(60))
    )

    html, many = asked("/a/shop/job?view=board")
    shown = lanes(html)["Zebra"]
    (more,) = links(html, "Show more")
    rest = boss.get(more)
    kept = lanes(boss.get("/a/shop/job?view=board&shown=zebra:40,apple:1"))

    assert (len(shown[0]), shown[1:], many) == (25, ("61", "61.00"), few)
    assert list(lanes(rest)) == ["Zebra"]
    assert not {*lanes(rest)["Zebra"][0]} & {*shown[0]}
    assert len(kept["Zebra"][0]) == 40


def test_people_see_their_own_cards_and_sums_of_what_they_may_read(shop, boss):
    clerk = shop.sign_in("ann", roles=("clerk",))
    veiled, blind = shop.sign_in("bea", roles=("veiled",)), shop.sign_in("cy", roles=("blind",))
    shop.add(
        "job",
        {"name": "Mine", "sort": "zebra", "size": "1", "owner": clerk.user_id},
        {"name": "Theirs", "sort": "zebra", "size": "2"},
    )

    assert lanes(clerk.get("/a/shop/job?view=board"))["Zebra"] == (["Mine"], "1", "1.00")
    assert list(lanes(clerk.get("/a/shop/job?view=people"))) == ["Ann"]
    # A masked number is neither filtered by nor added up; a hidden field gives no columns.
    assert "Board" not in veiled.get("/a/shop/job")
    assert "weft-lane-sum" not in veiled.get("/a/shop/job?view=people")
    assert lanes(blind.get("/a/shop/job?view=board")) == {}
    assert titles(blind.get("/a/shop/job?view=board")) == ["Theirs", "Mine"]


def test_a_card_is_put_by_one_write_and_a_refusal_is_told_in_words(shop, boss):
    clerk = shop.sign_in("ann", roles=("clerk",))
    mine, theirs = shop.add(
        "job",
        {"name": "Mine", "sort": "zebra", "size": "1", "owner": clerk.user_id},
        {"name": "Theirs", "sort": "zebra", "size": "2"},
    )

    assert put(clerk, mine, "-") == (200, {"level": "success", "text": "", "url": ""})
    assert value(shop, mine, "sort") is None
    stale = put(clerk, mine, "zebra", version=1)
    required, foreign = put(clerk, mine, "apple", version=2), put(clerk, theirs, "-")
    nowhere = put(clerk, mine, "pear", version=2)
    assert value(shop, mine, "sort") is None
    assert [each[0] for each in (stale, required, foreign, nowhere)] == [409, 422, 404, 422]
    assert "Somebody has just changed" in stale[1]["text"]
    assert required[1]["text"].startswith("WHY: ")
    assert "not there any more" in foreign[1]["text"]
    # Without scripts the same post leads back to the list and says so there.
    back = boss.post(f"/a/shop/job/{theirs}/put?view=board", {"to": "-", "version": "1"}).headers["location"]
    assert back == "/a/shop/job?view=board"
    assert "Moved" in boss.get(back)


def test_a_stage_is_moved_by_its_flow_alone(shop, boss):
    clerk = shop.sign_in("ann", roles=("clerk",))
    other, job = shop.add("job", {"name": "Other"}, {"name": "Mine", "size": "5", "owner": clerk.user_id})

    asks = put(clerk, job, "never", view="stages")
    place = urlsplit(asks[1]["url"])
    assert (asks[0], place.path) == (200, f"/a/shop/job/{job}/move/give_up")
    assert parse_qs(place.query)["_back"] == ["/a/shop/job?view=stages"]
    assert "Comment" in clerk.get(asks[1]["url"])
    assert put(clerk, job, "done", view="stages")[1]["text"].startswith("The flow has no step")
    assert put(clerk, job, "doing", version=7, view="stages")[0] == 409
    assert put(clerk, job, "doing", view="stages")[1]["level"] == "success"
    # What the step is bound to holds here too, and so does whose step it is.
    not_yet, not_mine = put(clerk, job, "done", 2, "stages"), put(clerk, job, "never", 2, "stages")
    assert (not_yet[0], not_yet[1]["text"]) == (422, "The conditions for this step are not met yet.")
    assert (not_mine[0], not_mine[1]["text"]) == (403, "This step is for others to make.")
    assert lanes(clerk.get("/a/shop/job?view=stages"))["Doing"][0] == ["Mine"]

    given_up = boss.post(put(boss, other, "never", view="stages")[1]["url"], {"comment": "No"}).headers[
        "location"
    ]

    assert given_up == "/a/shop/job?view=stages"


def test_new_cards_begin_where_they_may(shop, boss):
    def offered(key: str, name: str) -> list[str]:
        html = clerk.get(f"/a/shop/job?view={key}")
        found = re.findall(r'href="(/a/shop/job/new\?[^"]*)" aria-label', html)
        return [parse_qs(urlsplit(each).query).get(name, [""])[0] for each in found]

    clerk = shop.sign_in("ann", roles=("clerk",))
    shop.add("job", {"name": "Mine", "size": "5", "sort": "zebra", "owner": clerk.user_id})

    assert offered("board", "sort") == ["zebra", "apple"]
    assert offered("stages", "stage") == [""]  # records begin in the first stage, and nowhere else
    assert '<option value="apple" selected' in clerk.get("/a/shop/job/new?sort=apple")


def test_a_personal_view_keeps_kind_and_filter_of_the_view_it_was_made_of(shop, boss):
    shop.add("job", {"name": "A", "sort": "zebra", "size": "3"}, {"name": "none", "sort": "zebra"})
    place = boss.post("/a/shop/job/views", {"view": "board", "sort": "-size", "name": "My board"}).headers[
        "location"
    ]

    assert lanes(boss.get(place))["Zebra"] == (["A"], "1", "3.00")
    number = place.rpartition("=")[2]
    boss.post(f"/a/shop/job/views/{number}", {"view": "board", "name": "Mine"})
    assert "Zebra" in lanes(boss.get(place))


def days(html: str) -> dict[str, list[str]]:
    """Day -> what stands on it, with the time it begins; days with nothing are left out."""
    found = {}
    for day, part in re.findall(r'data-place="(.*?)".*?>(.*?)</ol>', html, re.DOTALL):
        events = re.findall(
            r'data-title="(.*?)".*?(?:<time>(.*?)</time>)?[^<]*<span class="weft-event-title"',
            part,
            re.DOTALL,
        )
        if events:
            found[day] = [" ".join(filter(None, (clock, name))) for name, clock in events]
    return found


def test_a_calendar_shows_each_day_from_beginning_to_end_in_the_zone_of_the_app(shop, boss):
    *_, always = shop.add(
        "job",
        {"name": "Long", "day": "2026-10-30", "until": "2026-11-02"},
        {"name": "Short", "day": "2026-11-02"},
        {"name": "Late", "at": "2026-11-02T16:30:00Z"},  # in Shanghai half past midnight
        {"name": "Elsewhere", "day": "2026-08-01", "until": "2026-08-09"},
        {"name": "Always", "day": "2024-01-01", "until": "2027-12-01"},
    )

    year = days(boss.get("/a/shop/job?view=days&day=2025-03-15"))
    assert (len(year), {*map(tuple, year.values())}) == (42, {("Always",)})
    shop.write("job", Change(Op.delete, id=always))
    month = boss.get("/a/shop/job?view=days&day=2026-11-15")
    assert days(month) == {
        "2026-10-30": ["Long"], "2026-10-31": ["Long"], "2026-11-01": ["Long"],
        "2026-11-02": ["Long", "Short"],
    }  # fmt: skip
    assert re.findall(r'data-place="(.*?)"', month)[::41] == ["2026-10-26", "2026-12-06"]  # whole weeks
    assert days(boss.get("/a/shop/job?view=days&day=2026-11-02&span=week"))["2026-11-02"] == ["Long", "Short"]
    assert days(boss.get("/a/shop/job?view=hours&day=2026-11-03&span=day")) == {"2026-11-03": ["00:30 Late"]}
    assert days(boss.get("/a/shop/job?view=hours&day=none&span=year")) is not None


def test_a_record_is_put_to_another_day_with_its_end_and_its_time_of_day(shop, boss):
    long, late, blank = shop.add(
        "job",
        {"name": "Long", "day": "2026-10-30", "until": "2026-11-02"},
        {"name": "Late", "at": "2026-11-02T16:30:00Z"},
        {"name": "Blank"},
    )

    assert put(boss, long, "2026-11-10", view="days")[0] == 200
    assert (str(value(shop, long, "day")), str(value(shop, long, "until"))) == ("2026-11-10", "2026-11-13")
    assert put(boss, late, "2026-12-24", view="hours")[0] == 200
    assert value(shop, late, "at").isoformat() == "2026-12-23T16:30:00+00:00"
    assert put(boss, blank, "2026-11-10", view="days")[0] == 200
    assert put(boss, blank, "soon", 2, "days")[0] == 422
    assert "/a/shop/job/new?day=2026-11-10" in boss.get("/a/shop/job?view=days&day=2026-11-01")
    assert "at=2026-11-10T09%3A00" in boss.get("/a/shop/job?view=hours&day=2026-11-01")


def test_a_gallery_shows_cards_page_by_page(shop, boss):
    shop.write("job", *(Change(Op.create, {"name": f"N{n:02}", "size": "1"}) for n in range(21)))

    html = boss.get("/a/shop/job?view=wall&limit=20&sort=name")

    shown = re.findall(r'weft-card-title"><a[^>]*>(.*?)</a>', html)
    assert shown == [f"N{n:02}" for n in range(20)]
    assert "21 records" in html
    (following,) = links(html, "Next page")[:1]
    assert re.findall(r'weft-card-title"><a[^>]*>(.*?)</a>', boss.get(following)) == ["N20"]


def test_columns_and_days_have_indexes_of_their_own(shop):
    table = shop.model.form("job").table

    with shop.installation.db.read() as conn:
        found = {tuple(each["column_names"]) for each in sa.inspect(conn).get_indexes(table.name)}

    assert {("sort",), ("stage",), ("day",), ("at",)} <= found
