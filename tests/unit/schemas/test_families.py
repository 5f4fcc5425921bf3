"""Flows, rules and dashboards are checked by the kinds that engines bring; without any they are kept."""

import json
from typing import Annotated, Any

import pytest

from engines.form.registry import field_types
from schemas.behaviour import ActionOptions, NodeOptions, TriggerOptions
from schemas.dumper import dump
from schemas.elements import FieldKey, FormKey
from schemas.elements import Ref as Names
from schemas.errors import Invalid
from schemas.grammar import Grammar
from schemas.kinds import Kind, Registry
from schemas.loader import load


class SavedOptions(TriggerOptions):
    form: Annotated[FormKey, Names("form")]
    of: tuple[Annotated[FieldKey, Names("field")], ...] = ()


class Saved(Kind):
    name, icon, Options = "saved", "x", SavedOptions


class ToldOptions(ActionOptions):
    field: Annotated[FieldKey, Names("field")]


class Told(Kind):
    name, icon, Options = "told", "x", ToldOptions


class Stop(Kind):
    name, icon, Options = "stop", "x", NodeOptions


GRAMMAR = Grammar(
    field_types(),
    triggers=Registry([Saved()]),
    actions=Registry([Told()]),
    nodes=Registry([Stop()]),
)


def _app(**more):
    form = {"key": "note", "label": "N", "fields": [{"key": "text", "type": "text", "label": "T"}]}
    return json.dumps({"weft": 1, "key": "a", "label": "A", "forms": [form], **more}).encode()


def _rule(on, *then):
    return _app(rules=[{"key": "r", "label": "R", "on": on, "then": list(then)}])


def _problems(data):
    with pytest.raises(Invalid) as caught:
        load(data, GRAMMAR)
    return [(each.path, each.code, each.suggestion) for each in caught.value.issues]


def test_the_kinds_of_a_family_are_one_union():
    data = _rule({"type": "saved", "form": "note", "of": ["text"]}, {"type": "told", "field": "text"})

    rule: Any = load(data, GRAMMAR).rules[0]

    assert (type(rule.on).__name__, type(rule.then[0]).__name__) == ("SavedTrigger", "ToldAction")
    assert json.loads(dump(load(data, GRAMMAR))) == json.loads(data)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (_rule({"type": "safed"}), ("/rules/0/on/type", "definition.unknown_type", "saved")),
        (_rule({"form": "note"}), ("/rules/0/on/type", "definition.missing", None)),
        (_rule({"type": "saved", "form": "node"}), ("/rules/0/on/form", "definition.unknown_form", "note")),
        (
            _rule({"type": "saved", "form": "note", "of": ["txt"]}),
            ("/rules/0/on/of/0", "definition.unknown_field", "text"),
        ),
        (
            _rule({"type": "saved", "form": "note"}, {"type": "told", "field": "texd"}),
            ("/rules/0/then/0/field", "definition.unknown_field", "text"),
        ),
        (
            _app(
                flows=[{"key": "f", "label": "F", "form": "note", "nodes": [{"type": "stop", "label": "S"}]}]
            ),
            ("/flows/0/nodes/0/key", "definition.missing", None),
        ),
    ],
)
def test_a_problem_is_told_at_its_place(data, problem):
    assert problem in _problems(data)


def test_a_family_without_kinds_is_kept_as_it_is():
    data = _app(dashboards=[{"key": "d", "label": "D", "anything": [1]}])

    assert json.loads(dump(load(data, GRAMMAR))) == json.loads(data)
