"""Approvals: who decides, what counts, and what comes of it."""

import pytest

from engines.flow.quorum import verdict
from engines.flow.rows import Decision
from engines.query import Change, Op
from schemas.errors import Conflict, Forbidden, Invalid, NotFound
from tests.fixtures.flowing import Desk, ask, flow, who


def test_one_after_the_other_until_the_end(desk: Desk):
    desk.publish(flow(ask("legal", "bo", to="money"), ask("money", "di")))
    record = desk.begin()

    assert (desk.asked(), desk.living(record)) == (["bo"], ["legal"])
    desk.press("bo", "approve", "Fine by law")
    assert desk.asked() == ["di"]
    desk.press("di", "approve")

    assert desk.instance(record).state == "approved"
    assert desk.acts(record) == ["start", "approve", "approve"]
    assert desk.living(record) == []
    assert [(node, outcome) for node, _, _, outcome in desk.visits(record)] == [
        ("start", None), ("legal", "approved"), ("money", "approved"), ("end", "approved"),
    ]  # fmt: skip
    assert (desk.todos("bo"), desk.todos("di")) == ([], [])


@pytest.mark.parametrize(
    ("mode", "outcomes", "expected"),
    [
        ("any", [None, None], None),
        ("any", ["reject", None], None),
        ("any", ["reject", "approve"], "approved"),
        ("any", ["reject", "reject"], "rejected"),
        ("all", ["approve", None], None),
        ("all", ["reject", None], "rejected"),
        ("all", ["approve", "approve"], "approved"),
        ("sequential", ["approve", None], None),
        ("sequential", ["approve", "reject", None], "rejected"),
        ("all", [], None),
    ],
)
def test_counting(mode, outcomes, expected):
    assert verdict(mode, outcomes) == expected


def test_the_first_decision_counts_where_the_designer_says_so():
    assert verdict("any", ["reject", None], first=True) == "rejected"


def test_any_passes_with_the_first_and_tells_the_others_who_was_faster(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", "ed")))
    record = lite.begin()
    (late,) = lite.tasks("di")

    lite.press("bo", "approve")

    assert lite.asked() == []
    assert [each.outcome for each in lite.tasks("di", "void")] == ["not_needed"]
    before = lite.all(Decision)
    with pytest.raises(Conflict) as caught:
        lite.decide("di", late.id, "approve")
    assert (caught.value.reason, caught.value.params) == ("flow.already_decided", {"by": "Bo"})
    assert lite.all(Decision) == before
    assert lite.instance(record).state == "approved"


def test_any_is_rejected_only_when_all_reject(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di")))
    record = lite.begin()

    lite.press("bo", "reject")
    assert lite.instance(record).running
    lite.press("di", "reject")

    assert lite.instance(record).state == "rejected"


def test_one_rejection_of_all_ends_it_and_the_rest_need_not_decide(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", "ed", mode="all")))
    record = lite.begin()

    lite.press("bo", "approve")
    lite.press("di", "reject")

    assert lite.instance(record).state == "rejected"
    assert [each.outcome for each in lite.tasks("ed", "void")] == ["not_needed"]
    assert lite.todos("ed") == []


def test_in_turn_each_wakes_after_the_other(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", "ed", mode="sequential")))
    record = lite.begin()

    assert (lite.asked(), len(lite.tasks("ed", "waiting"))) == (["bo"], 1)
    (asleep,) = lite.tasks("ed", "waiting")
    with pytest.raises(Conflict, match="not_your_turn"):
        lite.decide("ed", asleep.id, "approve")
    lite.press("bo", "approve")
    assert lite.asked() == ["di"]
    lite.press("di", "approve")
    lite.press("ed", "approve")

    assert lite.instance(record).state == "approved"


def test_a_rejection_takes_its_branch(lite: Desk):
    lite.publish(flow(ask("node", "bo", rejected="mend"), ask("mend", "cy", type="fill", to="node")))
    record = lite.begin()

    lite.press("bo", "reject")
    assert lite.asked() == ["cy"]
    lite.press("cy", "submit")

    assert lite.asked() == ["bo"]
    assert [each[:2] for each in lite.visits(record)] == [("start", 1), ("node", 1), ("mend", 1), ("node", 2)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([{"type": "role", "role": "clerk"}], ["cy", "di"]),
        ([{"type": "manager"}], ["bo"]),
        ([{"type": "manager", "up": 2}], ["ada"]),
        ([{"type": "head"}], ["bo"]),
        ([{"type": "head", "up": 1}], ["ada"]),
        ([{"type": "head", "department": "Top/East"}], ["bo"]),
        ([{"type": "head", "field": "office"}], ["ada"]),
        ([{"type": "field", "field": "readers"}], ["di", "ed"]),
        ([{"type": "initiator"}], ["cy"]),
        ([{"type": "formula", "formula": "IF(amount > 10, MANAGER(owner), owner)"}], ["bo"]),
        ([*who("ed", "bo"), {"type": "manager"}], ["bo", "ed"]),
    ],
)
def test_who_is_asked(lite: Desk, said, expected):
    lite.publish(flow({**ask("node"), "who": said}))
    top = lite.model.names  # the office stands in the catalogue of people, not of the app
    assert top is not None
    with lite.db.read() as conn:
        office = conn.exec_driver_sql("SELECT id FROM weft_department WHERE name = 'Top'").scalar()

    lite.begin(amount="11", readers=[str(lite.people[each]) for each in ("di", "ed")], office=str(office))

    assert lite.asked() == expected


@pytest.mark.parametrize(
    ("policy", "asked", "state"),
    [
        ("admin", ["ada"], "running"),
        ("manager", ["bo"], "running"),
        ("pass", [], "approved"),
        ("reject", [], "rejected"),
        ("stop", ["ada"], "running"),
    ],
)
def test_nobody_is_found(lite: Desk, policy, asked, state):
    nobody = [{"type": "field", "field": "readers"}]
    lite.publish(flow({**ask("node"), "who": nobody, "nobody": policy}))

    record = lite.begin()

    assert (lite.asked(), lite.instance(record).state) == (asked, state)
    kinds = {each.kind for each in lite.tasks("ada")}
    assert kinds == ({"incident"} if policy == "stop" else {"approve"} if policy == "admin" else set())


def test_the_flow_says_who_looks_after_it(lite: Desk):
    nobody = [{"type": "field", "field": "readers"}]
    lite.publish(flow({**ask("node"), "who": nobody}, admin=who("ed")))

    lite.begin()

    assert lite.asked() == ["ed"]


@pytest.mark.parametrize(
    ("repeat", "asked"), [("ask", ["bo"]), ("skip", []), ("skip_adjacent", ["bo"])]
)  # fmt: skip
def test_whoever_approved_before(lite: Desk, repeat, asked):
    nodes = (ask("one", "bo", to="two"), ask("two", "di", to="three"), ask("three", "bo", repeat=repeat))
    lite.publish(flow(*nodes))
    record = lite.begin()

    lite.press("bo", "approve")
    lite.press("di", "approve")

    assert lite.asked() == asked
    assert lite.instance(record).state == ("running" if asked else "approved")


def test_adjacent_approvals_are_one(lite: Desk):
    lite.publish(flow(ask("one", "bo", to="two"), ask("two", "bo", repeat="skip_adjacent")))
    record = lite.begin()

    lite.press("bo", "approve")

    assert lite.instance(record).state == "approved"


def test_nobody_is_passed_over_while_something_is_to_be_filled_in(lite: Desk):
    second = ask("two", "bo", repeat="skip", fields={"note": "required"})
    lite.publish(flow(ask("one", "bo", to="two"), second))
    lite.begin()

    lite.press("bo", "approve")

    assert lite.asked() == ["bo"]


def test_a_transfer_moves_the_task_and_the_trail_says_so(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", mode="all")))
    record = lite.begin()
    (old,) = lite.tasks("bo")

    lite.press("bo", "transfer", "On leave", to="ed")

    assert lite.asked() == ["di", "ed"]
    with pytest.raises(Conflict, match="task_moved"):
        lite.decide("bo", old.id, "approve")
    lite.press("ed", "approve")
    lite.press("di", "approve")
    assert lite.instance(record).state == "approved"
    assert lite.acts(record) == ["start", "transfer", "approve", "approve"]


@pytest.mark.parametrize(("to", "code"), [("di", "flow.already_asked"), (None, "field.required")])
def test_a_transfer_to_nobody_new_is_refused(lite: Desk, to, code):
    lite.publish(flow(ask("node", "bo", "di")))
    lite.begin()

    with pytest.raises(Invalid) as caught:
        lite.press("bo", "transfer", to=to)

    assert [each.code for each in caught.value.issues] == [code]


def test_only_the_buttons_there_are(lite: Desk):
    only = [{"key": "back", "type": "return", "label": "Back", "to": "start"}]
    lite.publish(flow(ask("node", "bo", buttons=only)))
    record = lite.begin()

    with pytest.raises(Invalid, match="no_such_button"):
        lite.press("bo", "approve")

    assert lite.acts(record) == ["start"]


def test_a_comment_that_must_be_there(lite: Desk):
    said = [{"key": "approve", "type": "approve", "comment": "required"}]
    lite.publish(flow(ask("node", "bo", buttons=said)))
    record = lite.begin()

    with pytest.raises(Invalid) as caught:
        lite.press("bo", "approve", "  ")
    assert [(each.path, each.code) for each in caught.value.issues] == [("comment", "field.required")]
    assert lite.acts(record) == ["start"]

    lite.press("bo", "approve", "Read and found good")
    assert lite.all(Decision)[-1].comment == "Read and found good"


def test_a_button_sets_fields_and_tells_people(lite: Desk):
    told = [{"to": who("ed"), "title": "It is done", "level": "must"}]
    button = {"key": "approve", "type": "approve", "set": {"state": "waiting", "day": {"formula": "TODAY()"}}}
    lite.publish(flow(ask("node", "bo", buttons=[{**button, "notify": told}])))
    record = lite.begin()

    lite.press("bo", "approve")

    paper = lite.get(record)
    assert (paper["state"], str(paper["day"])) == ("waiting", "2026-11-21")
    assert [(each.level, each.record_id) for each in lite.notices("ed")] == [("must", record)]


def test_tasks_of_others_do_not_exist(lite: Desk):
    lite.publish(flow(ask("node", "bo")))
    lite.begin()
    (task,) = lite.tasks("bo")

    for login, number in (("di", task.id), ("ada", task.id), ("bo", task.id + 1)):
        with pytest.raises(NotFound):
            lite.decide(login, number, "approve")


def test_the_record_is_locked_while_it_is_decided_on(desk: Desk):
    desk.publish(flow(ask("node", "bo"), open=["note"]))
    record = desk.begin()

    assert desk.update("cy", record, amount="5") == [("", "flow.locked")]
    assert desk.update("ada", record, amount="5") == [("", "flow.locked")]
    assert desk.update("cy", record, note="More") == []
    assert desk.update(None, record, amount="6") == []
    desk.press("bo", "approve")
    assert desk.update("cy", record, amount="7") == []


def test_an_unlocked_flow_lets_people_go_on(lite: Desk):
    lite.publish(flow(ask("node", "bo"), lock=False))
    record = lite.begin()

    assert lite.update("cy", record, amount="5") == []


def test_a_record_that_is_gone_takes_its_flow_along(desk: Desk):
    desk.publish(flow(ask("node", "bo")))
    record = desk.begin()
    (task,) = desk.tasks("bo")

    assert desk.write("cy", Change(Op.delete, id=record))[0].ok

    assert desk.instance(record).state == "cancelled"
    assert (desk.asked(), desk.todos("bo"), desk.living(record)) == ([], [], [])
    with pytest.raises(Conflict, match="task_void"):
        desk.decide("bo", task.id, "approve")


def test_it_begins_by_itself_where_the_flow_says_so(lite: Desk):
    lite.publish(flow(ask("node", "bo"), start={"on": "create", "when": "amount > 10"}))

    lite.create(amount="10")
    assert lite.asked() == []
    lite.create(amount="11")
    assert lite.asked() == ["bo"]


def test_who_may_begin(lite: Desk):
    lite.publish(flow(ask("node", "bo")), flow(ask("node", "bo"), key="named", start={"by": ["boss"]}))
    record = lite.create("cy")

    with pytest.raises(Forbidden):
        lite.start(record, "di")
    with pytest.raises(Forbidden):
        lite.start(record, "cy", "named")
    lite.start(record, "bo", "named")
    lite.start(record, "cy")
    with pytest.raises(Conflict, match="already_running"):
        lite.start(record, "bo")
    with pytest.raises(NotFound):
        lite.start(record, "cy", "nothing")
    with pytest.raises(NotFound):
        lite.start(record + 1, "ada")


def test_a_flow_is_offered_for_some_records_only(lite: Desk):
    lite.publish(flow(ask("node", "bo"), start={"when": "amount > 10"}))
    record = lite.create(amount="1")

    with pytest.raises(Invalid, match="not_for_this_record"):
        lite.start(record)

    assert lite.all(Decision) == []
