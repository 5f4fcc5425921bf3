"""What a task lets its person see and change: one record, as its node says, and nothing else."""

import pytest

from engines.flow.rows import Task, by_id
from engines.flow.sight import task_access
from engines.query import Query
from engines.store import reading
from schemas.errors import Invalid, NotFound
from tests.fixtures.flowing import PAPER, Desk, ask, flow
from tests.fixtures.publishing import field

RIGHTS = {"note": "required", "amount": "edit", "owner": "hidden"}


def seen(desk: Desk, login: str, record: int, query: Query | None = None):
    """Read a paper with the rights of somebody's task, and every paper with them."""
    (task,) = desk.tasks(login, "open", "told")
    with desk.unit(login) as uow:
        (row,) = by_id(uow.conn, Task, [task.id])
        run = desk.flows.open_any(uow, row.instance_id)
        node = run.graph.node(run.book.visit(row.visit_id).node)
        access = task_access(uow.access, run.graph, node, run.instance.record_id)
        if query is not None:
            return reading.read(desk.store, uow.conn, desk.model, access, query).records
        return reading.get(desk.store, uow.conn, desk.model, access, Query("paper"), record).records[0]


def test_a_guest_sees_the_record_of_the_task_and_no_other(desk: Desk):
    desk.publish(flow(ask("node", "ed", fields=RIGHTS)))
    other = desk.create(name="Other")
    record = desk.begin(secret="salary", amount="5")

    with pytest.raises(NotFound):
        desk.get(record, "ed")
    paper = seen(desk, "ed", record)
    assert (paper["name"], paper["amount"]) == ("Paper", 5)
    assert "owner" not in paper
    assert paper["secret"] != "salary"
    assert [each["_id"] for each in seen(desk, "ed", record, Query("paper"))] == [record]
    with pytest.raises(NotFound):
        seen(desk, "ed", other)


def test_what_is_made_of_a_hidden_field_is_hidden_unless_the_node_names_it(lite: Desk):
    twice = field("twice", "formula", formula="amount * 2")
    more = field("more", "formula", formula="twice + 1")
    paper = {**PAPER, "fields": [*PAPER["fields"], twice, more]}
    lite.publish(flow(ask("node", "ed", fields={"amount": "hidden"})), form_=paper)
    found = seen(lite, "ed", lite.begin(amount="5"))
    assert not found.keys() & {"amount", "twice", "more"}
    lite.press("ed", "approve")

    lite.publish(flow(ask("node", "ed", fields={"amount": "hidden", "more": "read"})), form_=paper)
    found = seen(lite, "ed", lite.begin(amount="5"))
    assert found["more"] == 11
    assert not found.keys() & {"amount", "twice"}


def test_it_writes_what_the_node_lets_it(desk: Desk):
    desk.publish(flow(ask("node", "ed", fields=RIGHTS)))
    record = desk.begin()

    for key in ("name", "owner", "stage"):
        with pytest.raises(Invalid) as caught:
            desk.press("ed", "approve", note="Seen", **{key: "x"})
        assert {each.path for each in caught.value.issues} == {key}
    assert desk.acts(record) == ["start"]
    desk.press("ed", "approve", note="Seen", amount="7")

    paper = desk.get(record)
    assert (paper["note"], paper["amount"], paper["name"]) == ("Seen", 7, "Paper")
    assert paper["_updated_by"] == desk.people["ed"]


def test_what_must_be_filled_is_asked_for_before_anything_is_stored(lite: Desk):
    lite.publish(flow(ask("node", "ed", fields=RIGHTS)))
    record = lite.begin()

    for values in ({}, {"note": ""}, {"note": None}):
        with pytest.raises(Invalid) as caught:
            lite.press("ed", "approve", **values)
        assert [(each.path, each.code) for each in caught.value.issues] == [("note", "field.required")]
    assert (lite.acts(record), lite.asked()) == (["start"], ["ed"])
    lite.press("ed", "reject")

    assert lite.instance(record).state == "rejected"


def test_a_wrong_value_refuses_the_decision(lite: Desk):
    lite.publish(flow(ask("node", "ed", fields={"amount": "edit"})))
    record = lite.begin()

    with pytest.raises(Invalid) as caught:
        lite.press("ed", "approve", amount="many")

    assert [(each.path, each.code) for each in caught.value.issues] == [("amount", "field.not_a_number")]
    assert (lite.acts(record), lite.asked()) == (["start"], ["ed"])


def test_an_administrator_with_a_task_has_the_rights_of_the_task(lite: Desk):
    lite.publish(flow(ask("node", "ada", fields=RIGHTS)))
    lite.begin()

    with pytest.raises(Invalid):
        lite.press("ada", "approve", note="Seen", name="Mine")


def test_a_copy_lets_see_and_not_decide(lite: Desk):
    copy = {
        "key": "copy",
        "type": "cc",
        "who": ask("x", "ed")["who"],
        "next": "node",
        "fields": {"note": "hidden"},
    }
    lite.publish(flow(copy, ask("node", "bo")))
    record = lite.begin(note="private")

    paper = seen(lite, "ed", record)
    assert paper["name"] == "Paper"
    assert "note" not in paper
    assert [each.link for each in lite.notices("ed")] == [f"/tasks/{lite.tasks('ed', 'told')[0].id}"]
    assert lite.asked() == ["bo"]


def test_whoever_returned_may_change_the_record_again(lite: Desk):
    lite.publish(
        flow(
            ask("node", "bo", buttons=[{"key": "back", "type": "return", "to": "start"}]),
            start={"fields": {"amount": "required"}, "others": "read"},
        )
    )
    lite.begin()
    lite.press("bo", "back")

    with pytest.raises(Invalid):
        lite.press("cy", "submit")
    lite.press("cy", "submit", amount="9")

    assert lite.asked() == ["bo"]
