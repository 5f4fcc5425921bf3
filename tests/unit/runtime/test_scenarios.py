"""Scenarios as they are played and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import app as command
from frontend.texts import Texts
from runtime.scenarios.playing import Asked, plan, play_all
from runtime.scenarios.wording import Wording
from tests.fixtures.playing import codes, definition, played, scenario

OLD = {"form": "order", "record": "old"}
NEW = {"type": "create", "form": "order", "record": "new", "set": {"title": "A", "owner": "cy"}}


def late(times: int) -> dict[str, Any]:
    return {"type": "todo", "person": "cy", "title": "Late: A", "times": times}


def test_each_begins_clean_and_ends_with_the_first_step_that_goes_wrong():
    count = {"type": "count", "form": "order", "is": 2}
    bad = {**NEW, "set": {"amount": "5000"}}
    tests = (
        scenario({**NEW, "then": [count, {**late(0)}]}, key="one"),
        scenario({**NEW, "then": [count]}, key="two"),
        scenario(bad, {"type": "advance", "days": 1}, key="three"),
        scenario(
            {"type": "advance", "days": 1}, given=[{"form": "order", "set": {"amount": "1"}}], key="four"
        ),
    )

    one, two, three, four = played(definition(*tests))

    assert one.good
    assert two.good
    assert (codes(three), len(three.steps)) == (["refused"], 1)
    assert codes(four) == ["prepared"]


def test_time_passes_from_moment_to_moment():
    """What is due on the way is done at its own moment: the to-do is due a day after the third."""
    created = {"type": "create", "form": "order", "record": "new", "set": {"title": "A", "owner": "cy"}}
    steps: list[Any] = [
        {**created, "then": [late(0)]},
        {"type": "advance", "days": 3, "minutes": -1, "then": [late(0)]},
        {"type": "advance", "minutes": 1, "then": [late(1)]},
        {"type": "advance", "days": 30, "then": [late(1)]},
    ]
    stay = {"type": "time_in_stage", "form": "order", "field": "stage", "values": ["new"], "days": 3}
    stamped = {"key": "late", "label": "Late", "on": stay,
               "then": [{"type": "create_todo", "to": [{"type": "field", "field": "owner"}],
                         "title": "Late: {{ title }}"},
                        {"type": "set_fields", "set": {"seen": {"formula": "NOW()"}}}]}  # fmt: skip
    read = {"type": "record", "form": "order", "record": "new", "is": {"seen": "2026-03-05T01:00:00Z"}}
    steps[3]["then"].append(read)

    (report,) = played(definition(scenario(*steps), rules=[stamped]))

    assert codes(report) == []


def test_steps_are_taken_with_the_rights_of_whoever_takes_them():
    seen = {"type": "record", **OLD, "seen_by": "cy", "is": {"title": "Old"}}
    secret = {"type": "update", **OLD, "by": "cy", "set": {"amount": "5"}}
    steps = (
        {"type": "update", **OLD, "by": "cy", "set": {"note": "B"}, "then": [seen]},
        {**secret, "then": [{"type": "refused", "field": "amount"}]},
        {"type": "delete", **OLD, "by": "cy", "then": [{"type": "refused", "code": "record.forbidden"}]},
    )

    (report,) = played(definition(scenario(*steps)))

    assert codes(report) == []


def test_what_was_never_created_cannot_be_told_about():
    """A refused creation leaves no record behind, and later steps and expectations say so."""
    expected = {"type": "refused", "field": "amount"}
    refused = {**NEW, "set": {"title": "A", "amount": "5000"}, "then": [expected]}
    read = {"type": "record", "form": "order", "record": "new", "is": {"title": "A"}}
    tests = (
        scenario({**refused, "then": [expected, read]}, key="told"),
        scenario(refused, {"type": "delete", "form": "order", "record": "new"}, key="taken"),
    )

    told, taken = played(definition(*tests))

    assert codes(told) == ["unknown"]
    assert (codes(taken), len(taken.steps)) == (["refused"], 2)


def test_what_failed_in_the_background_is_told_beside_a_miss(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("engines.rule.firing.Firer.fire", fail)
    later = {"type": "advance", "days": 3, "minutes": 1, "then": [late(1)]}

    (report,) = played(definition(scenario(NEW, later)))

    assert codes(report) == ["todo"]
    (note,) = report.steps[-1].notes
    assert (note.code, "no room" in note.params["found"]) == ("work_failed", True)


@pytest.mark.postgres
def test_they_are_played_on_postgresql_too(postgres_server: str):
    import psycopg

    steps = (NEW, {"type": "advance", "days": 3, "then": [late(1)]})

    (report,) = played(definition(scenario(*steps)), postgres_server)

    assert codes(report) == []
    with psycopg.connect(postgres_server) as conn:
        left = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'weft_scratch%'").fetchall()
    assert left == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A definition with a scenario that is as expected, and one that is not."""
    good = scenario({"type": "advance", "days": 1, "hours": 2, "then": [late(0)]}, key="good")
    wrong = {"type": "record", **OLD, "is": {"title": "New"}}
    pressed = {"type": "press", **OLD, "button": "flag", "then": [wrong]}
    bad = scenario(
        {**NEW, "set": {"title": "A", "note": "call"}}, pressed, {"type": "advance", "days": 1}, key="bad"
    )
    path = tmp_path / "shop.json"
    path.write_bytes(definition(good, bad))
    return path


def test_the_command_says_at_which_step_what_was_found(file: Path):
    result = CliRunner().invoke(command, ["app", "test", str(file)])

    assert result.exit_code == 1
    assert "✓ Good" in result.stdout
    assert "✓  1  2026-03-02 09:00  Ada creates “ORDER” new" in result.stdout
    assert "✗  2  2026-03-02 09:00  Ada presses “Flag” on “ORDER” old" in result.stdout
    assert "“TITLE” of “ORDER” old should be New, is Old  [steps/1/then/0]" in result.stdout
    assert "· rule “Flag”: Fired" in result.stdout
    assert "1 step was not taken." in result.stdout
    assert "1 of 2 scenarios are not as expected." in result.stdout


def test_the_command_plays_one_alone_and_writes_json(file: Path):
    found = CliRunner().invoke(command, ["app", "test", str(file), "--only", "good", "--json"])
    unknown = CliRunner().invoke(command, ["app", "test", str(file), "--only", "goood"])

    told = json.loads(found.stdout)
    assert (found.exit_code, told["good"], told["passed"], told["failed"]) == (0, True, 1, 0)
    (step,) = told["scenarios"][0]["steps"]
    assert (step["text"], step["at"]) == ("1 day 2 hours later", "2026-03-03 11:00")
    assert unknown.exit_code == 1
    assert "good" in unknown.stderr


def test_misses_are_told_in_both_languages():
    """Names where ids stand, a dash for nothing, and the reason of a refusal with its code."""
    steps: tuple[Any, ...] = (
        {"type": "update", **OLD, "set": {"amount": "5000"}},
        {
            "type": "advance",
            "days": 1,
            "then": [{"type": "record", **OLD, "is": {"owner": "bo", "note": "x"}}],
        },
    )
    data = definition(*(scenario(each, key=f"s{place}") for place, each in enumerate(steps)))
    made = plan(Asked(data))
    reports = list(play_all(made))

    def misses(locale: str) -> list[str]:
        told = [Wording(made.app, Texts(locale)).report(each) for each in reports]
        return [miss["text"] for each in told for step in each["steps"] for miss in step["misses"]]

    said = [misses("zh-CN"), misses("en")]

    assert said[0] == [
        "被拒绝：amount: 没有通过检查：Too much [record.check_failed]",
        "ORDER“old”的“OWNER”应为 bo，实际是 cy",
        "ORDER“old”的“NOTE”应为 x，实际是 –",
    ]
    assert said[1][1] == "“OWNER” of “ORDER” old should be bo, is cy"
