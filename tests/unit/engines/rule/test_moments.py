"""Rules that wait for a moment: planned with the record, moved with it, fired once, however late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engines.rule.timers import TimerState
from tests.fixtures.automation import Office
from tests.fixtures.publishing import field, form

TO_BO = [{"type": "member", "account": "bo"}]
TODO = {"type": "create_todo", "to": TO_BO, "title": "Look after {{ title }}"}
STAY = {"type": "time_in_stage", "form": "order", "field": "stage", "values": ["open"], "days": 3}
DAY = {"type": "date", "form": "order", "field": "day", "at": "09:00"}
LOOK = ["Look after A"]


def test_three_days_and_a_minute_without_an_update(office: Office):
    office.publish({"on": STAY, "then": [TODO]})
    office.create(title="A", stage="open")

    office.run(days=3, minutes=-1)
    assert office.todos("bo") == []
    office.run(minutes=2)
    assert office.todos("bo") == LOOK
    office.run(days=30)
    assert office.todos("bo") == LOOK


def test_an_update_begins_the_time_anew(office: Office):
    office.publish({"on": STAY, "then": [TODO]})
    record = office.create(title="A", stage="open")

    office.run(days=2)
    office.update(record, note="called")
    office.run(days=2)
    assert office.todos("bo") == []
    assert len(office.timers(record)) == 1
    office.run(days=1, minutes=1)

    assert office.todos("bo") == LOOK


def test_once_for_each_stretch_in_which_nothing_happened(office: Office):
    office.publish({"on": STAY, "then": [TODO]})
    record = office.create(title="A", stage="open")
    office.run(days=4)

    office.update(record, note="called")
    office.run(days=4)

    assert office.todos("bo") == LOOK * 2


def test_leaving_the_stage_withdraws_it(office: Office):
    office.publish({"on": STAY, "then": [TODO]})
    record = office.create(title="A", stage="open")
    office.run(days=2)

    office.update(record, stage="done")

    assert office.timers(record) == []
    office.run(days=5)
    assert office.todos("bo") == []


def test_what_the_rule_writes_itself_is_no_activity(office: Office):
    note = {"type": "set_fields", "set": {"note": {"formula": 'note & "!"'}}}
    office.publish({"on": {**STAY, "repeat_days": 1}, "then": [note, TODO]})
    record = office.create(title="A", stage="open", note="n")

    office.run(days=3, minutes=1)
    assert office.records("order")[record]["note"] == "n!"
    (waiting,) = office.timers(record)
    assert waiting.due - office.clock.now() <= timedelta(days=1)
    office.run(days=1, minutes=1)
    assert office.records("order")[record]["note"] == "n!!"
    assert office.todos("bo") == LOOK * 2

    office.update(record, note="acted")
    office.run(days=2)
    assert office.todos("bo") == LOOK * 2


def test_records_beside_it_count_as_activity(office: Office):
    office.publish({"on": {**STAY, "related": [{"form": "task", "via": "order"}]}, "then": [TODO]})
    record = office.create(title="A", stage="open")
    office.run(days=2)

    task = office.create("task", name="call", order=record)
    office.run(days=2)
    assert office.todos("bo") == []
    office.update(task, "task", name="called")
    office.run(days=2)
    assert office.todos("bo") == []
    office.run(days=1, minutes=1)

    assert office.todos("bo") == LOOK


def test_time_alone_counts_where_updates_do_not(office: Office):
    office.publish({"on": {**STAY, "updates": False}, "then": [TODO]})
    record = office.create(title="A", stage="open")
    office.run(days=2)
    office.update(record, note="called")

    office.run(days=1, minutes=1)

    assert office.todos("bo") == LOOK


def test_the_condition_is_asked_when_it_is_planned_and_when_it_is_due(office: Office):
    office.publish({"on": STAY, "if": "amount > 5", "then": [TODO]})
    record = office.create(title="A", stage="open", amount="6")
    assert len(office.timers(record)) == 1

    office.update(record, amount="4")
    assert office.timers(record) == []
    office.update(record, amount="7")
    office.run(days=3, minutes=1)

    assert office.todos("bo") == LOOK


def test_a_condition_about_today_is_asked_when_it_is_due(office: Office):
    office.publish({"on": {**DAY, "days": -1}, "if": "day > TODAY()", "then": [TODO]},
                   {"on": DAY, "if": "day > TODAY()", "then": [TODO]})  # fmt: skip
    record = office.create(title="A", day="2026-11-25")
    assert len(office.timers(record)) == 2

    office.run(days=5)

    # Who looks late finds that the day is past: it is told, and nothing is done.
    assert office.todos("bo") == []
    assert [run.state for run in office.runs(record)] == ["no_match", "no_match"]
    assert office.timers(record) == []


def test_a_date_that_moves_takes_the_moment_with_it_and_fires_once_for_each(office: Office):
    office.publish({"on": DAY, "then": [TODO]})
    record = office.create(title="A", day="2026-11-25")
    (first,) = office.timers(record)
    assert first.due == datetime(2026, 11, 25, 1, tzinfo=UTC)  # nine in Shanghai

    office.update(record, day="2026-11-27")
    (moved,) = office.timers(record)
    assert moved.due == datetime(2026, 11, 27, 1, tzinfo=UTC)
    office.run(days=6)
    assert office.todos("bo") == LOOK

    office.update(record, day="2026-12-20")
    office.update(record, day="2026-11-27")  # back to a date it was told about
    assert office.timers(record) == []
    office.update(record, day="2026-12-20")
    office.run(days=30)
    assert office.todos("bo") == LOOK * 2


def test_a_date_that_is_past_already_is_not_made_up_for(office: Office):
    office.publish({"on": DAY, "then": [TODO]})

    record = office.create(title="A", day="2026-11-20")

    assert office.timers(record) == []


def test_after_a_week_of_silence_each_is_told_once(office: Office):
    office.publish({"on": {**STAY, "repeat_days": 1}, "then": [TODO]}, {"on": DAY, "then": [TODO]})
    for name in ("A", "A", "A"):
        office.create(title=name, stage="open", day="2026-11-24")

    office.run(days=7)

    assert office.todos("bo") == LOOK * 6


def test_a_deleted_record_waits_for_nothing_and_a_restored_one_does_again(office: Office):
    from engines.query import Change, Op

    office.publish({"on": DAY, "then": [TODO]})
    record = office.create(title="A", day="2026-11-25")

    office.delete(record)
    assert office.timers(record) == []
    office.write(Change(Op.restore, id=record))

    assert len(office.timers(record)) == 1
    office.run(days=5)
    assert office.todos("bo") == LOOK


def test_whoever_comes_second_fires_nothing(office: Office):
    """Two processes that drive the same row: the second finds it taken."""
    office.publish({"on": DAY, "then": [TODO]})
    record = office.create(title="A", day="2026-11-25")
    office.clock.forward(days=5)
    office.installation.lease.renew()
    (timer,) = office.timers(record)
    firer = office.installation.rules.firer

    firer.fire(timer.id, office.clock.now())
    firer.fire(timer.id, office.clock.now())
    office.run()

    assert office.todos("bo") == LOOK


def test_what_cannot_be_done_is_tried_again_and_then_left_to_somebody(office: Office):
    make = {"type": "create_record", "form": "task", "set": {"name": {"formula": "note"}}}
    office.publish({"on": DAY, "then": [make]})
    record = office.create(title="A", day="2026-11-25")

    for _ in range(8):
        office.run(days=5)

    (timer,) = office.timers(record)
    assert (timer.state, timer.attempts) == (TimerState.failed, 6)
    assert "field.required" in str(timer.error)


def changed(office: Office, on: dict[str, Any], **more: Any) -> None:
    office.publish({"on": on, "then": [TODO], **more})
    office.run()


def test_switched_on_it_counts_from_now_on(office: Office):
    """What was due before is past; what is to come is planned for the records that are there."""
    office.publish()
    past = office.create(title="past", stage="open", day="2026-11-23")
    office.run(days=3)
    coming = office.create(title="A", stage="open", day="2026-12-01")

    changed(office, DAY)

    assert office.timers(past) == []
    assert len(office.timers(coming)) == 1
    changed(office, {**DAY, "days": 1})
    (timer,) = office.timers(coming)
    assert timer.due == datetime(2026, 12, 2, 1, tzinfo=UTC)
    changed(office, DAY, enabled=False)
    assert office.timers(coming) == []


def test_switched_on_a_stay_is_counted_from_the_last_activity(office: Office):
    office.publish()
    idle = office.create(title="idle", stage="open")
    cared = office.create(title="A", stage="open")
    office.run(days=4)
    office.create("task", name="call", order=cared)

    changed(office, {**STAY, "related": [{"form": "task", "via": "order"}]})

    assert office.timers(idle) == []
    office.run(days=3, minutes=1)
    assert office.todos("bo") == LOOK


def test_published_again_nothing_is_planned_twice(office: Office):
    changed(office, DAY)
    record = office.create(title="A", day="2026-11-25")
    before = office.timers(record)

    changed(office, DAY, label="Another name")

    assert office.timers(record) == before


def test_nine_oclock_is_nine_oclock_when_the_hour_of_summer_begins(small_office: Office):
    small_office.publish({"on": {**DAY, "days": -1}, "then": [TODO]}, time_zone="Europe/Berlin")

    record = small_office.create(title="A", day="2027-03-29")
    other = small_office.create(title="B", day="2027-03-28")

    # The clocks go forward on the 28th.
    assert [small_office.timers(each)[0].due.hour for each in (record, other)] == [7, 8]


@pytest.mark.parametrize("missing", ["rule", "form"])
def test_what_was_dropped_fires_nothing(office: Office, missing: str):
    other = form("visit", field("name"), field("day", "date"))
    visit = {"on": {"type": "date", "form": "visit", "field": "day"}, "then": [
        {"type": "create_todo", "to": TO_BO, "title": "Go"}]}  # fmt: skip
    office.publish(visit, forms=[other])
    office.run()
    office.create("visit", name="A", day="2026-11-25")

    office.publish(forms=[other] if missing == "rule" else [])
    office.run(days=9)

    assert office.todos("bo") == []
