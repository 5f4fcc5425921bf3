"""To-dos that people write for a day, for others, for a role or a department; and the month they are in."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import people
from runtime.live.hub import Hub, person_topic
from tests.fixtures.rest import Door
from tests.web.rules.conftest import Ruled


def titles(door: Door, show: str) -> list[str]:
    return [each["title"] for each in door.get(f"/api/todos?show={show}")["data"]]


def department(rest: Ruled, name: str, *members: Door) -> int:
    box = rest.installation
    with box.db.write() as conn:
        found = people.add_department(conn, box.ids, name)
        for each in members:
            people.update_user(conn, each.user_id, department_id=found)
    return found


def test_one_written_for_three_days_from_now_is_coming_up_is_done_and_is_not_done_after_all(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    browser = ruled.browser(cy.user_id)

    answer = browser.post("/todos/new", 303, title="Send the offer", next="/todos?show=coming", **{"in": "3"})
    assert answer.headers["location"] == "/todos?show=coming"

    html = browser.get("/todos?show=coming")
    assert "Noted, due 2026-11-24 18:00." in html
    assert "Send the offer" in html
    assert "Send the offer" not in browser.get("/todos?show=today")
    done = re.findall(r'action="(/todos/\d+/done)"', html)[0]
    browser.post(done, next="/todos?show=coming")
    html = browser.get("/todos?show=coming")
    undo = re.findall(r'action="(/todos/\d+/reopen)"', html)[0]
    browser.post(undo, next="/todos?show=coming")
    assert titles(cy, "coming") == ["Send the offer"]


@pytest.mark.parametrize(
    ("typed", "title", "due"),
    [
        ("给王总回电话 +3天", "给王总回电话", "2026-11-24T10:00:00Z"),
        ("Call back +1w", "Call back", "2026-11-28T10:00:00Z"),
        ("明天交方案", "交方案", "2026-11-22T10:00:00Z"),
        ("今天交方案", "交方案", "2026-11-21T10:00:00Z"),
        ("Send it tomorrow", "Send it", "2026-11-22T10:00:00Z"),
        ("Buy 3 +2 boxes", "Buy 3 +2 boxes", None),
        ("明天", "明天", None),
        ("Call +8613800000000", "Call +8613800000000", None),
    ],
)  # fmt: skip
def test_a_day_may_be_typed_among_the_words(ruled: Ruled, typed: str, title: str, due: str | None):
    cy = ruled.door("cy", "clerk")

    ruled.browser(cy.user_id).post("/todos/new", title=typed)

    (todo,) = cy.get("/api/todos")["data"]
    assert (todo["title"], todo["due"]) == (title, due)


def test_what_is_given_to_a_colleague_is_theirs_and_its_writer_hears_of_its_end(each: Ruled):
    cy, bo, di = each.door("cy", "clerk"), each.door("bo", "clerk"), each.door("di", "clerk")

    made = cy.post("/api/todos", {"title": "Count the boxes", "to": f"user:{bo.user_id}"})
    url = f"/api/todos/{made['id']}"

    assert (titles(cy, "open"), titles(cy, "assigned"), titles(bo, "open")) == (
        [], ["Count the boxes"], ["Count the boxes"],
    )  # fmt: skip
    assert bo.get("/api/notices")["data"][0]["title"] == "Cy gave you something to do: Count the boxes"
    assert cy.get(url)["acts"] == ["edit", "drop"]
    cy.post(f"{url}/done", None, 403)
    di.get(url, 404)
    cy.patch(url, {"title": "Count all boxes"})
    bo.post(f"{url}/drop", None, 409)
    bo.post(f"{url}/done", None, 200)
    assert cy.get("/api/notices")["data"][0]["title"] == "Bo has done what you asked for: Count all boxes"
    page = unescape(each.browser(cy.user_id).get("/todos?show=assigned"))
    assert "done by Bo" in page

    again = cy.post("/api/todos", {"title": "Never mind", "to": f"user:{bo.user_id}"})
    cy.post(f"/api/todos/{again['id']}/drop", None, 200)
    assert (titles(bo, "open"), titles(cy, "assigned")) == ([], ["Count all boxes"])
    assert cy.issues("POST", "/api/todos", {"title": "x", "to": "user:1"}) == {"to": "todo.no_such_person"}
    assert cy.issues("POST", "/api/todos", {"title": "x", "to": "nobody"}) == {"to": "todo.no_such_person"}


def test_of_a_department_the_first_to_claim_it_has_it(each: Ruled):
    cy, bo, di = each.door("cy", "clerk"), each.door("bo", "clerk"), each.door("di", "clerk")
    store = department(each, "Store", bo, di)
    made = cy.post("/api/todos", {"title": "Open the gate", "to": f"department:{store}"})
    assert titles(bo, "open") == titles(di, "open") == ["Open the gate"]
    take = f"/api/todos/{made['id']}/take"
    cy.post(take, None, 404)

    with ThreadPoolExecutor(2) as both:
        codes = sorted(both.map(lambda door: door.send("POST", take).status_code, (bo, di)))

    assert codes == [200, 409]
    assert sorted([len(titles(bo, "open")), len(titles(di, "open"))]) == [0, 1]


@pytest.mark.parametrize("page", [True, False])
def test_whom_a_to_do_concerns_hears_of_what_becomes_of_it(ruled: Ruled, monkeypatch: Any, page: bool):
    cy, bo, di = ruled.door("cy", "clerk"), ruled.door("bo", "clerk"), ruled.door("di", "clerk")
    store = department(ruled, "Store", bo, di)
    browsers = {door.user_id: ruled.browser(door.user_id) for door in (cy, bo)}
    topics: list[str] = []
    monkeypatch.setattr(Hub, "heard", True)
    monkeypatch.setattr(ruled.installation.hub, "tell", topics.extend)

    def heard() -> set[str]:
        names = {person_topic(each.user_id): name for name, each in zip("cbd", (cy, bo, di), strict=True)}
        found = {names[each] for each in topics if each in names}
        topics.clear()
        return found

    def act(door: Door, number: str, what: str) -> set[str]:
        if page:
            browsers[door.user_id].post(f"/todos/{number}/{what}")
        else:
            door.post(f"/api/todos/{number}/{what}", None, 200)
        return heard()

    def give(to: str) -> str:
        if page:
            browsers[cy.user_id].post("/todos/new", title="x", to=to)
            return str(cy.get("/api/todos?show=assigned")["data"][0]["id"])
        return str(cy.post("/api/todos", {"title": "x", "to": to})["id"])

    given = give(f"department:{store}")
    assert heard() == {*"cbd"}
    assert act(bo, given, "take") == {*"cbd"}
    assert act(bo, given, "done") == {*"cb"}
    assert act(bo, given, "reopen") == {*"cb"}
    assert act(cy, given, "drop") == {*"cb"}


def test_a_role_is_offered_to_whoever_writes_and_found_by_its_name(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    stranger = ruled.door("st")
    role = ruled.model.roles["clerk"]

    found = ruled.session(cy.user_id)[0].get("/todos/give?search=clerk").json()["data"]
    assert {"id": f"role:{role}", "text": "Clerk", "note": "Role"} in found
    nothing = ruled.session(stranger.user_id)[0].get("/todos/give?search=clerk").json()["data"]
    assert not [each for each in nothing if each["note"] == "Role"]
    browser = ruled.browser(cy.user_id)
    assert f'value="role:{role}"' in browser.get("/todos/new")
    browser.post("/todos/new", title="Who answers?", to=f"role:{role}")
    assert titles(bo, "open") == ["Who answers?"]
    assert bo.get("/api/todos")["data"][0]["offered"]
    stranger.issues("POST", "/api/todos", {"title": "x", "to": f"role:{role}"})


def test_the_month_shows_what_is_due_on_which_day(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    for number in range(5):
        cy.post("/api/todos", {"title": f"Due {number}", "due": "2026-12-16T09:00:00Z"})
    browser = ruled.browser(cy.user_id)

    html = unescape(browser.get("/todos/calendar?month=2026-12"))

    day = html[html.index("Dec 16, 2026") :]
    assert day.index("Due 2") < day.index("and 2 more") < day.index("Dec 17, 2026")
    assert "Due 0" not in browser.get("/todos/calendar")
    assert "2026-11" in browser.get("/todos/calendar?month=9999-99")


def test_a_list_asks_no_more_however_long_it_is(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    browser = ruled.browser(bo.user_id)
    counted: list[str] = []
    sa.event.listen(
        sa.engine.Engine, "before_cursor_execute", listener := lambda *args: counted.append(args[2])
    )
    try:
        few = many = 0
        for rounds in (1, 6):
            for number in range(rounds):
                record = cy.create(title=f"{rounds}-{number}", stage="zebra")
                about = {"app": "shop", "form": "order", "record": record}
                cy.post("/api/todos", {"title": "x", "to": f"user:{bo.user_id}", **about})
            counted.clear()
            browser.get("/todos")
            few, many = many, len(counted)
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", listener)
    assert many <= few
