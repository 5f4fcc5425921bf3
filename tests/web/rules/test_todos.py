"""To-dos and notices through REST and on screen: one's own, handed over, done, and nobody else's."""

import re
from html import unescape
from typing import Any

import main
from runtime.web.routing import Table
from tests.fixtures.rest import Door
from tests.web.rules.conftest import Ruled, definition

LATE = [{
    "key": "late", "label": "Late", "on": {"type": "created", "form": "order"},
    "then": [{"type": "create_todo", "to": [{"type": "role", "role": "clerk"}], "title": "Who takes it?"}],
}]  # fmt: skip


def order(rest: Ruled, door: Door, **values: Any) -> str:
    """Create an order whose owner has something to do and is told."""
    found = door.create(title="A", amount="150", stage="open", owner=str(door.user_id), **values)
    rest.run()
    return found


def test_what_one_has_to_do_is_listed_counted_and_done(each: Ruled):
    cy = each.door("cy", "clerk")
    record = order(each, cy)

    (todo,) = cy.get("/api/todos")["data"]
    assert (todo["title"], todo["state"], todo["overdue"]) == ("Check A", "open", False)
    assert (todo["app"], todo["form"], todo["record"]) == ("shop", "order", record)
    assert todo["due"].startswith("2026-11-22")
    assert todo["acts"] == ["done", "transfer"]
    assert cy.get("/api/todos/counts") == {"open": 1, "overdue": 0, "today": 0}
    each.clock.forward(days=2)
    assert cy.get("/api/todos/counts?app=shop") == {"open": 1, "overdue": 1, "today": 0}
    assert cy.get("/api/todos/counts?app=other") == {"open": 0, "overdue": 0, "today": 0}
    assert cy.get("/api/todos?show=overdue")["data"][0]["overdue"]

    key = {"Idempotency-Key": "done-1"}
    done = cy.post(f"/api/todos/{todo['id']}/done", None, 200, headers=key)
    assert (done["state"], done["outcome"]) == ("done", "done")
    assert cy.post(f"/api/todos/{todo['id']}/done", None, 200, headers=key) == done
    cy.post(f"/api/todos/{todo['id']}/done", None, 409)
    assert cy.get("/api/todos")["data"] == []
    assert cy.get("/api/todos?show=done")["data"][0]["acts"] == ["reopen"]

    assert cy.post(f"/api/todos/{todo['id']}/reopen", None, 200)["state"] == "open"
    cy.post(f"/api/todos/{todo['id']}/reopen", None, 409)
    assert [step["what"] for step in cy.get(f"/api/todos/{todo['id']}")["steps"]] == ["reopened"]


def test_one_is_handed_over_with_a_comment_and_the_colleague_is_told(each: Ruled):
    cy, bo = each.door("cy", "clerk"), each.door("bo", "clerk")
    order(each, cy)
    (todo,) = cy.get("/api/todos")["data"]
    url = f"/api/todos/{todo['id']}/transfer"

    assert cy.issues("POST", url, {}) == {"to": "field.required"}
    assert cy.issues("POST", url, {"to": "1"}) == {"to": "todo.no_such_person"}
    assert cy.issues("POST", url, {"to": str(cy.user_id)}) == {"to": "todo.to_oneself"}
    assert cy.issues("POST", url, {"to": str(bo.user_id), "comment": "x" * 1001}) == {
        "comment": "field.too_long"
    }
    assert cy.issues("POST", url, {"who": 1}, 400) == {"who": "request.unknown_key"}
    bo.post(url, {"to": str(bo.user_id)}, 404)
    cy.post(url, {"to": str(bo.user_id), "comment": "I am away"}, 200)

    assert cy.get("/api/todos")["data"] == []
    cy.get(f"/api/todos/{todo['id']}", 404)
    (theirs,) = bo.get("/api/todos")["data"]
    step = theirs["steps"][0]
    assert (step["what"], step["by"], step["to"], step["comment"]) == ("transferred", "Cy", "Bo", "I am away")
    (notice,) = bo.get("/api/notices")["data"]
    assert (notice["title"], notice["body"]) == ("Cy handed you: Check A", "I am away")
    bo.post(f"/api/todos/{todo['id']}/done", None, 200)


def test_whoever_left_gets_nothing(ruled: Ruled):
    from engines.store import people

    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    order(ruled, cy)
    (todo,) = cy.get("/api/todos")["data"]
    with ruled.installation.db.write() as conn:
        people.deactivate(conn, bo.user_id, ruled.clock)

    answer = cy.issues("POST", f"/api/todos/{todo['id']}/transfer", {"to": str(bo.user_id)})

    assert answer == {"to": "todo.no_such_person"}


def test_what_is_offered_to_a_role_is_taken_by_one(ruled: Ruled):
    ruled.publish(definition(LATE))
    cy, bo, reader = ruled.door("cy", "clerk"), ruled.door("bo", "clerk"), ruled.door("re", "reader")
    cy.create(title="A")
    ruled.run()

    (offer,) = cy.get("/api/todos")["data"]
    assert (offer["offered"], offer["acts"]) == (True, ["take", "done", "transfer"])
    reader.get(f"/api/todos/{offer['id']}", 404)
    reader.post(f"/api/todos/{offer['id']}/take", None, 404)
    cy.post(f"/api/todos/{offer['id']}/take", None, 200)
    bo.post(f"/api/todos/{offer['id']}/take", None, 409)
    bo.get(f"/api/todos/{offer['id']}", 404)
    assert bo.get("/api/todos")["data"] == []


def test_nobody_sees_or_does_what_is_anothers(ruled: Ruled):
    cy, boss = ruled.door("cy", "clerk"), ruled.door("boss", admin=True)
    order(ruled, cy)
    (todo,), (notice,) = cy.get("/api/todos")["data"], cy.get("/api/notices")["data"]

    for path in (f"/api/todos/{todo['id']}", f"/api/notices/{notice['id']}"):
        boss.get(path, 404)
        boss.get("/api/todos/99", 404)
    for path in ("todos/{}/done", "todos/{}/take", "todos/{}/reopen"):
        boss.post("/api/" + path.format(todo["id"]), None, 404)
    boss.post(f"/api/todos/{todo['id']}/transfer", {"to": str(boss.user_id)}, 404)
    for name in ("read", "acknowledge"):
        boss.post(f"/api/notices/{notice['id']}/{name}", None, 404)
    assert (boss.get("/api/todos")["data"], boss.get("/api/notices")["data"]) == ([], [])
    assert cy.get("/api/todos/counts")["open"] == 1


def test_values_out_of_sight_are_not_told(ruled: Ruled):
    rules = [{**LATE[0], "then": [{"type": "create_todo", "to": [{"type": "role", "role": "blind"}],
                                   "title": "Check {{ amount }} of {{ title }}"}]}]  # fmt: skip
    ruled.publish(definition(rules))
    cy, blind = ruled.door("cy", "clerk"), ruled.door("bo", "blind")
    cy.create(title="A", amount="150")
    ruled.run()

    assert blind.get("/api/todos")["data"][0]["title"] == "Check ··· of A"


def test_notices_are_read_and_some_must_be_acknowledged(each: Ruled):
    cy = each.door("cy", "clerk")
    order(each, cy)

    (notice,) = cy.get("/api/notices?unread=1")["data"]
    assert (notice["level"], notice["title"], notice["read_at"]) == ("must", "Look at A", None)
    assert cy.get("/api/notices/counts") == {"unread": 1, "must": 1}
    refused = cy.post(f"/api/notices/{notice['id']}/read", None, 409)
    assert refused["code"] == "notice.must_be_acknowledged"
    assert cy.post("/api/notices/read", None, 200) == {"read": 0}
    cy.post(f"/api/notices/{notice['id']}/acknowledge", None, 200)
    cy.post(f"/api/notices/{notice['id']}/acknowledge", None, 200)

    assert cy.get("/api/notices/counts") == {"unread": 0, "must": 0}
    assert cy.get(f"/api/notices/{notice['id']}")["read_at"]
    assert cy.get("/api/notices?copies=1")["data"] == []


def test_pages_and_parameters(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    for title in "BCDEF":
        cy.create(title=title, amount="150", stage="open", owner=str(cy.user_id))
    ruled.run()

    page = cy.get("/api/todos?limit=2")
    found = page["data"]
    while page["next"]:
        page = cy.get(f"/api/todos?limit=2&after={page['next']}")
        found += page["data"]
    assert [todo["title"] for todo in found] == [f"Check {title}" for title in "BCDEF"]
    first = cy.get("/api/notices?limit=3")
    rest = cy.get(f"/api/notices?limit=3&after={first['next']}")
    assert (len(first["data"]), len(rest["data"]), rest["next"]) == (3, 2, None)
    for path in ("todos?show=x", "todos?after=x", "notices?after=x", "notices?unread=2", "todos?limits=2"):
        cy.get(f"/api/{path}", 400)
    assert cy.get("/api/todos/started") == {"data": [], "next": None}
    table = Table(main.routes())
    paths = cy.get("openapi.json")["paths"]
    mine = {path: each for path, each in paths.items() if path.startswith(("/api/todos", "/api/notices"))}
    routes = {(r.method.lower(), r.path) for r in main.routes() if r.path in mine or "/api/todos" in r.path}
    assert routes <= {(name, path) for path, each in mine.items() for name in each if name != "parameters"}
    assert all(
        table.find(name.upper(), path.replace("{id}", "1"))
        for path, each in mine.items() for name in each if name != "parameters"
    )  # fmt: skip


def test_on_screen_it_is_handed_over_and_done_without_scripts(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    order(ruled, cy)
    hers, his = ruled.browser(cy.user_id), ruled.browser(bo.user_id)

    html = hers.get("/todos")
    url = re.findall(r'href="(/todos/\d+/transfer)"', html)[0]
    asked = hers.get(url)
    assert "Check A" in asked
    assert f'<option value="{bo.user_id}"' in asked
    assert f'<option value="{cy.user_id}"' not in asked
    refused = hers.post(url, 422, comment="Please")
    assert "Please" in refused.text
    hers.post(url, to=str(bo.user_id), comment="Please")
    his.post(url, 303, to=str(cy.user_id), comment="No, you")
    hers.get("/todos")
    assert "Handed over by Bo: No, you" in hers.get("/todos")
    assert "Bo handed you: Check A" in hers.get("/notices")

    hers.post(url.replace("transfer", "done"))
    html = hers.get("/todos")
    assert "One to-do less." in html
    assert url.replace("transfer", "reopen") in html  # offered to be taken back
    hers.post(url.replace("transfer", "reopen"))
    assert "Check A" in hers.get("/todos")
    his.post(url, 404, to=str(bo.user_id))
    his.get(url, 404)
    his.get(url.replace("transfer", "people"), 404)


def test_the_tabs_hold_what_one_began_and_got_as_a_copy(ruled: Ruled):
    reader, clerk = ([{"type": "role", "role": each}] for each in ("reader", "clerk"))
    told = {"type": "notify", "title": "For your information: {{ title }}", "to": reader, "cc": clerk}
    rules = [{**LATE[0], "then": [told]}]
    ruled.publish(definition(rules))
    cy = ruled.door("cy", "clerk")
    cy.create(title="A")
    ruled.run()
    browser = ruled.browser(cy.user_id)

    assert "For your information: A" in browser.get("/todos?show=copies")
    assert "You have not started any flow yet." in browser.get("/todos?show=started")
    assert [each["copy"] for each in cy.get("/api/notices?copies=1")["data"]] == [True]
    assert "Nothing to do" in browser.get("/todos?show=nonsense&app=nonsense")


def test_several_that_must_be_acknowledged_say_how_many(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    for title in "AB":
        cy.create(title=title, amount="150", stage="open", owner=str(cy.user_id))
    ruled.run()
    browser = ruled.browser(cy.user_id)

    html = unescape(browser.get("/todos"))
    assert "Look at A" in html
    assert "and 1 more to acknowledge" in html


def test_the_numbers_are_asked_for_alone_and_told_when_they_change(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    heard: list[int] = []
    object.__setattr__(ruled.installation.store, "tell", heard.extend)
    order(ruled, cy)
    assert set(heard) == {cy.user_id}

    html = ruled.page(cy.user_id, "/badges")
    assert 'aria-label="To-dos, 1 open"' in html
    assert "<html" not in html
    (todo,) = cy.get("/api/todos")["data"]
    heard.clear()
    cy.post(f"/api/todos/{todo['id']}/transfer", {"to": str(bo.user_id)}, 200)
    assert set(heard) == {cy.user_id, bo.user_id}


def test_one_writes_down_what_only_oneself_has_to_do(each: Ruled):
    cy, bo = each.door("cy", "clerk"), each.door("bo", "clerk")
    record = cy.create(title="A", stage="zebra")
    note = {
        "title": " Call A ",
        "due": "2026-11-20T09:00:00Z",
        "app": "shop",
        "form": "order",
        "record": record,
    }
    key = {"Idempotency-Key": "n1"}

    made = cy.post("/api/todos", note, 201, headers=key)
    assert cy.post("/api/todos", note, 201, headers=key) == made
    (todo,) = cy.get("/api/todos")["data"]
    assert (todo["title"], todo["kind"], todo["overdue"], todo["about"]) == ("Call A", "own", True, "Order A")
    assert todo["acts"] == ["done", "transfer", "edit", "drop"]
    cy.patch(f"/api/todos/{todo['id']}", {"due": "2026-12-01T10:00:00+08:00"})
    changed = cy.get(f"/api/todos/{todo['id']}")
    assert (changed["title"], changed["due"], changed["overdue"]) == ("Call A", "2026-12-01T02:00:00Z", False)
    cy.patch(f"/api/todos/{todo['id']}", {"title": "Write to A", "due": None})
    assert cy.get(f"/api/todos/{todo['id']}")["due"] is None
    bo.patch(f"/api/todos/{todo['id']}", {"title": "Mine"}, 404)
    assert bo.get("/api/todos")["data"] == []

    assert cy.issues("POST", "/api/todos", {"title": " "}) == {"title": "field.required"}
    assert cy.issues("POST", "/api/todos", {"title": "x" * 201}) == {"title": "field.too_long"}
    assert cy.issues("POST", "/api/todos", {"title": "x", "due": "soon"}) == {"due": "field.not_a_datetime"}
    assert cy.issues("POST", "/api/todos", {"title": 1, "who": 2}, 400) == {
        "title": "field.not_text", "who": "request.unknown_key",
    }  # fmt: skip
    cy.post(f"/api/todos/{todo['id']}/done", None, 200)
    cy.patch(f"/api/todos/{todo['id']}", {"title": "Late"}, 409)


def test_about_a_record_out_of_sight_nothing_is_noted(ruled: Ruled):
    cy, own = ruled.door("cy", "clerk"), ruled.door("bo", "own")
    record = cy.create(title="A")

    nowhere = {"app": "no", "form": "x", "record": "1"}
    rows = {"app": "shop", "form": "order.rows", "record": "1"}
    hidden = {"app": "shop", "form": "order", "record": record}
    for place in (hidden, nowhere, rows, {"record": "x"}):
        own.post("/api/todos", {"title": "x", **place}, 404)
    browser = ruled.browser(own.user_id)
    browser.get(f"/todos/new?app=shop&form=order&record={record}", 404)
    assert own.get("/api/todos")["data"] == []


def test_what_a_rule_asks_for_is_not_reworded(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    order(ruled, cy)
    (todo,) = cy.get("/api/todos")["data"]

    assert cy.patch(f"/api/todos/{todo['id']}", {"title": "x"}, 409)["code"] == "todo.not_own"


def test_on_screen_one_is_noted_from_a_record_and_changed(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    record = cy.create(title="A", stage="zebra")
    browser = ruled.browser(cy.user_id)

    html = unescape(browser.get(f"/a/shop/order/{record}"))
    url = re.findall(r'href="(/todos/new\?[^"]*)"', html)[0]
    asked = unescape(browser.get(url))
    assert "Order A" in asked
    place = {"app": "shop", "form": "order", "record": record}
    refused = browser.post("/todos/new", 422, title="", due="x", **place)
    assert f'name="record" value="{record}"' in refused.text
    answer = browser.post("/todos/new", 303, title="Call <b>A</b>", due="2026-12-01T09:30", body="", **place)
    assert answer.headers["location"] == f"/a/shop/order/{record}"
    html = browser.get("/todos")
    assert "Call &lt;b&gt;A&lt;/b&gt;" in html
    edit = re.findall(r'href="(/todos/\d+/edit)"', html)[0]
    assert 'value="2026-12-01T09:30"' in browser.get(edit)
    browser.post(edit, title="Write to A", due="", body="Soon")
    (todo,) = cy.get("/api/todos")["data"]
    assert (todo["title"], todo["body"], todo["due"], todo["record"]) == ("Write to A", "Soon", None, record)
    ruled.browser(ruled.door("bo", "clerk").user_id).get(edit, 404)
