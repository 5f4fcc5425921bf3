"""Pipelines: only the flow moves a stage; records are placed by those who may."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engines.flow.rows import Instance, Stay
from engines.query import Change, Op
from schemas.errors import Conflict, Invalid, NotFound
from tests.fixtures.flowing import Desk, ask, pipeline, stage, who

LINE = pipeline(
    stage("new", moves={"on": "talk", "lose": {"to": "lost", "needs": ["reason"]}}),
    stage(
        "talk",
        moves={
            "offer": {
                "to": "offer",
                "set": {"state": "waiting"},
                "notify": [{"to": who("ed"), "title": "An offer is out"}],
                "primary": True,
            },
            "back": "new",
        },
    ),
    stage(
        "offer",
        set={"note": "offered", "amount": "50"},
        moves={
            "win": {"to": "won", "when": "amount > 10", "by": ["boss"]},
            "lose": {"to": "lost", "needs": ["reason"]},
        },
    ),
)  # fmt: skip


@pytest.fixture
def line(desk: Desk) -> Desk:
    desk.publish(LINE)
    return desk


@pytest.fixture
def row(lite: Desk) -> Desk:
    lite.publish(LINE)
    return lite


def codes(error: Invalid) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in error.issues]


def test_a_new_record_begins_in_the_first_stage(line: Desk):
    record = line.create()

    assert line.get(record)["stage"] == "new"
    assert (line.living(record), line.stays(record)) == (["new"], [("new", "started", False)])
    assert line.instance(record).started_by == line.people["cy"]


def test_moves_as_the_flow_offers_them(line: Desk):
    record = line.create()

    line.move("cy", record, "on")
    line.move("cy", record, "offer", "Sent by mail")

    paper = line.get(record)
    assert (paper["stage"], paper["state"], paper["note"], paper["amount"]) == (
        "offer",
        "waiting",
        "offered",
        50,
    )
    assert paper["_version"] == 3
    assert line.stays(record) == [
        ("new", "started", True), ("talk", "moved", True), ("offer", "moved", False),
    ]  # fmt: skip
    assert [each.title["texts"]["en"] for each in line.notices("ed")] == [["An offer is out"]]
    assert line.acts(record) == ["move", "move"]
    line.move("bo", record, "win")
    assert (line.instance(record).state, line.get(record)["stage"]) == ("done", "won")


def test_a_late_click_is_told_who_was_faster(line: Desk):
    line.publish(
        pipeline(stage("new", moves={"on": "talk", "lost": "lost"}), stage("talk", moves={"win": "won"}))
    )
    record = line.create("cy")
    line.move("bo", record, "on")

    for late in ("on", "lost"):
        with pytest.raises(Conflict) as caught:
            line.move("cy", record, late)
        assert (caught.value.reason, caught.value.params) == ("flow.already_moved", {"by": "Bo"})
    with pytest.raises(Invalid, match="no_such_move"):
        line.move("cy", record, "up")


@pytest.mark.parametrize("login", ["cy", "bo", "ada", None])
def test_every_door_refuses_what_the_flow_does_not_offer(row: Desk, login):
    record = row.create("cy")

    assert row.update(login, record, stage="won") == [("stage", "flow.only_moved")]
    assert row.update(login, record, stage=None) == [("stage", "flow.only_moved")]
    assert row.update(login, record, stage="new", note="Same stage") == []
    with pytest.raises(Invalid) as caught:
        row.move(login, record, "win")
    assert codes(caught.value) == [("move", "flow.no_such_move")]
    assert row.get(record)["stage"] == "new"


def test_a_notice_says_what_the_record_says(row: Desk):
    told = [{"to": who("ed"), "title": {"zh-CN": "送出：{{ amount }}", "en": "Sent: {{ amount }}"}}]
    row.publish(pipeline(stage("new", moves={"send": {"set": {"amount": "30"}, "notify": told}})))
    record = row.create()

    row.move("cy", record, "send")

    (notice,) = row.notices("ed")
    assert notice.title["texts"] == {"zh-CN": ["送出：", 0], "en": ["Sent: ", 0]}
    assert Decimal(notice.title["values"][0]["value"]) == 30


def test_a_button_that_only_does_something(row: Desk):
    told = [{"to": who("ed"), "title": "Sent"}]
    row.publish(pipeline(stage("new", moves={"send": {"set": {"state": "waiting"}, "notify": told}})))
    record = row.create()

    row.move("cy", record, "send")
    row.move("cy", record, "send")

    assert (row.get(record)["state"], row.get(record)["stage"]) == ("waiting", "new")
    assert row.stays(record) == [("new", "started", False)]
    assert (row.acts(record), len(row.notices("ed"))) == (["move", "move"], 2)


def test_a_move_asks_for_what_it_needs(row: Desk):
    record = row.create()

    with pytest.raises(Invalid) as caught:
        row.move("cy", record, "lose")
    assert codes(caught.value) == [("reason", "field.required")]
    with pytest.raises(Invalid) as caught:
        row.move("cy", record, "lose", reason="price", note="by the way")
    assert codes(caught.value) == [("note", "field.read_only")]
    assert row.get(record)["stage"] == "new"
    row.move("cy", record, "lose", reason="price")

    assert (row.get(record)["stage"], row.get(record)["reason"]) == ("lost", "price")
    assert row.instance(record).state == "done"


def test_a_check_that_a_move_would_break_refuses_it_whole(row: Desk):
    row.publish(pipeline(stage("new", moves={"lose": "lost"})))
    record = row.create()

    with pytest.raises(Invalid) as caught:
        row.move("cy", record, "lose")

    assert codes(caught.value) == [("reason", "record.check_failed")]
    assert (row.get(record)["stage"], row.living(record)) == ("new", ["new"])
    assert row.stays(record) == [("new", "started", False)]


def test_who_may_press_a_move(row: Desk):
    record = row.create("cy")
    row.move("cy", record, "on")
    row.move("cy", record, "offer")

    with pytest.raises(NotFound):
        row.move("di", record, "lose", reason="price")
    with pytest.raises(Invalid, match="no_such_move"):
        row.move("cy", record, "win")
    row.update("cy", record, amount="1")
    with pytest.raises(Invalid, match="move_not_yet"):
        row.move("bo", record, "win")
    row.update("cy", record, amount="11")
    row.move("bo", record, "win")


@pytest.mark.parametrize(("login", "may"), [("bo", True), ("ada", True), (None, True), ("cy", False)])
def test_placing_is_for_those_who_may(line: Desk, login, may):
    result = line.write(login, Change(Op.create, {"name": "Old one", "stage": "offer"}))[0]

    assert result.ok is may
    if not may:
        assert [(each.path, each.code) for each in result.issues] == [("stage", "flow.may_not_place")]
        return
    record = int(result.id or 0)
    assert line.stays(record) == [("offer", "placed", False)]
    assert line.get(record)["note"] is None  # what entering sets is for those who enter
    assert (line.notices("ed"), line.living(record)) == ([], ["offer"])
    line.move("ada", record, "lose", reason="time")


def test_the_flow_names_who_may_place(row: Desk):
    row.publish(LINE | {"place": ["clerk"]})

    assert row.write("cy", Change(Op.create, {"name": "Old", "stage": "talk"}))[0].ok
    assert not row.write("bo", Change(Op.create, {"name": "Old", "stage": "talk"}))[0].ok


def test_a_placed_record_says_since_when(row: Desk):
    row.publish(
        pipeline(stage("new", moves={"on": "talk"}), stage("talk", since="day", moves={"win": "won"}))
    )

    record = row.create(None, stage="talk", day="2026-01-05")

    (stay,) = row.all(Stay)
    assert (stay.record_id, str(stay.entered_at)) == (record, "2026-01-04 16:00:00+00:00")


def test_the_first_stage_sets_what_was_not_sent(row: Desk):
    row.publish(pipeline(stage("new", set={"amount": "10", "note": "fresh"}, moves={"on": "talk"})))

    first, second = row.create(), row.create(amount="30")

    assert (row.get(first)["amount"], row.get(first)["note"]) == (10, "fresh")
    assert (row.get(second)["amount"], row.get(second)["note"]) == (30, "fresh")
    assert row.get(first)["_version"] == 1


def test_the_first_stage_tells_and_asks(row: Desk):
    told = [{"to": who("ed"), "title": "A new one"}]
    field = [{"type": "field", "field": "owner"}]
    row.publish(
        pipeline(
            stage("new", who=field, notify=told, limit={"hours": 24}, moves={"on": "talk"}), stage("talk")
        )
    )

    record = row.create("cy")
    assert (len(row.notices("ed")), row.asked()) == (1, ["cy"])
    assert row.todos("cy")[0].due == row.clock.now() + timedelta(hours=24)
    row.move("cy", record, "on")

    assert (row.asked(), row.todos("cy")) == ([], [])
    row.create(None, stage="won")
    assert len(row.notices("ed")) == 1


def test_many_at_once(line: Desk):
    changes = [
        Change(Op.create, {"name": f"No {n}", "stage": "new" if n % 2 else "offer"}) for n in range(40)
    ]

    results = line.write("bo", *changes)

    assert all(each.ok for each in results)
    assert len(line.all(Instance)) == 40
    stays = line.all(Stay)
    assert (
        sorted((each.how, each.record_id % 1) for each in stays)
        == [("placed", 0)] * 20 + [("started", 0)] * 20
    )
    refused = line.write("bo", *[Change(Op.update, {"stage": "won"}, each.id) for each in results])
    assert {issue.code for each in refused for issue in each.issues} == {"flow.only_moved"}


def test_a_decision_between_two_stages(row: Desk):
    check = ask("check", "bo", to="offer", rejected="talk")
    row.publish(
        pipeline(
            stage("new", moves={"on": "talk"}), stage("talk", moves={"offer": "check"}), check, stage("offer")
        )
    )
    record = row.create()
    row.move("cy", record, "on")

    row.move("cy", record, "offer")
    assert (row.asked(), row.get(record)["stage"]) == (["bo"], "talk")
    assert row.update("cy", record, note="No") == [("", "flow.locked")]
    with pytest.raises(Conflict, match="not_in_a_stage"):
        row.move("cy", record, "offer")
    row.press("bo", "reject")
    assert row.living(record) == ["talk"]
    row.move("cy", record, "offer")
    row.press("bo", "approve")

    assert (row.get(record)["stage"], row.instance(record).state) == ("offer", "done")
    assert [each[0] for each in row.stays(record)] == ["new", "talk", "talk", "offer"]


def test_a_stage_that_cannot_be_entered_by_itself_is_an_incident(row: Desk):
    check = ask("check", "bo", to="lost")
    row.publish(pipeline(stage("new", moves={"lose": "check"}), check))
    record = row.create()
    row.move("cy", record, "lose")

    row.press("bo", "approve")

    assert (row.get(record)["stage"], row.asked()) == ("new", ["ada"])
    assert row.update("cy", record, reason="price") == []
    row.press("ada", "retry")
    assert (row.get(record)["stage"], row.instance(record).state) == ("lost", "done")


def test_records_that_were_there_before_the_pipeline(desk: Desk):
    desk.publish()
    old = desk.create(stage="talk")
    nowhere = desk.create()
    desk.clock.forward(days=9)
    desk.publish(LINE)

    desk.move("cy", old, "offer")

    assert desk.stays(old) == [("talk", "placed", True), ("offer", "moved", False)]
    assert desk.all(Stay)[0].entered_at == desk.clock.now() - timedelta(days=9)
    with pytest.raises(Conflict, match="not_in_a_stage"):
        desk.move("cy", nowhere, "on")


def test_a_record_without_a_stage_may_not_get_one_past_the_flow(lite: Desk):
    lite.publish()
    nowhere = lite.create()
    lite.publish(LINE)

    assert lite.update("cy", nowhere, stage="won") == [("stage", "flow.only_moved")]


def test_a_deleted_record_leaves_its_stage(line: Desk):
    record = line.create()

    line.write("cy", Change(Op.delete, id=record))

    assert line.stays(record) == [("new", "started", True)]
    assert line.instance(record).state == "cancelled"
    assert line.write("cy", Change(Op.restore, id=record))[0].ok
    line.move("cy", record, "on")
    assert [each[:2] for each in line.stays(record)] == [
        ("new", "started"),
        ("new", "placed"),
        ("talk", "moved"),
    ]


def test_back_to_life_in_a_later_version(row: Desk):
    record = row.create()
    row.move("cy", record, "lose", reason="time")
    row.publish(pipeline(stage("new", moves={"lose": "lost"}), stage("lost", moves={"again": "new"})))

    row.move("cy", record, "again")

    assert row.get(record)["stage"] == "new"
    assert [each[0] for each in row.stays(record)] == ["new", "lost", "new"]
