"""What every kind of action must do."""

from collections.abc import Mapping
from typing import Any

import pytest

from engines.query import Change, Op
from engines.rule.kinds import ActionExample, Phase, action_types
from frontend.environment import Renderer
from frontend.texts import LOCALES, Texts
from tests.fixtures.automation import Office

KINDS = action_types()
CASES = [
    pytest.param(name, example, id=f"{name}-{place}")
    for name, kind in KINDS.items()
    for place, example in enumerate(kind.examples)
]
CREATED = {"type": "created", "form": "order"}
BUTTON = {"type": "button", "form": "order"}


@pytest.fixture
def flows(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str]]:
    """What was started, by an engine that only takes notes."""
    started: list[tuple[str, int, str]] = []

    class Notes:
        def start(self, uow: Any, flow: str, record_id: int, key: str) -> int:
            started.append((flow, record_id, key))
            return 1

    tools = small_office.installation.rules.engine.tools
    object.__setattr__(tools, "flows", Notes())
    return started


@pytest.mark.parametrize("trigger", [CREATED, BUTTON], ids=["save", "button"])
@pytest.mark.parametrize(("name", "example"), CASES)
def test_examples_hold(
    small_office: Office, flows: list[Any], name: str, example: ActionExample, trigger: Mapping[str, Any]
):
    """With a save and with a button, which know different phases, it comes to the same."""
    office, refused = small_office, example.then.get("refused")
    nodes = [{"key": "start", "type": "start", "next": "end"}, {"key": "end", "type": "end"}]
    flow = {"key": "check", "label": "Check", "form": "order", "nodes": nodes}
    office.publish({"on": trigger, "then": [{"type": name, **example.do}]}, flows=[flow])

    said, record = attempt(office, example, pressed=trigger is BUTTON)

    assert said == ([refused] if refused else [])
    if not refused:
        holds(office, example.then, record)
    assert len(flows) == len(example.then.get("flows", ()))


def attempt(office: Office, example: ActionExample, *, pressed: bool) -> tuple[list[str], int]:
    """Create the record, press, let the worker run; return what it was refused with, and the record."""
    from schemas.errors import Invalid

    try:
        (result,) = office.write(Change(Op.create, office.with_people(example.given)))
        issues, record = result.issues, int(result.id or 0)
        if pressed:
            office.press(record, "r0")
        office.run()
    except Invalid as error:
        issues, record = tuple(error.issues), 0
    named = [each for each in issues if each.code != "rule.failed"]
    return [str(getattr(each.params.get("message"), "en", each.code)) for each in named], record


def holds(office: Office, then: Mapping[str, Any], record: int) -> None:
    """Compare what there is with what should be."""
    kept = office.records("order")[record]
    to_json = office.model.form("order").fields
    wanted = office.with_people(then.get("fields", {}))
    assert {
        key: str(to_json[key].to_json(kept.get(key))) if kept.get(key) is not None else None for key in wanted
    } == {key: None if value is None else str(value) for key, value in wanted.items()}
    for name, told in (("todos", office.todos), ("notices", office.notices)):
        if name in then:
            assert {login: told(login) for login in office.people if told(login)} == then[name]
    for form, rows in then.get("records", {}).items():
        assert [
            similar(each, row, record) for each, row in zip(rows, office.records(form).values(), strict=True)
        ]


def similar(wanted: Mapping[str, Any], found: Mapping[str, Any], record: int) -> bool:
    for key, value in wanted.items():
        if isinstance(value, list):
            pairs = zip(value, found[key], strict=True)
            assert all(similar(one, other, record) for one, other in pairs)
        else:
            assert str(found[key]) == (str(record) if value == "@record" else value)
    return True


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_complete(name: str):
    """Examples, a phase, a name and help in both languages, and a sentence that a reader of rules sees."""
    kind = KINDS[name]
    own = [info.alias or key for key, info in kind.Options.model_fields.items() if key != "type"]
    codes = [f"action.{name}.{each}" for each in ("label", "help", *own)]

    assert kind.examples
    assert set(kind.phases) <= set(Phase)
    for locale in LOCALES:
        assert [code for code in codes if Texts(locale).t(code) == code] == []
    Renderer().environment("en").get_template(f"actions/{name}.html")
