"""Flows through REST: the scenarios of stages and approvals, and what is refused."""

from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engines.store import people
from tests.fixtures.flowing import ask, flow
from tests.fixtures.publishing import field
from tests.fixtures.rest import Rest
from tests.web.flows.office import CONTRACT, notices, press, task_of, with_flow


def test_s45_a_lost_deal_has_a_reason_and_is_closed(office: Rest):
    seller = office.door("seller", "seller")
    deal = seller.create("deal", name="Big one")

    assert seller.issues("POST", f"deal/{deal}/move", {"move": "lose"}) == {"reason": "field.required"}
    assert seller.get(f"deal/{deal}")["stage"] == "lead"
    lost = seller.post(f"deal/{deal}/move", {"move": "lose", "values": {"reason": "price"}}, 200)

    assert (lost["stage"], lost["reason"], lost["closed"]) == ("lost", "price", "2026-11-21")
    found = seller.get(f"deal/{deal}/flows")
    assert (found["data"][0]["state"], found["moves"]) == ("done", [])
    assert [(each["stage"], each["how"]) for each in found["stages"]] == [
        ("lead", "started"),
        ("lost", "moved"),
    ]


def test_s47_the_head_of_the_initiators_department_gets_the_task(lite: Rest):
    chief = lite.door("bo", "chief")
    box = lite.installation
    with box.db.write() as conn:
        east = people.add_department(conn, box.ids, "East", head_id=chief.user_id)
        seller = people.add_user(conn, box.ids, box.clock, people.Profile("cy", "Cy", department_id=east))
        people.set_roles(conn, seller, [lite.model.roles["seller"]])
    asked = flow({**ask("node"), "who": [{"type": "head"}]}, key="ask", form="contract")
    lite.publish(with_flow(asked))
    door = lite.key(seller)
    contract = door.create("contract", name="One")

    door.post(f"contract/{contract}/flows", {"flow": "ask"})

    assert task_of(chief)["record"] == contract
    assert door.get("/api/tasks")["data"] == []


def test_s48_only_the_buttons_of_the_node(lite: Rest):
    boss, seller = lite.door("boss", "chief"), lite.door("seller", "seller")
    back = [{"key": "back", "type": "return", "label": "退回", "to": "start"}]
    only = flow(ask("node", "boss", buttons=back), key="only", form="contract")
    lite.publish(with_flow(only))
    contract = seller.create("contract", name="One")
    seller.post(f"contract/{contract}/flows", {"flow": "only"})

    assert [(each["key"], each["label"]) for each in task_of(boss)["buttons"]] == [("back", "退回")]
    assert press(boss, "approve", 422)["issues"][0]["code"] == "flow.no_such_button"
    press(boss, "back", comment="请补充附件")

    assert task_of(seller)["node"] == "start"
    deal = seller.create("deal", name="Deal")
    moves = [each["key"] for each in seller.get(f"deal/{deal}/flows")["moves"]]
    assert moves == ["on", "lose"]
    assert seller.issues("POST", f"deal/{deal}/move", {"move": "win"}) == {"move": "flow.no_such_move"}


def test_s49_s50_submitting_a_quote_sets_the_state_and_tells_the_directors_once(office: Rest):
    first, second = office.door("d1", "director"), office.door("d2", "director")
    seller = office.door("seller", "seller")
    deal = seller.create("deal", name="Deal")
    for _ in range(3):
        seller.post(f"deal/{deal}/move", {"move": "on"}, 200)

    key = {"Idempotency-Key": "click-1"}
    answers = [
        seller.post(f"deal/{deal}/move", {"move": "submit"}, 200, headers=key)
        for _ in range(2)
    ]  # fmt: skip

    assert answers[0] == answers[1]
    assert (answers[0]["state"], answers[0]["stage"]) == ("quoting", "quote")
    assert [notices(office, each.user_id) for each in (first, second, seller)] == [1, 1, 0]


def test_s51_legal_and_finance_in_order_and_both_opinions(office: Rest):
    legal, finance = office.door("zheng", "legal"), office.door("wu", "finance")
    seller = office.door("seller", "seller")
    contract = seller.create("contract", name="Two hundred", amount="200000")

    begun = seller.post(f"contract/{contract}/flows", {"flow": "review"})["id"]
    assert seller.get(f"contract/{contract}")["state"] == "review"
    assert finance.get("/api/tasks")["data"] == []
    press(legal, "approve", comment="条款无异议", values={"opinion": "同意签订"})
    press(finance, "approve", comment="额度可用")

    done = seller.get(f"contract/{contract}")
    assert (done["state"], done["opinion"]) == ("signed", "同意签订")
    (trail,) = seller.get(f"contract/{contract}/flows")["data"]
    assert (trail["id"], trail["state"], trail["label"]) == (begun, "approved", "Contract review")
    said = [(each["node"], each["decisions"][0]["comment"]) for each in trail["visits"] if each["decisions"]]
    assert said == [("legal", "条款无异议"), ("finance", "额度可用")]


@pytest.mark.parametrize(("amount", "general"), [("600000", 1), ("400000", 0)])
def test_s52_above_half_a_million_the_general_manager_too(lite: Rest, amount, general):
    legal, finance, top = lite.door("l", "legal"), lite.door("f", "finance"), lite.door("g", "general")
    seller = lite.door("seller", "seller")
    contract = seller.create("contract", name="One", amount=amount)
    seller.post(f"contract/{contract}/flows", {"flow": "review"})
    press(legal, "approve")
    press(finance, "approve")

    assert len(top.get("/api/tasks")["data"]) == general


@pytest.mark.parametrize("role", ["seller", "chief"])
def test_s66_a_stage_that_is_skipped_is_refused_by_every_door(office: Rest, role):
    door = office.door("somebody", role)
    deal = door.create("deal", name="Deal")
    door.post(f"deal/{deal}/move", {"move": "on"}, 200)

    assert door.issues("PATCH", f"deal/{deal}", {"stage": "won"}) == {"stage": "flow.only_moved"}
    bulk = {"action": "update", "mode": "each", "records": [{"_id": deal, "stage": "won"}]}
    (result,) = door.post("deal/bulk", bulk, 200)["results"]
    assert [each["code"] for each in result["issues"]] == ["flow.only_moved"]
    if role == "chief":
        sheet = f"ID,NAME,STAGE\n{deal},Deal,赢单\n".encode()
        sent = door.send(
            "POST", "deal/import?key=name&mode=each", sheet, headers={"Content-Type": "text/csv"}
        )
        assert "flow.only_moved" in sent.text, sent.text
    assert door.get(f"deal/{deal}")["stage"] == "contact"


def test_placing_is_an_act_of_its_own(lite: Rest):
    seller, chief = lite.door("seller", "seller"), lite.door("chief", "chief")

    assert seller.issues("POST", "deal", {"name": "Old", "stage": "quote"}) == {"stage": "flow.may_not_place"}
    deal = chief.create("deal", name="Old", stage="quote")

    assert [(e["stage"], e["how"]) for e in chief.get(f"deal/{deal}/flows")["stages"]] == [
        ("quote", "placed")
    ]


def test_a_task_is_the_only_extra_sight(office: Rest):
    legal, guest = office.door("l", "legal"), office.door("g")
    seller = office.door("seller", "seller")
    contract, other = (seller.create("contract", name=name) for name in ("One", "Two"))
    seller.post(f"contract/{contract}/flows", {"flow": "review"})
    task = task_of(legal)

    legal.get(f"contract/{contract}", 404)
    legal.get("contract", 404)
    assert legal.get(f"/api/tasks/{task['id']}")["values"]["name"] == "One"
    assert "owner" in legal.get(f"/api/tasks/{task['id']}")["fields"]
    for door in (guest, seller):
        door.get(f"/api/tasks/{task['id']}", 404)
        door.post(f"/api/tasks/{task['id']}", {"button": "approve"}, 404)
    for number in (int(task["id"]) + 1, 7, contract, other):
        legal.get(f"/api/tasks/{number}", 404)
    legal.get("/api/tasks/abc", 404)
    guest.get(f"contract/{contract}/flows", 404)
    guest.post(f"contract/{contract}/flows", {"flow": "review"}, 404)
    guest.post(f"contract/{contract}/move", {"move": "on"}, 404)


def test_what_is_decided_stays_decided(office: Rest):
    one, two = office.door("l1", "legal"), office.door("l2", "legal")
    seller = office.door("seller", "seller")
    contract = seller.create("contract", name="One")
    seller.post(f"contract/{contract}/flows", {"flow": "review"})
    first, second = task_of(one), task_of(two)
    key = {"Idempotency-Key": "once"}

    done = one.post(f"/api/tasks/{first['id']}", {"button": "approve"}, 200, headers=key)
    assert one.post(f"/api/tasks/{first['id']}", {"button": "approve"}, 200, headers=key) == done
    late = two.post(f"/api/tasks/{second['id']}", {"button": "reject"}, 409)

    assert (late["code"], late["title"]) == ("flow.already_decided", "L1 has already dealt with this.")
    (trail,) = seller.get(f"contract/{contract}/flows")["data"]
    assert [e["act"] for visit in trail["visits"] for e in visit["decisions"]] == ["approve"]


def test_withdrawing(lite: Rest):
    legal, seller, other = lite.door("l", "legal"), lite.door("s1", "seller"), lite.door("chief", "chief")
    contract, strange = (seller.create("contract", name=name) for name in ("One", "Two"))
    begun = seller.post(f"contract/{contract}/flows", {"flow": "review"})["id"]
    assert seller.get(f"contract/{contract}/flows")["data"][0]["withdrawable"] is True

    other.post(f"contract/{contract}/flows/{begun}/withdraw", None, 403)
    seller.post(f"contract/{strange}/flows/{begun}/withdraw", None, 404)
    seller.post(f"contract/{contract}/flows/{begun}/withdraw", {"comment": "算错了"}, 200)

    assert legal.get("/api/tasks")["data"] == []
    seller.post(f"contract/{contract}/flows/{begun}/withdraw", None, 409)


def test_an_incident_is_a_task_with_its_error(lite: Rest):
    root = lite.door("root", admin=True)
    seller = lite.door("seller", "seller")
    checked = CONTRACT | {
        "checks": [{"that": 'state <> "signed" OR amount > 0', "message": "请填写金额", "field": "amount"}]
    }
    quick = flow(
        {"key": "sign", "type": "update_record", "set": {"state": "signed"}, "next": "end"},
        key="quick",
        form="contract",
    )
    lite.publish(with_flow(quick, contract=checked))
    contract = seller.create("contract", name="One", amount="0")
    seller.post(f"contract/{contract}/flows", {"flow": "quick"})

    task = task_of(root)

    assert (task["kind"], [each["key"] for each in task["buttons"]]) == ("incident", ["retry", "skip"])
    assert [each["text"] for each in task["error"]["issues"]] == ["请填写金额"]
    root.patch(f"contract/{contract}", {"amount": "5"})
    press(root, "retry")
    assert seller.get(f"contract/{contract}")["state"] == "signed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"button": 1}, 400),
        ({"button": "approve", "values": []}, 400),
        ({"button": "approve", "x": 1}, 400),
        ({"button": "transfer", "to": "abc"}, 422),
        ({"button": "transfer"}, 422),
        (b"[]", 400),
        (b"{", 400),
        ({"button": "approve", "comment": "x" * 5000}, 422),
        ({"button": "approve", "values": {"gone": 1}}, 422),
    ],
)
def test_a_wrong_body_is_refused_and_changes_nothing(lite: Rest, body, status):
    legal, seller = lite.door("l", "legal"), lite.door("seller", "seller")
    contract = seller.create("contract", name="One")
    seller.post(f"contract/{contract}/flows", {"flow": "review"})

    legal.post(f"/api/tasks/{task_of(legal)['id']}", body, status)

    assert task_of(legal)["state"] == "open"


def test_the_description_tells_of_flows_where_there_are_some(lite: Rest):
    chief = lite.door("chief", "chief")

    document = chief.get("openapi.json")

    described = {(method, path) for path, each in document["paths"].items() for method in each}
    for each in ("deal", "contract"):
        base = f"/api/shop/{each}/{{id}}"
        wanted = {
            ("get", f"{base}/flows"), ("post", f"{base}/flows"), ("post", f"{base}/move"),
            ("post", f"{base}/flows/{{instance}}/withdraw"),
        }  # fmt: skip
        assert wanted <= described
    assert {("get", "/api/tasks"), ("get", "/api/tasks/{id}"), ("post", "/api/tasks/{id}")} <= described
    named = [each for some in document["paths"].values() for key, each in some.items() if key != "parameters"]
    assert len({each["operationId"] for each in named}) == len(named)


def test_what_one_began_is_listed_with_how_far_it_is(lite: Rest):
    seller, legal = lite.door("seller", "seller"), lite.door("legal", "legal")
    lite.door("finance", "finance")
    contract = seller.create("contract", name="One", amount="5")
    begun = seller.post(f"contract/{contract}/flows", {"flow": "review"})["id"]

    (flow_,) = seller.get("/api/todos/started")["data"]
    assert (flow_["id"], flow_["state"], flow_["record"]) == (begun, "running", contract)
    assert flow_["flow"] == "Contract review"
    (todo,) = legal.get("/api/todos")["data"]
    assert (todo["kind"], todo["acts"]) == ("approve", [])
    for act in ("done", "reopen"):
        legal.post(f"/api/todos/{todo['id']}/{act}", None, 409)
    assert legal.get("/api/todos/started")["data"] == []
    client, _ = lite.session(seller.user_id)
    html, first = _asked(client, "/todos?show=started")
    assert f'href="/a/shop/contract/{contract}"' in html
    assert "Contract review" in html
    for name in ("Two", "Three"):
        more = seller.create("contract", name=name, amount="5")
        seller.post(f"contract/{more}/flows", {"flow": "review"})
    html, then = _asked(client, "/todos?show=started")
    assert html.count("Contract review") == 3
    assert then <= first


def _asked(client: TestClient, url: str) -> tuple[str, int]:
    """Return a page that was shown before, and how many statements it took."""
    client.get(url)
    counted: list[str] = []

    def listener(*args: Any) -> None:
        counted.append(args[2])

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", listener)
    try:
        return str(client.get(url).text), len(counted)
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", listener)


def test_s245_another_type_of_record_has_its_own_fields_and_its_own_flow(lite: Rest):
    kinds = [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]
    only = 'kind = "b"'
    more = [
        field("kind", "select", options=kinds, required=True),
        field("site", visible_if=only, required_if=only),
    ]
    building = flow(
        {**ask("node"), "who": [{"type": "role", "role": "legal"}]},
        key="building", form="contract", start={"on": "create", "when": only},
    )  # fmt: skip
    lite.publish(with_flow(building, contract={**CONTRACT, "fields": [*CONTRACT["fields"], *more]}))
    door = lite.door("bo", "chief")

    plain = door.create("contract", name="Plain", kind="a", site="nowhere")
    refused = door.issues("POST", "contract", {"name": "House", "kind": "b"})
    house = door.create("contract", name="House", kind="b", site="North")

    assert refused == {"site": "field.required"}
    assert door.get(f"contract/{plain}")["site"] is None
    assert door.get(f"contract/{plain}/flows")["data"] == []
    assert [each["flow"] for each in door.get(f"contract/{house}/flows")["data"]] == ["building"]
