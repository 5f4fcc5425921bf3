"""Every element of a definition has a page: its properties have names, and come back as they were said."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from builder.designer.elements.around import form_at, surroundings
from builder.designer.elements.making import compatible, new_element
from builder.designer.elements.shapes import named, shape_at, shape_of
from builder.designer.elements.tagging import keyed
from builder.designer.panel import Words, panel_of
from builder.designer.reading import kind_of, literals, read_panel
from builder.drafting.applying import apply_command
from builder.drafting.commands import read_command
from builder.drafting.places import said
from frontend.texts import Texts
from schemas.dumper import dump
from schemas.elements import Choice
from tests.fixtures.grammar import shared_grammar

ROOT = Path(__file__).resolve().parents[3]
GRAMMAR = shared_grammar()
CRM = json.loads((ROOT / "examples/crm_template.json").read_text("utf-8"))
ZH = Texts("zh-CN")


def elements(here=CRM, at=()):
    """Yield the pointer of every element below, the app's own among them."""
    shape = shape_at(GRAMMAR.app, CRM, at)
    if isinstance(here, dict) and shape.models:
        yield at
    steps: Iterable[Any] = here.items() if isinstance(here, dict) else enumerate(here)
    for step, inner in steps:
        whole = not (isinstance(here, dict) and shape.models and kind_of(step, _info(shape, here, step)))
        if whole and isinstance(inner, dict | list):
            yield from elements(inner, (*at, step))


def _info(shape, here, step):
    return named(shape.model(here))[step]


def models(model=GRAMMAR.app, seen=None):
    """Return every model of the grammar that a page shows."""
    seen = set() if seen is None else seen
    if model in seen or model is Choice:
        return seen
    seen.add(model)
    for info in named(model).values():
        shape = shape_of(info.annotation)
        for inner in (shape.item or shape.values or shape).models.values():
            models(inner, seen)
    return seen


def posted(panel):
    """Return what a browser sends of a panel that nobody touched."""
    for group in panel.groups:
        for each in group.inputs:
            name = f"set.{each.name}"
            if each.kind in {"checks", "picks", "map"}:
                yield name, ""
                yield from ((name, item.key) for item in each.picked)
                for row in each.rows:
                    yield f"map.{each.name}.{row.key}", row.value
                    if each.wrapped and not row.items:
                        yield f"mode.{each.name}.{row.key}", "formula" if row.formula else "value"
            else:
                yield name, each.value


def test_a_page_that_nobody_touched_says_what_was_there():
    changed = {}
    for at in elements():
        element = _value(at)
        model = shape_at(GRAMMAR.app, CRM, at).model(element)
        assert model is not None
        around = surroundings(CRM, at, ZH)
        panel = panel_of(model, element, said(CRM, at), around, ZH)
        found = read_panel(model, element, list(posted(panel)), "zh-CN")
        keyed(model, element, found, around.tags())
        if found:
            changed[said(CRM, at)] = found

    assert changed == {}


def test_every_kind_of_place_in_the_example_is_walked():
    heads = {at[0] for at in elements() if at}

    assert heads >= {"forms", "menu", "roles", "flows", "rules", "dashboards"}
    assert len(list(elements())) > 300


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_property_is_called_by_its_key(locale):
    texts = Texts(locale)
    bare: set[tuple[str, ...]] = set()
    for model in models():
        words = Words(texts, model)
        for name, info in named(model).items():
            if name in {"key", "was", "weft"} or (name == "type" and len(literals(info)) < 2):
                continue
            if words.label(name) == name:
                bare.add((model.__name__, name))
            if kind_of(name, info) in {"choice", "picks"}:
                bare |= {
                    (model.__name__, name, each)
                    for each in literals(info)
                    if words.choice(name, each) == each
                }

    assert bare == set()


def test_an_element_speaks_of_the_form_around_it():
    def index(name, key):
        return next(n for n, each in enumerate(CRM[name]) if each["key"] == key)

    flow, rule = index("flows", "review"), index("rules", "stalled")
    assert form_at(CRM, ("flows", flow, "nodes", 0)) == "contract"
    assert form_at(CRM, ("rules", rule, "then", 0, "to", 0)) == "opportunity"
    form = index("forms", "contract")
    assert form_at(CRM, ("forms", form, "views", 0)) == "contract"


@pytest.mark.parametrize("family", ["rules", "dashboards", "roles", "menu", "flows"])
def test_a_new_element_is_one_that_the_grammar_takes(family):
    shape = shape_at(GRAMMAR.app, CRM, (family,)).item
    assert shape is not None
    around = surroundings(CRM, (family, 0), ZH)
    made = new_element(shape, next(iter(shape.models)), "新的", set(), around, ZH)

    document = {"weft": 1, "key": "crm", "label": "x", "forms": CRM["forms"], family: [made]}
    found = GRAMMAR.app.model_validate(document, by_alias=True, by_name=False)

    assert len(getattr(found, family)) == 1


@pytest.mark.parametrize("family", ["triggers", "actions", "nodes", "widgets"])
def test_every_kind_can_be_added_with_what_it_must_say(family):
    at = {
        "triggers": ("rules", 0, "on"), "actions": ("rules", 0, "then", 0),
        "nodes": ("flows", 0, "nodes", 0), "widgets": ("dashboards", 0, "widgets", 0),
    }[family]  # fmt: skip
    shape = shape_at(GRAMMAR.app, CRM, at)
    around = surroundings(CRM, at, ZH)

    for tag, model in shape.models.items():
        made = new_element(shape, tag, "新的", set(), around, ZH)
        assert made["type"] == tag
        model.model_validate(made, by_alias=True, by_name=False)


def test_another_kind_keeps_what_both_may_say():
    at = ("dashboards", 0, "widgets", 4)
    shape = shape_at(GRAMMAR.app, CRM, at)
    element = {
        "key": "w",
        "type": "pie",
        "label": "来源",
        "form": "customer",
        "group": {"field": "source"},
        "shape": "ring",
    }
    made = new_element(shape, "column", "新的", set(), surroundings(CRM, at, ZH), ZH)

    change = compatible(element, made, shape.models["column"])

    assert change["type"] == "column"
    assert change["shape"] is None
    assert not {"label", "form", "group", "key"} & set(change)


def _value(at):
    here = CRM
    for step in at:
        here = here[step]
    return here


def test_commands_make_the_example_byte_for_byte():
    draft = {"weft": 1, "key": CRM["key"], "label": "…"}
    plain_ones = {name: value for name, value in CRM.items() if not isinstance(value, list)}
    commands = [{"do": "update", "at": "", "set": plain_ones}]
    for name in (each for each, value in CRM.items() if isinstance(value, list)):
        for each in CRM[name]:
            inner = {key: value for key, value in each.items() if not _several(value)}
            place = f"{name}/{each['key']}" if name in {"forms", "roles", "dashboards"} else None
            commands.append({"do": "add", "to": name, "value": inner if place else each})
            if place:
                lists = ((key, value) for key, value in each.items() if _several(value))
                commands += [
                    {"do": "add", "to": f"{place}/{key}", "value": one}
                    for key, value in lists
                    for one in value
                ]
    for command in commands:
        draft = apply_command(GRAMMAR, draft, read_command(command)).document

    assert dump(GRAMMAR.app.model_validate(draft)) == (ROOT / "examples/crm_template.json").read_bytes()


def _several(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def test_a_switch_that_is_on_by_itself_is_turned_off_and_on_again():
    (model,) = shape_at(GRAMMAR.app, CRM, ("rules", 0)).models.values()

    off = read_panel(model, {}, [("set.enabled", "")], "en")
    on = read_panel(model, {"enabled": False}, [("set.enabled", ""), ("set.enabled", "yes")], "en")

    assert (off, on) == ({"enabled": False}, {"enabled": None})
