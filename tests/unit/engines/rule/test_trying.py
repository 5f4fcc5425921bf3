"""Why a rule did not fire for a record: asked anew, with nothing done."""

from datetime import timedelta
from typing import Any

from engines.query import Cause
from engines.rule.trying import Trial, try_rule
from tests.fixtures.automation import Office

OWNER = [{"type": "field", "field": "owner"}]
TODO = {"type": "create_todo", "to": OWNER, "title": "Call {{ title }}"}
CREATED = {"type": "created", "form": "order"}
STAGE = {"type": "field_changed", "form": "order", "field": "stage", "to": ["done"]}
IDLE = {"type": "time_in_stage", "form": "order", "field": "stage", "values": ["open"], "days": 3}


def ask(office: Office, record: int, rule: str = "r0") -> Trial:
    box, model = office.installation, office.model
    with box.db.read() as conn:
        epoch = box.current(conn)
        access = box.access(box.person(conn, office.people["ada"], epoch), epoch)
        uow = box.store.uow(conn, model, access, Cause("screen", office.people["ada"]))
        found = next(each for each in box.rules.engine.rules(model).rules.values() if each.key == rule)
        trial = try_rule(box.rules.engine, uow, found, record)
        assert uow.changes == []
        return trial


def changed(trial: Trial, office: Office) -> set[str]:
    fields = office.model.form("order").fields.values()
    names = {each.uid: each.key for each in fields}
    return {names[uid] for uid, *_ in trial.changes}


def test_one_that_would_fire_says_what_it_would_do_and_does_not(small_office: Office):
    office = small_office
    office.publish({"on": STAGE, "if": "amount > 3", "then": [
        {"type": "set_fields", "set": {"note": {"formula": 'title & "!"'}}}, TODO]})  # fmt: skip
    record = office.create(title="A", amount="5", owner="@cy", stage="open")
    office.update(record, stage="done")
    office.run()
    before, todos = office.records("order")[record], office.todos("cy")

    trial = ask(office, record)

    assert trial.hurdles == ()
    assert changed(trial, office) == {"stage", "note"}
    assert [each["result"] for each in trial.conditions] == [True]
    values, todo = trial.actions
    assert list(values["set"].values()) == ["A!"]
    assert todo["people"] == [str(office.people["cy"])]
    office.run()
    assert office.records("order")[record] == before
    assert office.todos("cy") == todos


def test_the_last_change_touched_nothing_it_watches(small_office: Office):
    office = small_office
    office.publish({"on": STAGE, "then": [TODO]})
    record = office.create(title="A", stage="open")
    office.update(record, note="x")

    trial = ask(office, record)

    assert trial.hurdles == ("not_watched",)
    assert changed(trial, office) == {"note"}


def test_it_changed_but_not_to_what_is_awaited(small_office: Office):
    office = small_office
    office.publish({"on": STAGE, "then": [TODO]})
    record = office.create(title="A", stage="new")
    office.update(record, stage="open")

    assert ask(office, record).hurdles == ("not_awaited",)


def test_a_condition_that_does_not_hold_tells_each_part(small_office: Office):
    office = small_office
    office.publish({"on": CREATED, "if": 'amount > 3 AND stage = "open"', "then": [TODO]})
    record = office.create(title="A", amount="1", stage="open")

    trial = ask(office, record)

    assert trial.hurdles == ("no_match",)
    assert [(each["text"], each["result"]) for each in trial.conditions] == [
        ("amount > 3", False), ('stage = "open"', True),
    ]  # fmt: skip
    assert trial.actions == []


def test_one_for_new_records_does_not_care_about_changes_and_may_be_younger(small_office: Office):
    office = small_office
    office.publish()
    record = office.create(title="A")
    office.run(hours=1)
    office.publish({"on": CREATED, "then": [TODO]}, {"on": CREATED, "then": [TODO], "enabled": False})

    assert ask(office, record).hurdles == ("newer",)
    assert ask(office, record, "r1").hurdles == ("disabled", "newer")
    office.run(hours=1)
    office.update(record, note="x")
    assert ask(office, record).hurdles == ("only_created",)


def test_moments_say_when_they_come(office: Office):
    office.publish({"on": IDLE, "then": [TODO]}, {"on": {"type": "date", "form": "order", "field": "day"},
                                                  "then": [TODO]})  # fmt: skip
    began = office.clock.now()
    record = office.create(title="A", stage="open", owner="@cy")
    other = office.create(title="B", stage="new", day="2020-01-01")

    trial = ask(office, record)
    assert (trial.hurdles, trial.due) == (("not_yet",), began + timedelta(days=3))
    assert ask(office, record, "r1").hurdles == ("no_moment",)
    assert ask(office, other).hurdles == ("no_moment",)
    assert ask(office, other, "r1").hurdles == ("moment_over",)

    office.run(days=4)
    trial = ask(office, record)
    assert (trial.hurdles, trial.due) == (("fired_for_it",), began + timedelta(days=3))


def test_a_button_waits_for_somebody_and_a_veto_says_its_message(small_office: Office):
    office = small_office
    veto: dict[str, Any] = {"type": "veto", "message": "Not {{ title }}"}
    office.publish({"on": {"type": "button", "form": "order"}, "then": [veto]})
    record = office.create(title="A")

    trial = ask(office, record)

    assert trial.hurdles == ("not_pressed",)
    (action,) = trial.actions
    assert action["problems"][0]["params"]["message"]["en"] == "Not A"


def test_what_failed_is_kept_with_what_it_tells(small_office: Office):
    office = small_office
    make = {"type": "create_record", "form": "task", "set": {"name": {"formula": "1 / amount"}}}
    office.publish({"on": CREATED, "then": [make], "phase": "after"})
    record = office.create(title="A", amount="0")

    office.run()

    (run,) = office.runs(record)
    codes = [each["code"] for each in run.detail["problems"]]
    assert codes[0] == "rule.failed"
    assert run.detail["problems"][0]["params"]["rule"] == "Rule 0"
