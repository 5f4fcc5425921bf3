"""Somebody leaves: what is left to do is in the hands of others at the same moment."""

import json
from html import unescape

import pytest

from engines.store import people
from tests.fixtures.rest import Door, Rest
from tests.web.flows.office import OFFICE, Browser, press

GREET = {
    "key": "greet", "label": "Greet", "on": {"type": "created", "form": "contract"},
    "then": [
        {"type": "create_todo", "to": [{"type": "field", "field": "owner"}], "title": "Greet {{ name }}"},
        {"type": "create_todo", "to": [{"type": "role", "role": "legal"}], "title": "File {{ name }}"},
    ],
}  # fmt: skip


class Staff:
    """The head of a department, one of its people for whom a contract waits, and somebody of another."""

    def __init__(self, office: Rest) -> None:
        self.office, box = office, office.installation
        office.publish(json.dumps({**json.loads(OFFICE), "rules": [GREET]}).encode())
        self.head, self.other = office.door("head", "chief"), office.door("other", "chief")
        self.leaver = office.door("leaver", "seller", "legal")
        with box.db.write() as conn:
            place = people.add_department(conn, box.ids, "East", None)
            people.update_department(conn, place, head_id=self.head.user_id)
            people.update_user(conn, self.leaver.user_id, department_id=place)
        contract = self.leaver.create("contract", name="C1", amount="5")
        self.leaver.post(f"contract/{contract}/flows", {"flow": "review"})
        box.worker.run_due()
        (offer,) = [each for each, title in self.todos(self.leaver) if title == "File C1"]
        self.leaver.post(f"/api/todos/{offer}/take", None, 200)
        office.give(self.other.user_id, "chief", "legal")

    def todos(self, door: Door) -> list[tuple[str, str]]:
        return [(each["id"], each["title"]) for each in door.get("/api/todos")["data"]]

    def titles(self, door: Door) -> list[str]:
        return sorted(title for _, title in self.todos(door))


def test_each_thing_goes_to_the_head_and_what_a_role_shares_back_to_the_role(office: Rest):
    staff, ada = Staff(office), office.door("ada", admin=True)
    assert staff.titles(staff.leaver) == ["File C1", "Greet C1", "Legal · C1"]
    url = f"/api/people/{staff.leaver.user_id}/deactivate"

    staff.head.post(url, {}, 403)
    said = ada.post(url, None, 200, headers={"Idempotency-Key": "leave"})
    assert said == {"id": str(staff.leaver.user_id), "active": False, "handed_on": 3}
    assert ada.post(url, None, 200, headers={"Idempotency-Key": "leave"}) == said

    assert staff.titles(staff.head) == ["Greet C1", "Legal · C1"]
    ((offered, title),) = staff.todos(staff.other)
    step = staff.other.get(f"/api/todos/{offered}")["steps"][-1]
    assert (title, step["what"], step["by"], step["to"]) == ("File C1", "transferred", "Ada", None)
    staff.leaver.get("/api/todos", 401)
    press(staff.head, "approve")
    assert staff.titles(staff.head) == ["Greet C1"]


def test_somebody_is_named_who_takes_it_all(lite: Rest):
    staff, ada = Staff(lite), Browser(lite, "ada", locale="en", admin=True)
    person = f"/people/{staff.leaver.user_id}"
    assert f'href="{person}/deactivate"' in ada.get(person)
    assert "leaver has 3 things left to do" in ada.get(f"{person}/deactivate").lower()

    refused = ada.post(f"{person}/deactivate", 422, to="1").text
    assert "There is nobody of that name" in unescape(refused)
    assert staff.titles(staff.leaver) == ["File C1", "Greet C1", "Legal · C1"]
    ada.get(ada.post(f"{person}/deactivate", to=str(staff.other.user_id)).headers["location"])

    assert "3 tasks were handed on" in ada.html
    assert staff.titles(staff.other) == ["File C1", "Greet C1", "Legal · C1"]
    assert staff.titles(staff.head) == []
    assert ada.client.get(f"{person}/deactivate").status_code == 303


@pytest.mark.parametrize(("body", "status", "issues"), [
    ({"to": "1"}, 422, {"to": "todo.no_such_person"}),
    ({"to": "x"}, 422, {"to": "todo.no_such_person"}),
    ({"who": "1"}, 400, {"who": "request.unknown_key"}),
])  # fmt: skip
def test_a_wrong_heir_is_refused_and_nobody_is_shut_out(lite: Rest, body, status, issues):
    ada, somebody = lite.door("ada", admin=True), lite.door("bo", "seller")

    assert ada.issues("POST", f"/api/people/{somebody.user_id}/deactivate", body, status) == issues
    assert somebody.get("/api/todos")["data"] == []
