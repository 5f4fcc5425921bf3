"""What rules do to the save they belong to: before it, within it, and where a chain of them must end."""

from typing import Any

import pytest

from engines.query import Change, Op
from engines.rule.chain import DEPTH
from engines.rule.runs import RunState
from engines.store.history import entries
from schemas.errors import Invalid
from tests.fixtures.automation import Office
from tests.fixtures.publishing import field, form

CREATED = {"type": "created", "form": "order"}


def updated(*fields: str, **more: Any) -> dict[str, Any]:
    return {"type": "updated", "form": "order", "fields": list(fields), **more}


def sets(**values: Any) -> dict[str, Any]:
    return {"type": "set_fields", "set": values}


def refused(office: Office, **values: Any) -> list[str]:
    (result,) = office.write(Change(Op.create, values))
    return [each.code for each in result.issues]


def test_what_a_rule_sets_is_part_of_the_save(office: Office):
    office.publish({"on": CREATED, "if": "amount > 5", "then": [sets(stage="open")]})

    record = office.create(title="A", amount="6")

    assert office.records("order")[record]["stage"] == "open"
    (run,) = office.runs(record)
    assert (run.state, run.version) == (RunState.done, 1)


def steps(office: Office, record: int) -> list[tuple[set[str], dict[str, int]]]:
    """Return what each step of a record's history changed, and which rules set what of it; newest first."""
    with office.installation.db.read() as conn:
        found = entries(conn, office.model, office.model.form("order"), record)
    return [(set(each.old), dict(each.rules)) for each in found]


def test_history_names_the_rule_for_what_it_set_and_the_person_for_the_rest(office: Office):
    office.publish(
        {"on": updated("stage"), "then": [sets(note="by rule", amount="7", seen={"formula": "seen"})]},
        {"on": updated("note"), "then": [sets(note="again", stage="done")]},
    )
    record = office.create(title="A", amount="7")
    office.update(record, stage="open", title="B")

    second = office.model.names.uid("rule:r1")
    assert steps(office, record)[0] == ({"title", "stage", "note"}, {"note": second, "stage": second})
    office.update(record, title="C")
    assert steps(office, record)[0] == ({"title"}, {})


WAYS = {
    "created": lambda office: office.write(Change(Op.create, {"title": "A", "amount": "6"})),
    "updated": lambda office: office.write(Change(Op.update, {"amount": "6"}, office.create(title="A"))),
    "in bulk": lambda office: office.write(
        *(Change(Op.update, {"amount": "6"}, office.create(title=each)) for each in "ABC")
    ),
    "brought in": lambda office: office.write(
        Change(Op.create, {"title": "A", "amount": "x"}), Change(Op.create, {"title": "B", "amount": "6"}),
        mode="each",
    ),
    "by another rule": lambda office: office.write(
        Change(Op.update, {"seen": "2026-01-01T08:00:00Z"}, office.create(title="A"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_rules_see_what_is_computed_however_the_record_is_written(small_office: Office, way: str):
    small_office.publish(
        {"on": updated("double", created=True), "if": "double > 10", "then": [sets(note="large")]},
        {"on": updated("seen"), "then": [sets(amount="6")]},
    )

    results = WAYS[way](small_office)

    written = [small_office.records("order")[each.id] for each in results if each.ok]
    assert written
    assert {(each["note"], str(each["double"])) for each in written} == {("large", "12.00")}


def test_a_restored_record_is_no_new_one_and_wakes_what_watches_nothing(small_office: Office):
    small_office.publish({"on": CREATED, "then": [sets(note="greeted")]})
    record = small_office.create(title="A")
    small_office.update(record, note="changed")
    small_office.delete(record)

    (result,) = small_office.write(Change(Op.restore, id=record))

    assert result.ok
    assert small_office.records("order")[record]["note"] == "changed"
    assert len(small_office.runs(record)) == 1


def test_checks_see_what_was_set(small_office: Office):
    small_office.publish({"on": CREATED, "then": [sets(amount="2000")]})

    assert refused(small_office, title="A") == ["record.check_failed"]
    assert small_office.records("order") == {}


def test_rules_go_round_until_none_has_anything_to_add(small_office: Office):
    """The first rule waits for what the second sets, the second for what the third sets."""
    small_office.publish(
        {"on": updated("stage", created=True), "if": 'stage = "done"', "then": [sets(note="shipped")]},
        {"on": updated("double", created=True), "if": "double > 10", "then": [sets(stage="done")]},
        {"on": CREATED, "then": [sets(amount={"formula": "6"})]},
    )

    record = small_office.create(title="A")

    kept = small_office.records("order")[record]
    assert (kept["note"], kept["stage"], str(kept["double"])) == ("shipped", "done", "12.00")


def test_each_rule_fires_once_in_a_save(small_office: Office):
    small_office.publish({"on": updated("amount"), "then": [sets(amount={"formula": "amount + 1"})]})
    record = small_office.create(title="A", amount="1")

    small_office.update(record, amount="5")

    assert str(small_office.records("order")[record]["amount"]) == "6.00"


def test_of_two_that_set_the_same_the_later_priority_wins(small_office: Office):
    """Also where the other one comes round last, because it waits for what the winner sets."""
    small_office.publish(
        {
            "on": updated("note", created=True),
            "if": "NOT ISBLANK(note)",
            "then": [sets(stage="new")],
            "priority": 1,
        },
        {"on": CREATED, "then": [sets(stage="done", note="x")], "priority": 2},
    )

    record = small_office.create(title="A")

    assert small_office.records("order")[record]["stage"] == "done"
    loser = next(run for run in small_office.runs(record) if "overruled" in run.detail["actions"][0])
    assert loser.detail["actions"][0]["set"] == {}


def test_a_change_is_another_value_not_one_that_was_sent(small_office: Office):
    small_office.publish({"on": updated("amount", "note"), "then": [sets(stage="done")]})
    record = small_office.create(title="A", amount="1", stage="new")

    small_office.update(record, amount="1.0", note="")

    assert small_office.records("order")[record]["stage"] == "new"
    assert small_office.runs(record) == []


def test_a_veto_says_why_and_nothing_is_saved(small_office: Office):
    veto = {
        "type": "veto",
        "message": {"zh-CN": "不行：{{ title }}", "en": "No: {{ title }}"},
        "field": "amount",
    }
    small_office.publish({"on": CREATED, "if": "amount > 100", "then": [sets(stage="done"), veto]})

    (result,) = small_office.write(Change(Op.create, {"title": "A", "amount": "101"}))

    (issue,) = result.issues
    said: Any = issue.params["message"]
    assert (issue.path, issue.code, said["en"], said["zh-CN"]) == (
        "amount",
        "rule.vetoed",
        "No: A",
        "不行：A",
    )
    assert small_office.records("order") == {}


def test_a_veto_of_one_row_leaves_the_others(small_office: Office):
    small_office.publish({"on": CREATED, "if": "amount > 100", "then": [{"type": "veto", "message": "No"}]})
    changes = [
        Change(Op.create, {"title": name, "amount": amount}) for name, amount in (("A", "1"), ("B", "101"))
    ]

    results = small_office.write(*changes, mode="each")

    assert [each.ok for each in results] == [True, False]
    assert [each["title"] for each in small_office.records("order").values()] == ["A"]


def test_a_formula_without_a_result_is_told_beside_its_field(small_office: Office):
    small_office.publish({"on": CREATED, "then": [sets(amount={"formula": "1 / amount"})]})

    (result,) = small_office.write(Change(Op.create, {"title": "A", "amount": "0"}))

    assert [(each.path, each.code) for each in result.issues] == [("amount", "rule.no_result")]


def test_another_record_is_written_by_the_platform_in_the_name_of_who_began(office: Office):
    make = {"type": "create_record", "form": "task", "link": "order", "set": {"name": {"formula": "title"}}}
    office.publish({"on": updated("stage"), "if": 'stage = "done"', "then": [make]})
    record = office.create(title="A", by="cy")

    office.update(record, stage="done", by="cy")  # a clerk may not even see tasks
    office.update(record, stage="open", by="cy")
    office.update(record, stage="done", by="cy")

    (task,) = office.records("task").values()
    assert (task["name"], task["order"]) == ("A", record)
    with office.installation.db.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT actor, on_behalf_of, parent FROM weft_cause WHERE door = 'rule'"
        ).all()
    assert [(row[0], row[1]) for row in rows] == [(None, office.people["cy"])]
    assert all(row[2] for row in rows)


def test_a_failed_action_within_the_save_takes_the_save_with_it(office: Office):
    make = {"type": "create_record", "form": "task", "set": {"state": "open"}}
    office.publish({"on": CREATED, "then": [make], "label": "Make a task"})

    with pytest.raises(Invalid) as failed:
        office.write(Change(Op.create, {"title": "A"}))

    assert [each.code for each in failed.value.issues] == ["rule.failed", "field.required"]
    assert failed.value.issues[0].params == {"rule": "Make a task"}
    assert office.records("order") == {}


LOOP = (
    {"on": {"type": "created", "form": "task"}, "label": "Again", "then": [
        {"type": "create_record", "form": "order", "set": {"title": {"formula": "name"}}}]},
    {"on": CREATED, "label": "And again", "then": [
        {"type": "create_record", "form": "task", "set": {"name": {"formula": "title"}}}]},
)  # fmt: skip


def test_rules_that_wake_each_other_are_stopped_and_the_way_is_told(office: Office):
    office.publish(*LOOP)

    with pytest.raises(Invalid) as stopped:
        office.write(Change(Op.create, {"title": "A"}))

    (issue,) = stopped.value.issues
    way: Any = issue.params["chain"]
    assert (issue.code, issue.params["limit"]) == ("rule.too_deep", DEPTH)
    assert way["en"].startswith("And again → Again → And again")
    assert office.records("order") == office.records("task") == {}


def test_a_rule_does_not_wake_itself(office: Office):
    again = {"type": "create_record", "form": "order", "set": {"title": {"formula": 'title & "!"'}}}
    office.publish({"on": CREATED, "then": [again]})

    office.create(title="A")

    assert [each["title"] for each in office.records("order").values()] == ["A", "A!"]


def test_a_circle_over_one_record_ends_by_itself(small_office: Office):
    """Set by a button, so that each is a write of its own: A wakes B, B wakes A, which has fired already."""
    small_office.publish(
        {"on": {"type": "button", "form": "order"}, "then": [sets(stage="open")]},
        {"on": updated("stage"), "then": [sets(note={"formula": 'note & "s"'})], "phase": "during"},
        {"on": updated("note"), "then": [sets(stage="done")]},
    )
    record = small_office.create(title="A", note="n")

    small_office.press(record, "r0")

    kept = small_office.records("order")[record]
    assert (kept["stage"], kept["note"]) == ("done", "ns")


def test_more_than_so_many_firings_are_stopped(small_office: Office):
    """Each row of a long subform becomes a task, and each task wakes a rule."""
    forms = [form("copy", field("name", required=True))]
    many = [
        {"on": CREATED, "then": [
            {"type": "create_record", "form": "task", "once": False, "set": {"name": f"{place}"}}
            for place in range(150)
        ]},
        {"on": {"type": "created", "form": "task"}, "then": [
            {"type": "create_record", "form": "copy", "set": {"name": {"formula": "name"}}}]},
        {"on": {"type": "created", "form": "copy"}, "then": [
            {"type": "create_record", "form": "copy", "set": {"name": "x"}}]},
    ]  # fmt: skip
    small_office.publish(*many, forms=forms)

    with pytest.raises(Invalid) as stopped:
        small_office.create(title="A")

    assert stopped.value.issues[0].code == "rule.too_many"
    assert small_office.records("task") == {}


def test_ten_thousand_records_are_ten_thousand_beginnings(small_office: Office):
    small_office.publish({"on": CREATED, "then": [sets(stage="open")]})
    changes = [Change(Op.create, {"title": f"{number}"}) for number in range(500)]

    results = small_office.write(*changes)

    assert all(each.ok for each in results)
    assert {each["stage"] for each in small_office.records("order").values()} == {"open"}


def test_a_child_wakes_the_rule_that_watches_what_its_parent_sums_up(office: Office):
    total = form(
        "box", field("name"), field("parts", "related", form="part", via="box"),
        field("total", "rollup", of="parts", field="qty", function="sum"), field("state"),
    )  # fmt: skip
    part = form("part", field("qty", "number"), field("box", "relation", form="box"))
    over = {"on": {"type": "updated", "form": "box", "fields": ["total"]}, "if": "total > 10",
            "then": [sets(state="full")]}  # fmt: skip
    office.publish(over, forms=[total, part])
    box = office.create("box", name="B")

    office.create("part", qty="6", box=box)
    assert office.records("box")[box].get("state") is None
    office.create("part", qty="6", box=box)

    assert office.records("box")[box]["state"] == "full"


def test_nothing_watched_nothing_asked(small_office: Office, monkeypatch: pytest.MonkeyPatch):
    """A save that changes nothing a rule watches reads nothing and decides nothing for it."""
    rules = [{"on": updated("note"), "then": [sets(stage="done")]} for _ in range(100)]
    small_office.publish(*rules)
    record = small_office.create(title="A")
    asked: list[Any] = []
    monkeypatch.setattr("engines.rule.early.decide", lambda *given: asked.append(given))
    monkeypatch.setattr("engines.rule.carrying.decide", lambda *given: asked.append(given))
    monkeypatch.setattr("engines.rule.facts.Facts.load", lambda *given: asked.append(given))

    small_office.update(record, title="B")

    assert asked == []
