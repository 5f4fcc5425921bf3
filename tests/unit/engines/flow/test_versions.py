"""An instance finishes on the graph it started on, with today's data under today's names."""

import json
from typing import Any

import pytest

from engines.flow.rows import Stay
from schemas.dumper import dump
from schemas.errors import Invalid
from schemas.loader import load
from tests.fixtures.flowing import PAPER, STAGES, Desk, ask, definition, flow, pipeline, stage
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.publishing import field


def reform(**changes: Any) -> dict[str, Any]:
    """The form with some of its fields changed, or dropped where the change is None."""
    fields = [each | (changes.get(each["key"]) or {}) for each in PAPER["fields"]]
    names = [each["key"] for each in PAPER["fields"]]
    kept = [each for name, each in zip(names, fields, strict=True) if changes.get(name, {}) is not None]
    return PAPER | {"fields": kept, "checks": []}


def blocked(desk: Desk, *flows: Any, **more: Any) -> list[tuple[str, str, int]]:
    data = definition(*flows, **more)
    lines = desk.publisher.plan(data).blocking
    if lines:
        with pytest.raises(Invalid):
            desk.publisher.apply(data, actor=None)
    return [(each.path, each.code, each.count or 0) for each in lines]


def test_a_running_instance_keeps_its_graph(desk: Desk):
    desk.publish(flow(ask("one", "bo", to="two"), ask("two", "di")))
    old = desk.begin()
    desk.publish(flow(ask("one", "ed")))
    new = desk.begin()

    assert (desk.instance(old).version, desk.instance(new).version) == (1, 2)
    desk.press("bo", "approve")
    assert desk.asked() == ["di", "ed"]
    desk.press("di", "approve")

    assert desk.instance(old).state == "approved"


def test_its_formulas_read_renamed_fields_and_options(desk: Desk):
    arms = [{"key": "big", "label": "B", "when": 'amount > 10 AND state = "waiting"', "next": "top"}]
    nodes = (
        ask("one", "bo", to="which", fields={"note": "required"}),
        {"key": "which", "type": "branch", "arms": arms, "otherwise": "end"},
        ask("top", "ada", to="done"),
        {"key": "done", "type": "update_record", "set": {"state": "done"}, "next": "end"},
    )
    desk.publish(flow(*nodes))
    record = desk.begin(amount="11", state="waiting")

    renamed = reform(
        amount={"key": "price", "was": ["amount"]}, note={"key": "remark", "was": ["note"]},
        state={"key": "phase", "was": ["state"], "options": [
            {"key": "draft", "label": "D"}, {"key": "open", "was": ["waiting"], "label": "W"},
            {"key": "ready", "was": ["done"], "label": "R"},
        ]},
    )  # fmt: skip
    desk.publish(flow(ask("one", "ed")), form_=renamed)

    with pytest.raises(Invalid) as caught:
        desk.press("bo", "approve")
    assert [each.path for each in caught.value.issues] == ["remark"]
    desk.press("bo", "approve", remark="Seen")
    assert desk.asked() == ["ada"]
    desk.press("ada", "approve")

    assert desk.instance(record).state == "approved"
    assert (desk.get(record)["phase"], desk.get(record)["remark"]) == ("ready", "Seen")


def test_stages_keep_their_identity_when_they_are_renamed(desk: Desk):
    desk.publish(pipeline(stage("new", moves={"on": "talk"}), stage("talk", moves={"win": "won"})))
    record = desk.create("cy")
    options: list[Any] = [{"key": k, "label": k} for k in STAGES if k != "talk"]
    options.insert(1, {"key": "chat", "was": ["talk"], "label": "Chat"})
    renamed = reform(stage={"options": options})
    fresh = pipeline(stage("new", moves={"on": "chat"}), stage("chat", moves={"win": "won"}))
    fresh["nodes"] = [each for each in fresh["nodes"] if each["key"] != "talk"]
    desk.publish(fresh, form_=renamed)

    desk.move("cy", record, "on")

    assert desk.get(record)["stage"] == "chat"
    assert desk.instance(record).version == 1
    desk.move("cy", record, "win")
    assert desk.get(record)["stage"] == "won"
    assert len({each.stage for each in desk.all(Stay)}) == 3


def test_a_new_stage_is_for_new_records(lite: Desk):
    lite.publish(pipeline(stage("new", moves={"on": "talk"}), stage("talk", moves={"win": "won"})))
    old = lite.create("cy")
    lite.move("cy", old, "on")
    options = [{"key": k, "label": k} for k in ("new", "talk", "trial", "offer", "won", "lost")]
    trial = pipeline(
        stage("new", moves={"on": "trial"}), stage("trial", moves={"on": "talk"}),
        stage("talk", moves={"win": "won"}),
    )  # fmt: skip
    lite.publish(trial, form_=reform(stage={"options": options}))
    new = lite.create("cy")

    lite.move("cy", new, "on")

    assert (lite.get(old)["stage"], lite.get(new)["stage"]) == ("talk", "trial")
    lite.move("cy", old, "win")
    assert lite.get(old)["stage"] == "won"


def test_what_a_running_instance_uses_cannot_be_dropped(desk: Desk):
    arms = [{"key": "big", "label": "B", "when": "amount > 10", "next": "top"}]
    which = {"key": "which", "type": "branch", "arms": arms, "otherwise": "end"}
    desk.publish(flow(ask("one", "bo", to="which"), which, ask("top", "ada")))
    record = desk.begin()
    plain = flow(ask("one", "bo"))

    assert blocked(desk, plain) == []
    assert blocked(desk, plain, form_=reform(amount=None)) == [
        ("paper.amount", "plan.flow.uses_dropped", 1)
    ]  # fmt: skip
    texts = PAPER | {"fields": [e if e["key"] != "amount" else field("amount") for e in PAPER["fields"]]}
    assert blocked(desk, plain, form_=texts | {"checks": []}) == [
        ("paper.amount", "plan.flow.uses_retyped", 1)
    ]  # fmt: skip
    assert blocked(desk) == [("flow:flow", "plan.flow.uses_dropped", 1)]
    desk.press("bo", "approve")
    assert desk.instance(record).state == "approved"

    assert blocked(desk, plain, form_=reform(amount=None)) == []
    assert blocked(desk) == []


def test_an_allowed_loss_becomes_an_incident(lite: Desk):
    arms = [{"key": "big", "label": "B", "when": "amount > 10", "next": "top"}]
    which = {"key": "which", "type": "branch", "arms": arms, "otherwise": "end"}
    lite.publish(flow(ask("one", "bo", to="which"), which, ask("top", "ada")))
    record = lite.begin()
    data = definition(flow(ask("one", "bo")), form_=reform(amount=None))

    lite.model = lite.publisher.apply(data, actor=None, allow_loss=["paper.amount"])
    lite.press("bo", "approve")

    assert (lite.asked(), lite.instance(record).state) == (["ada"], "running")
    assert [each.kind for each in lite.tasks("ada")] == ["incident"]


def test_records_find_their_stages_when_a_pipeline_is_published_first(desk: Desk):
    desk.publish()
    moved, plain, nowhere = desk.create(stage="talk"), desk.create(stage="won"), desk.create()
    desk.clock.forward(days=3)
    assert desk.update("cy", moved, stage="offer") == []
    changed = desk.clock.now()
    desk.clock.forward(days=3)
    desk.publish(pipeline(stage("new", moves={"on": "talk"}), stage("offer", moves={"win": "won"})))

    assert desk.work() == ["flow.place"]

    assert desk.stays(moved) == [("offer", "placed", False)]
    assert [each.entered_at for each in desk.all(Stay) if each.record_id == moved] == [changed]
    assert (desk.stays(plain), desk.stays(nowhere)) == ([("won", "placed", False)], [])
    assert desk.living(moved) == ["offer"]
    assert (desk.asked(), desk.notices("cy")) == ([], [])
    desk.publish(pipeline(stage("new", moves={"on": "offer"}), stage("offer", moves={"win": "won"})))
    assert desk.work() == []


def test_placing_goes_on_where_it_stopped(lite: Desk):
    lite.publish()
    records = [lite.create(stage="talk") for _ in range(5)]
    lite.publish(pipeline(stage("talk", moves={"win": "won"}), stage("new", moves={"on": "talk"})))
    lite.move("cy", records[2], "win")

    lite.work()
    lite.work()

    assert [len(lite.stays(each)) for each in records] == [1, 1, 2, 1, 1]


def test_the_definition_is_byte_stable():
    once = dump(load(definition(flow(ask("node", "bo", limit={"hours": 1}))), shared_grammar()))

    assert dump(load(once, shared_grammar())) == once
    assert json.loads(once)["flows"][0]["nodes"][1]["who"] == [{"type": "member", "account": "bo"}]
