"""What every kind of node must do, run over the examples each of them brings."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.flow.kinds import NodeExample, NodeType
from engines.flow.rows import Visit
from frontend.texts import LOCALES, catalogue
from schemas.dumper import dump
from schemas.loader import load
from tests.fixtures.clock import FakeClock
from tests.fixtures.flowing import STAGES, Desk, definition, stage
from tests.fixtures.grammar import shared_grammar

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
KINDS = shared_grammar().families["nodes"]
NUMBERS = itertools.count(1)
Json = dict[str, Any]


def each_kind() -> Any:
    return pytest.mark.parametrize("kind", [pytest.param(each, id=name) for name, each in KINDS.items()])


def cases() -> Iterator[Any]:
    for name, kind in KINDS.items():
        for number, example in enumerate(kind.examples):
            yield pytest.param(kind, example, id=f"{name}-{number}")


def said(example: NodeExample) -> Json:
    """The flow around a node: a start before it, an end after it."""
    node = dict(example.node)
    more: Json = {}
    if node["type"] == "stage":  # called by an option, and one of a pipeline
        node["key"] = "new"
        more = {"field": "stage"}
    begins = example.begins or node["key"]
    nodes = [node, *example.nodes, {"key": "end", "type": "end"}]
    if node["type"] != "start":
        nodes.insert(0, {"key": "start", "type": "start", "next": begins})
    if more:
        nodes += [stage(key) for key in STAGES if key != "new"]
    if node["type"] == "end":
        nodes = [each for each in nodes if each["key"] != "end"]
    return {"key": "flow", "label": "Flow", "form": "paper", "nodes": nodes, **more}


@pytest.fixture(scope="module")
def office(tmp_path_factory: Any, sqlite_template: Path) -> Iterator[Desk]:
    """One office for all examples."""
    from engines.store.database import Database

    path = tmp_path_factory.mktemp("nodes") / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    yield Desk(db, FakeClock(), shared_grammar())
    db.close()


def run(desk: Desk, example: NodeExample) -> int:
    """Publish the example under a name of its own, and do what it says; returns the record."""
    made = said(example)
    made["key"] = f"flow{next(NUMBERS)}"
    desk.publish(made)
    record = desk.create("cy", **example.given)
    if "field" not in made:
        desk.start(record, "cy", made["key"])
    for each in example.press:
        login, button, *fields = each.split(":")
        if "field" in made:
            desk.move(login, record, button)
        else:
            desk.press(login, button, **dict.fromkeys(fields, "filled"))
    return record


@pytest.mark.parametrize(("kind", "example"), list(cases()))
def test_each_example_ends_as_it_says(office: Desk, kind: NodeType[Any], example: NodeExample):
    record = run(office, example)

    assert office.instance(record).state == example.ends
    key = said(example)["nodes"][0 if kind.name == "start" else 1]["key"]
    node = next(each for each in said(example)["nodes"] if each["type"] == kind.name)
    passed = [each for each in office.all(Visit) if each.node == node["key"] and each.state == "done"]
    assert passed, f"{key} was never left"
    assert all(each.left_at is not None for each in passed)


@each_kind()
def test_each_output_is_reached_by_an_example(kind: NodeType[Any]):
    taken: set[str] = set()
    every: set[str] = set()
    for example in kind.examples:
        app = load(definition(said(example)), shared_grammar())
        flow: Any = app.flows[0]
        options = next(each for each in flow.nodes if each.type == kind.name)
        every |= {each.name for each in kind.outputs(options, ())}
        taken |= set(example.through)

    assert kind.examples
    assert taken == every


@each_kind()
def test_it_comes_back_as_it_was_written(kind: NodeType[Any]):
    for example in kind.examples:
        once = dump(load(definition(said(example)), shared_grammar()))

        assert dump(load(once, shared_grammar())) == once
        node = dict(example.node) | ({"key": "new"} if kind.name == "stage" else {})
        written = next(each for each in json.loads(once)["flows"][0]["nodes"] if each["key"] == node["key"])
        assert node.items() <= written.items()


@each_kind()
@pytest.mark.parametrize("locale", LOCALES)
def test_it_has_a_name_and_a_sentence(kind: NodeType[Any], locale: str):
    texts = catalogue(locale)

    for part in ("label", "help"):
        assert f"node.{kind.name}.{part}" in texts
    own = kind.Options.model_fields.keys() - {"key", "was", "label", "type"}
    missing = [f"node_option.{name}.{part}" for name in own for part in ("label", "help")]
    assert [each for each in missing if each not in texts] == []


@each_kind()
def test_it_has_a_look(kind: NodeType[Any]):
    assert (FRONTEND / f"templates/nodes/{kind.name}.html").is_file()
