"""One way of several, and several ways at once."""

from typing import Any

import pytest

from engines.flow.rows import Visit
from schemas.errors import Conflict
from tests.fixtures.flowing import Desk, ask, flow

BACK = {"key": "back", "type": "return", "to": "start"}
YES = {"key": "approve", "type": "approve"}
NO = {"key": "reject", "type": "reject"}


def branch(*arms: tuple[str, str, str], otherwise: str = "end", key: str = "which") -> dict[str, Any]:
    said = [{"key": name, "label": name, "when": when, "next": to} for name, when, to in arms]
    return {"key": key, "type": "branch", "arms": said, "otherwise": otherwise}


def split(*to: str, key: str = "split") -> dict[str, Any]:
    return {"key": key, "type": "split", "branches": [{"key": e, "label": e, "next": e} for e in to]}


def join(to: str = "end", key: str = "join") -> dict[str, Any]:
    return {"key": key, "type": "join", "next": to}


def both(**second: Any) -> dict[str, Any]:
    """Two people decide at the same time."""
    return flow(
        split("one", "two"), ask("one", "bo", to="join"), ask("two", "di", to="join", **second), join()
    )


@pytest.mark.parametrize(
    ("amount", "asked"),
    [("600000", ["ada"]), ("500001", ["ada"]), ("500000", ["bo"]), ("400000", ["bo"]), (None, ["di"])],
)
def test_the_amount_decides_who_is_asked(lite: Desk, amount, asked):
    lite.publish(
        flow(
            branch(
                ("large", "amount > 500000", "top"), ("small", "amount <= 500000", "head"), otherwise="none"
            ),
            ask("top", "ada"), ask("head", "bo"), ask("none", "di"),
        )
    )  # fmt: skip

    lite.begin(amount=amount)

    assert lite.asked() == asked


def test_the_condition_sees_the_record_as_it_is_then(lite: Desk):
    filled = ask("price", "di", type="fill", to="which", fields={"amount": "required"})
    lite.publish(flow(filled, branch(("large", "amount > 10", "top")), ask("top", "ada")))
    lite.begin(amount="5")

    lite.press("di", "submit", amount="50")

    assert lite.asked() == ["ada"]


def test_both_branches_and_then_on(desk: Desk):
    desk.publish(both())
    record = desk.begin()

    assert (desk.asked(), desk.living(record)) == (["bo", "di"], ["one", "split", "two"])
    desk.press("di", "approve")
    assert desk.instance(record).running
    assert desk.living(record) == ["join", "one", "split"]
    desk.press("bo", "approve")

    assert desk.instance(record).state == "approved"
    assert [each for each in desk.visits(record) if each[0] == "join"] == [("join", 1, "done", None)]


def test_a_rejection_ends_everything(lite: Desk):
    lite.publish(both())
    record = lite.begin()
    (late,) = lite.tasks("di")

    lite.press("bo", "reject")

    assert lite.instance(record).state == "rejected"
    assert [each.outcome for each in lite.tasks("di", "void")] == ["branch_rejected"]
    with pytest.raises(Conflict, match="task_void"):
        lite.decide("di", late.id, "approve")


def test_a_rejection_ends_its_branch_only(lite: Desk):
    lite.publish(both(rejecting="branch"))
    record = lite.begin()

    lite.press("di", "reject")
    assert lite.asked() == ["bo"]
    lite.press("bo", "approve")

    assert lite.instance(record).state == "approved"


def test_a_rejection_waits_for_the_others(lite: Desk):
    lite.publish(both(rejecting="wait"))
    record = lite.begin()

    lite.press("di", "reject")
    assert (lite.asked(), lite.instance(record).state) == (["bo"], "running")
    lite.press("bo", "approve")

    assert lite.instance(record).state == "rejected"


@pytest.mark.parametrize(("second", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_branches_that_never_meet(lite: Desk, second, state):
    lite.publish(
        flow(
            split("one", "two"), ask("one", "bo", rejecting="branch"), ask("two", "di", rejecting="branch"),
        )
    )  # fmt: skip
    record = lite.begin()

    lite.press("di", "reject")
    lite.press("bo", second)

    assert lite.instance(record).state == state


def test_a_good_end_of_one_branch_leaves_the_other_alone(lite: Desk):
    lite.publish(flow(split("one", "two"), ask("one", "bo"), ask("two", "di")))
    record = lite.begin()

    lite.press("bo", "approve")
    assert lite.asked() == ["di"]
    lite.press("di", "approve")

    assert lite.instance(record).state == "approved"


def test_a_return_out_of_the_branches_ends_them_all(lite: Desk):
    lite.publish(both(buttons=[YES, NO, BACK]))
    record = lite.begin()
    lite.press("bo", "approve")

    lite.press("di", "back")
    assert (lite.asked(), lite.living(record)) == (["cy"], ["start"])
    lite.press("cy", "submit")

    assert lite.asked() == ["bo", "di"]
    lite.press("di", "approve")
    lite.press("bo", "approve")
    assert lite.instance(record).state == "approved"
    assert [(n, k) for n, k, _, _ in lite.visits(record) if n in {"split", "join"}] == [
        ("split", 1), ("split", 2), ("join", 1),
    ]  # fmt: skip


def test_a_return_within_a_branch_leaves_the_others_alone(lite: Desk):
    back = [YES, {"key": "back", "type": "return"}]
    lite.publish(
        flow(
            split("one", "two"), ask("one", "bo", to="join"), ask("two", "di", to="three"),
            ask("three", "ed", to="join", buttons=back), join(),
        )
    )  # fmt: skip
    record = lite.begin()
    lite.press("di", "approve")

    lite.press("ed", "back")

    assert (lite.asked(), lite.living(record)) == (["bo", "di"], ["one", "split", "two"])


def test_branches_within_branches(lite: Desk):
    lite.publish(
        flow(
            split("one", "inner"), ask("one", "bo", to="outer"), split("two", "three", key="inner"),
            ask("two", "di", to="meet"), ask("three", "ed", to="meet"), join("four", key="meet"),
            ask("four", "ada", to="outer"), join(key="outer"),
        )
    )  # fmt: skip
    record = lite.begin()

    lite.press("bo", "approve")
    lite.press("ed", "approve")
    assert lite.asked() == ["di"]
    lite.press("di", "approve")
    assert lite.asked() == ["ada"]
    lite.press("ada", "approve")

    assert lite.instance(record).state == "approved"


def test_a_return_after_the_join_runs_the_branches_again(lite: Desk):
    back = [YES, {"key": "back", "type": "return"}]
    lite.publish(
        flow(
            ask("zero", "ada", to="split"), split("one", "two"), ask("one", "bo", to="join"),
            ask("two", "di", to="join"), join("last"), ask("last", "ed", buttons=back),
        )
    )  # fmt: skip
    record = lite.begin()
    lite.press("ada", "approve")
    lite.press("bo", "approve")
    lite.press("di", "approve")

    lite.press("ed", "back")

    assert (lite.asked(), lite.living(record)) == (["ada"], ["zero"])


def test_every_token_is_somewhere_a_person_can_see(lite: Desk):
    lite.publish(both())
    record = lite.begin()

    open_visits = [each for each in lite.all(Visit) if each.state == "open"]

    assert lite.instance(record).running
    assert {each.node for each in open_visits} == {"one", "two"}
