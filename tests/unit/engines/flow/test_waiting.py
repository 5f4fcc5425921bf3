"""Time limits, people who leave, and what outlives both."""

from datetime import timedelta

from engines.flow.limits import fall_due
from engines.flow.rows import Visit
from tests.fixtures.flowing import Desk, ask, flow, pipeline, stage, who

LIMIT = {"hours": 24, "repeat_hours": 24, "at_most": 3}


def test_a_reminder_when_the_time_is_over(desk: Desk):
    desk.publish(flow(ask("node", "bo", "di", limit={"hours": 24})))
    desk.begin()
    assert desk.todos("bo")[0].due == desk.clock.now() + timedelta(hours=24)

    desk.clock.forward(hours=23)
    assert desk.work() == []
    desk.clock.forward(hours=2)
    assert desk.work() == ["flow.due"]

    assert [each.level for each in desk.notices("bo")] == ["must"]
    assert len(desk.notices("di")) == 1
    desk.clock.forward(days=10)
    assert desk.work() == []


def test_it_repeats_as_often_as_it_says(lite: Desk):
    lite.publish(flow(ask("node", "bo", limit=LIMIT)))
    lite.begin()

    for _ in range(6):
        lite.clock.forward(hours=24)
        lite.work()

    assert len(lite.notices("bo")) == 3


def test_a_week_of_downtime_is_one_reminder(desk: Desk):
    desk.publish(flow(ask("node", "bo", limit=LIMIT)))
    desk.begin()

    desk.clock.forward(days=7)
    desk.work()
    assert len(desk.notices("bo")) == 1
    desk.work()
    assert len(desk.notices("bo")) == 1
    desk.clock.forward(hours=24)
    desk.work()

    assert len(desk.notices("bo")) == 2


def test_a_late_timer_does_nothing(lite: Desk):
    lite.publish(flow(ask("node", "bo", limit=LIMIT)))
    record = lite.begin()
    lite.press("bo", "approve")

    lite.clock.forward(days=2)

    assert lite.work() == ["flow.due"]
    assert lite.notices("bo") == []
    assert lite.instance(record).state == "approved"


def test_a_second_visit_has_a_time_of_its_own(lite: Desk):
    back = [{"key": "approve", "type": "approve"}, {"key": "back", "type": "return", "to": "start"}]
    lite.publish(flow(ask("node", "bo", limit={"hours": 24}, buttons=back)))
    lite.begin()
    lite.clock.forward(hours=20)
    lite.press("bo", "back")
    lite.press("cy", "submit")

    lite.clock.forward(hours=20)
    lite.work()
    assert lite.notices("bo") == []
    lite.clock.forward(hours=5)
    lite.work()

    assert len(lite.notices("bo")) == 1


def test_the_same_timer_twice_reminds_once(lite: Desk):
    lite.publish(flow(ask("node", "bo", limit=LIMIT)))
    lite.begin()
    lite.clock.forward(hours=24)
    lite.work()
    (visit,) = [each for each in lite.all(Visit) if each.node == "node"]

    with lite.unit(None) as uow:
        fall_due(lite.flows, uow, visit.instance_id, visit.id, 0)
        fall_due(lite.flows, uow, visit.instance_id, visit.id + 1, 0)

    assert len(lite.notices("bo")) == 1


def test_a_stage_reminds_the_owner(lite: Desk):
    lite.publish(pipeline(stage("new", limit={"hours": 72}, moves={"on": "talk"}), stage("talk")))
    lite.create("cy")

    lite.clock.forward(hours=72)
    lite.work()

    assert len(lite.notices("cy")) == 1


def test_whoever_leaves_hands_on_to_the_manager(desk: Desk):
    desk.publish(flow(ask("node", "di", "ed", mode="all")))
    record = desk.begin()

    assert desk.leave("di") == 1

    assert desk.asked() == ["bo", "ed"]
    assert desk.acts(record) == ["start", "reassign"]
    desk.press("bo", "approve")
    desk.press("ed", "approve")
    assert desk.instance(record).state == "approved"


def test_the_next_manager_who_is_still_there(lite: Desk):
    lite.publish(flow(ask("node", "di")))
    lite.begin()
    lite.leave("bo")

    lite.leave("di")

    assert lite.asked() == ["ada"]


def test_a_manager_who_is_asked_already_is_not_asked_twice(lite: Desk):
    lite.publish(flow(ask("node", "di", "bo", mode="all")))
    record = lite.begin()

    lite.leave("di")

    assert lite.asked() == ["bo"]
    assert lite.instance(record).running


def test_a_manager_who_decided_already_is_asked_for_the_other(lite: Desk):
    lite.publish(flow(ask("node", "di", "bo", mode="all")))
    record = lite.begin()
    lite.press("bo", "approve")

    lite.leave("di")

    assert (lite.asked(), lite.instance(record).state) == (["bo"], "running")


def test_the_turn_of_whoever_left(lite: Desk):
    lite.publish(flow(ask("node", "di", "bo", "ed", mode="sequential")))
    record = lite.begin()

    lite.leave("di")
    assert lite.asked() == ["bo"]
    lite.press("bo", "approve")
    assert lite.asked() == ["ed"]
    lite.press("ed", "approve")

    assert lite.instance(record).state == "approved"


def test_roles_are_looked_up_anew_for_new_tasks(lite: Desk):
    clerks = [{"type": "role", "role": "clerk"}]
    lite.publish(flow(ask("one", "bo", to="two"), {**ask("two"), "who": clerks}))
    lite.begin()
    lite.leave("di")

    lite.press("bo", "approve")

    assert lite.asked() == ["cy"]


def test_incidents_go_to_whoever_else_looks_after_the_flow(lite: Desk):
    nobody = [{"type": "field", "field": "readers"}]
    lite.publish(flow({**ask("node"), "who": nobody, "nobody": "stop"}, admin=who("ed")))
    lite.begin()

    lite.leave("ed")

    assert lite.asked() == ["ada"]
