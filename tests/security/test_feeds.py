"""Under the secret link of a calendar stands what its person may see at that moment, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from starlette.testclient import TestClient

from engines.store import people
from engines.store.platform import feed
from tests.fixtures.rest import Door, Rest, shop_bytes
from tests.fixtures.shop import FORMS

VIEWS = [
    {"key": "days", "label": "Meetings", "type": "calendar", "start": "seen", "columns": ["word", "note"]},
    {"key": "dear", "label": "Dear", "type": "calendar", "start": "day", "filter": "amount > 5"},
]
HIDDEN = {"form": "order", "scope": "own", "fields": {"note": "hidden", "word": "masked"}}
ROLES = [
    {"key": "chief", "label": "Chief", "admin": True},
    {"key": "own", "label": "Own", "grants": [HIDDEN]},
    {"key": "blind", "label": "Blind", "grants": [{"form": "order", "fields": {"seen": "hidden"}}]},
]
LONG = "Kick-off; with, everybody\\ in the large room 🏭 " + "与客户一起确认需求，" * 8


@pytest.fixture
def chief(rest: Rest) -> Door:
    forms = [{**each, "views": VIEWS} if each["key"] == "order" else each for each in FORMS]
    rest.publish(shop_bytes(forms, roles=ROLES))
    return rest.door("chief", "chief")


def make_link(rest: Rest, user_id: int, view: str = "days") -> str:
    """Make a link as a person does; the path that it leads to."""
    browser, csrf = rest.session(user_id)
    page = browser.post(f"/a/shop/order/feed/{view}", data={"csrf": csrf})
    found = re.search(r"<code>http[^<]*(/feeds/[^<]+)</code>", page.text)
    assert found, page.text[:3000]
    assert found[1] not in browser.get(f"/a/shop/order/feed/{view}").text
    return found[1]


def read(rest: Rest, path: str, status: int = 200) -> bytes:
    """Read a link as a program that nobody signed in to."""
    answer = TestClient(rest.web).get(path)
    assert answer.status_code == status, answer.text[:500]
    return bytes(answer.content)


def events(data: bytes) -> dict[str, Any]:
    """Title -> event."""
    return {str(each["summary"]): each for each in Calendar.from_ical(data).walk("VEVENT")}


def test_s187_the_calendar_of_a_person_has_her_meetings(rest: Rest, chief: Door) -> None:
    number = chief.create(title=LONG.strip(), seen="2026-12-05T06:00:00Z", word="Room 1", note="a\nb")
    link = make_link(rest, chief.user_id)

    data = read(rest, link)
    (event,) = events(data).values()
    chief.patch(f"order/{number}", {"seen": "2026-12-06T06:00:00Z"})
    (later,) = events(read(rest, link)).values()

    assert (str(event["summary"]), event.decoded("dtstart").isoformat()) == (
        LONG.strip(), "2026-12-05T06:00:00+00:00",
    )  # fmt: skip
    assert str(event["description"]).splitlines() == ["Word: Room 1", "Note: a", "b"]
    assert str(event["url"]).endswith(f"/a/shop/order/{number}")
    assert (str(event["uid"]), int(event["sequence"])) == (str(later["uid"]), int(later["sequence"]) - 1)
    assert later.decoded("dtstart").isoformat() == "2026-12-06T06:00:00+00:00"
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    with rest.installation.db.read() as conn:  # the link itself is kept nowhere
        kept = conn.execute(sa.select(feed)).one()
    assert link.rpartition("/")[2].removesuffix(".ics") not in map(str, kept)


def test_what_its_person_may_not_see_does_not_stand_there(rest: Rest, chief: Door) -> None:
    person = rest.add("ann", "own")
    meeting = {"seen": "2026-12-05T06:00:00Z", "word": "CLASSIFIED", "note": "SECRET"}
    chief.create(title="Theirs", **meeting)
    mine = chief.create(title="Mine", owner=str(person), **meeting)
    link = make_link(rest, person)

    data = read(rest, link)

    assert list(events(data)) == ["Mine"]
    assert not re.search(rb"SECRET|CLASSIFIED|Theirs", data)
    # Rights are those of the moment: the record goes to somebody else, the role is taken away.
    chief.patch(f"order/{mine}", {"owner": None})
    assert events(read(rest, link)) == {}
    rest.give(person, "blind")
    read(rest, link, 404)
    rest.give(person)
    read(rest, link, 404)
    with rest.installation.db.write() as conn:
        people.set_roles(conn, person, [rest.model.roles["own"]])
    assert list(events(read(rest, link))) == []
    with rest.installation.db.write() as conn:
        people.deactivate(conn, person, rest.clock)
        people.activate(conn, person)
    read(rest, link, 404)


def test_a_link_ends_and_is_not_asked_for_without_end(rest: Rest, chief: Door) -> None:
    first = make_link(rest, chief.user_id)
    second = make_link(rest, chief.user_id)
    read(rest, first, 404)
    read(rest, second)
    assert [read(rest, path, 404) for path in ("/feeds/nothing.ics", "/feeds/%20", "/feeds/none")]

    browser, csrf = rest.session(chief.user_id)
    browser.post("/a/shop/order/feed/days/drop", data={"csrf": csrf})
    read(rest, second, 404)
    assert browser.get("/a/shop/order/feed/nothing").status_code == 404
    third, client = make_link(rest, chief.user_id, "dear"), TestClient(rest.web)
    found = [client.get(third).status_code for _ in range(32)]

    assert (found[0], found[-1]) == (200, 429)
    rest.clock.forward(minutes=10)
    read(rest, third)
