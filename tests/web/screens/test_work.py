"""To-dos and notices as people meet them, with plain pages and posts."""

import re

import pytest

import main
from engines.store import people
from runtime.web.application import Application
from tests.fixtures.automation import Office
from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import Visitor

CREATED = {"type": "created", "form": "order"}
OWNER = [{"type": "field", "field": "owner"}]
CLERKS = [{"type": "role", "role": "clerk"}]
RULE = {"on": CREATED, "then": [
    {"type": "create_todo", "to": OWNER, "title": "Call about {{ title }}", "due_hours": 24},
    {"type": "create_todo", "to": CLERKS, "title": "Check {{ amount }}"},
    {"type": "notify", "to": OWNER, "title": "Care for {{ title }}", "level": "must"},
]}  # fmt: skip


@pytest.fixture
def desk(small_office: Office) -> Office:
    office = small_office
    office.publish(RULE)
    box = office.installation
    with box.db.write() as conn:
        for login in ("bo", "cy"):
            people.set_password(conn, office.people[login], box.passwords.hash(PASSWORD))
            people.set_preferences(conn, office.people[login], locale="en")
    office.create(title="Acme", amount="5", owner="@cy")
    office.run()
    return office


def enter(office: Office, login: str) -> Visitor:
    visitor = Visitor(Application(office.installation, main.routes()), "203.0.113.9", "weft.example")
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"account": login, "password": PASSWORD})
    return visitor


def test_a_todo_arrives_and_is_done(desk: Office):
    cy = enter(desk, "cy")

    html = cy.get("/todos")
    assert "Call about Acme" in html
    assert 'aria-label="To-dos, 2 open"' in html
    assert re.search(r'<a href="/a/shop/order/\d+">Call about Acme</a>', html)
    cy.post(re.findall(r'action="(/todos/\d+/done)"', html)[0])

    html = cy.get("/todos")
    assert "Call about Acme" not in html
    assert "Call about Acme" in cy.get("/todos?show=done")


def test_one_of_a_role_is_taken_by_the_first(desk: Office):
    bo, cy = enter(desk, "bo"), enter(desk, "cy")
    offer = re.findall(r'action="(/todos/\d+/take)"', bo.get("/todos"))[0]
    cy.get("/todos")

    bo.post(offer)

    cy.post(offer, status=409)
    assert "Check ···" in bo.get("/todos")
    assert "Check ···" not in cy.get("/todos")


def test_what_one_may_not_read_is_not_told(desk: Office):
    html = enter(desk, "bo").get("/todos")

    assert "Check ···" in html
    assert "5.00" not in html


def test_a_notice_that_must_be_acknowledged_stays_in_sight(desk: Office):
    cy = enter(desk, "cy")

    html = cy.get("/a/shop/order")
    assert "Care for Acme" in html
    assert 'aria-label="Notices, 1 not read"' in html
    cy.post(re.findall(r'action="(/notices/\d+/read)"', html)[0], {"next": "/a/shop/order"})

    assert "Care for Acme" not in cy.get("/a/shop/order")
    html = cy.get("/notices")
    assert "Care for Acme" in html
    assert 'aria-label="Notices"' in html


def test_nobody_does_or_reads_what_is_anothers(desk: Office):
    bo, cy = enter(desk, "bo"), enter(desk, "cy")
    done = re.findall(r'action="(/todos/\d+/done)"', cy.get("/todos"))[0]
    read = re.findall(r'action="(/notices/\d+/read)"', cy.get("/notices"))[0]
    bo.get("/todos")

    bo.post(done, status=404)
    bo.post(read, status=404)

    assert desk.todos("cy")[0] == "Call about Acme"


def test_a_button_is_offered_where_it_may_be_pressed_and_says_what_it_refuses(small_office: Office):
    office = small_office
    done = {"type": "set_fields", "set": {"stage": "done"}}
    veto = {"type": "veto", "message": "Not yet: {{ title }}"}
    button = {"type": "button", "form": "order", "roles": ["clerk"]}
    office.publish(
        {"on": button, "if": 'stage <> "done"', "then": [done], "label": "Finish it"},
        {"on": button, "then": [veto], "label": "Hurry"},
        {"on": {**button, "roles": ["chief"]}, "then": [done], "label": "Boss only"},
    )
    box = office.installation
    with box.db.write() as conn:
        people.set_password(conn, office.people["cy"], box.passwords.hash(PASSWORD))
        people.set_preferences(conn, office.people["cy"], locale="en")
    record, cy = office.create(title="A", stage="new"), enter(office, "cy")
    url = f"/a/shop/order/{record}"

    html = cy.get(url)
    assert "Boss only" not in html
    cy.post(f"{url}/press/r2", status=404)
    cy.get(url)
    cy.post(f"{url}/press/r1", {"_version": "1"})
    assert "Not yet: A" in cy.get(url)
    cy.post(f"{url}/press/r0", {"_version": "1"})
    assert office.records("order")[record]["stage"] == "done"
    html = cy.get(url)
    assert f"{url}/press/r0" not in html
    assert "the rule “Finish it”" in html  # the history says who did it
    cy.post(f"{url}/press/r0", {"_version": "1"}, status=409)
