"""What falls due is told, once, to whoever it is by then; what is given to several is told to each."""

from datetime import timedelta

import pytest

from engines.store import notices
from runtime import reminding
from runtime.live.hub import Hub, person_topic
from tests.fixtures.rest import Door
from tests.web.rules.conftest import Ruled
from tests.web.rules.test_giving import department


def told(door: Door) -> list[str]:
    return [each["title"] for each in door.get("/api/notices")["data"]]


def test_what_is_due_on_a_day_is_told_that_morning_and_what_is_due_at_a_moment_then(each: Ruled):
    cy = each.door("cy", "clerk")
    browser = each.browser(cy.user_id)
    browser.post("/todos/new", 303, title="Send the offer", **{"in": "3"})
    cy.post("/api/todos", {"title": "Call", "due": "2026-11-24"})
    cy.post("/api/todos", {"title": "Leave", "due": "2026-11-24T11:30"})

    each.run(days=2, hours=15, minutes=59)  # one minute to nine, where the shop is
    assert told(cy) == []
    each.run(minutes=1)
    assert told(cy) == ["Due 2026-11-24 18:00: Call", "Due 2026-11-24 18:00: Send the offer"]
    each.run(hours=3)
    assert told(cy)[0] == "Due 2026-11-24 11:30: Leave"
    each.run(days=9)
    assert len(told(cy)) == 3


def test_what_is_done_dropped_moved_or_away_is_not_told_of(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    due = {"due": "2026-11-22T09:00:00Z"}
    made = {
        title: "/api/todos/" + cy.post("/api/todos", {"title": title, **due})["id"]
        for title in ("Done", "Dropped", "Moved", "Given", "Kept")
    }
    cy.post(made["Done"] + "/done", None, 200)
    cy.post(made["Dropped"] + "/drop", None, 200)
    cy.patch(made["Moved"], {"due": "2026-11-25T09:00:00Z"})
    cy.post(made["Given"] + "/transfer", {"to": str(bo.user_id)}, 200)
    cy.post("/api/todos", {"title": "Late already", "due": "2026-11-20T09:00:00Z"})

    ruled.run(days=1)
    assert told(cy) == ["Due 2026-11-22 17:00: Kept"]
    assert told(bo)[0] == "Due 2026-11-22 17:00: Given"
    cy.patch(made["Kept"], {"body": "As it was"})
    ruled.run(days=3)
    assert told(cy) == ["Due 2026-11-25 17:00: Moved", "Due 2026-11-22 17:00: Kept"]


def test_a_process_that_dies_while_it_tells_leaves_it_to_the_next(
    ruled: Ruled, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    cy = ruled.door("cy", "clerk")
    cy.post("/api/todos", {"title": "Call", "due": "2026-11-21T10:00:00Z"})
    with monkeypatch.context() as dying:
        dying.setattr(reminding, "doers", die)
        with pytest.raises(Killed):
            ruled.run(hours=1)
    assert told(cy) == []

    ruled.run(hours=1)
    assert told(cy) == ["Due 2026-11-21 18:00: Call"]
    reminders = reminding.Reminders(ruled.installation)
    reminders.ask(ruled.clock.now() + timedelta(days=1))
    ruled.run()
    assert len(told(cy)) == 1


def test_quiet_hours_and_what_one_wants_count_for_reminders_too(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    ruled.browser(cy.user_id).post("/notices/settings", todo="tell", start="17:30", end="18:30")
    ruled.browser(bo.user_id).post("/notices/settings", todo="none")
    for door in (cy, bo):
        door.post("/api/todos", {"title": "Call", "due": "2026-11-21T10:00:00Z"})

    ruled.run(hours=1)

    assert (len(told(cy)), told(bo)) == (1, [])
    with ruled.installation.db.read() as conn:
        assert notices.count_unread(conn, cy.user_id, ruled.clock.now()) == 0
        assert notices.count_unread(conn, cy.user_id, ruled.clock.now() + timedelta(hours=1)) == 1


def test_everybody_of_a_role_or_department_is_told_of_what_is_offered_and_of_its_end_while_nobody_has_it(
    each: Ruled, monkeypatch: pytest.MonkeyPatch
):
    cy, bo, di = each.door("cy", "clerk"), each.door("bo", "reader"), each.door("di")
    store = department(each, "Store", cy, bo, di)
    heard: list[set[str]] = []
    monkeypatch.setattr(Hub, "heard", True)
    monkeypatch.setattr(each.installation.hub, "tell", lambda topics: heard.append({*topics}))
    everybody = {person_topic(door.user_id) for door in (cy, bo, di)}

    made = cy.post(
        "/api/todos", {"title": "Open", "to": f"department:{store}", "due": "2026-11-21T10:00:00Z"}
    )
    offer = "Cy offers something to do, which the first to take it has: Open"
    assert (told(cy), told(bo), told(di)) == ([], [offer], [offer])
    each.run(hours=1)
    assert told(cy) == ["Due 2026-11-21 18:00: Open"]
    assert len(told(di)) == 2
    bo.post(f"/api/todos/{made['id']}/take", None, 200)
    assert heard == [everybody] * 3
    role = each.model.roles["clerk"]
    bo.post("/api/todos", {"title": "Sort", "to": f"role:{role}"}, 201)
    assert told(cy)[0].endswith("has: Sort")
