"""What the example definitions promise to whoever reads or copies them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from engines.expression import ValueType, check, check_condition, parse
from engines.form.building import build
from engines.form.model import AppModel, FormModel
from engines.form.names import Name, Names
from engines.form.values import computed
from schemas.dumper import dump
from schemas.elements import Action, App, FieldOptions
from schemas.grammar import Grammar
from schemas.loader import load
from tests.conftest import ROOT

FILES = (
    "examples/crm_template.json", "examples/projects_template.json", "examples/repairs_template.json",
    "tests/acceptance/maven_crm.json",
)  # fmt: skip
CRM = "examples/crm_template.json"
WORDS = frozenset({"label", "help", "placeholder", "description", "message"})
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class _Numbered(dict[str, Name]):
    """Names that need no database."""

    def __missing__(self, path: str) -> Name:
        self[path] = Name(len(self) + 1, path.replace(".", "__").lstrip("@"))
        return self[path]


def model_of(file: str, grammar: Grammar) -> AppModel:
    return build(load((ROOT / file).read_bytes(), grammar), grammar.fields, Names(_Numbered()))


def texts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every text that a person reads, with its place."""
    if isinstance(value, dict):
        for key, each in value.items():
            pages = path.startswith("/help/") and key == "text"  # pages of help say it in a text of their own
            if pages or (key in WORDS and f"{path}/{key}" != "/help"):
                yield f"{path}/{key}", each
            yield from texts(each, f"{path}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, f"{path}/{index}")


def fields_of(app: App) -> Iterator[FieldOptions]:
    for form in app.forms:
        for each in form.fields:
            yield each
            yield from getattr(each, "fields", ())


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_loads_and_is_written_as_the_platform_writes_it(file: str, grammar: Grammar):
    data = (ROOT / file).read_bytes()

    assert dump(load(data, grammar)) == data


def test_every_text_is_in_both_languages(file: str):
    definition = json.loads((ROOT / file).read_bytes())

    missing = [
        path
        for path, text in texts(definition)
        if not isinstance(text, dict)
        or not text.get("zh-CN")
        or not text.get("en")
        or CHINESE.search(text["en"])
    ]

    assert missing == []


def test_every_icon_is_drawn(file: str, grammar: Grammar):
    app = load((ROOT / file).read_bytes(), grammar)
    drawn = (ROOT / "tools/icons.txt").read_text().split()

    assert {app.icon, *(each.icon for each in app.forms)} - set(drawn) == set()


def test_options_of_every_field_fit_together(file: str, grammar: Grammar):
    app = load((ROOT / file).read_bytes(), grammar)

    issues = [
        (each.key, issue) for each in fields_of(app) for issue in grammar.fields[each.type].verify(each)
    ]

    assert issues == []


def test_every_condition_is_well_typed(file: str, grammar: Grammar):
    model = model_of(file, grammar)

    for form in model.definition.forms:
        scope = model.form(form.key)
        for condition in form.checks:
            check_condition(parse(condition.that), scope)
        for view in form.views:
            if view.filter:
                check_condition(parse(view.filter), scope)
    for role in model.definition.roles:
        for grant in role.grants:
            if grant.where:
                check_condition(parse(grant.where), model.form(grant.form))


def test_every_default_fits_its_field(file: str, grammar: Grammar):
    model = model_of(file, grammar)

    for form in model.forms.values():
        for each in form.fields.values():
            formula = computed(each.options)
            if formula:
                assert check(parse(formula), form) in {each.kind.value_type, ValueType.any}
            elif each.options.default is not None:
                assert each.default is not None, f"{each.path} refuses its own default"


def test_every_form_is_reached_from_the_menu(file: str, grammar: Grammar):
    app = load((ROOT / file).read_bytes(), grammar)

    shown = [item.form for entry in app.menu for item in (entry, *entry.items) if item.form]

    assert sorted(shown) == sorted(form.key for form in app.forms)


def test_every_field_of_a_sectioned_form_has_its_place(grammar: Grammar):
    app = load((ROOT / CRM).read_bytes(), grammar)

    for form in app.forms:
        placed = [key for section in form.layout.sections for key in section.fields]
        assert sorted(placed) == sorted(each.key for each in form.fields), form.key


def test_every_view_can_be_a_statement(file: str, grammar: Grammar):
    """Sorting and showing needs fields that exist; a filter that only Python understands lists nothing."""
    model = model_of(file, grammar)

    for form in model.definition.forms:
        for view in form.views:
            assert view.columns, f"{form.key}.{view.key} shows nothing"
            for sort in view.sort:
                assert sortable(model.form(form.key), sort.field), f"{form.key}.{view.key}: {sort.field}"


def sortable(form: FormModel, key: str) -> bool:
    each = form.fields[key]
    return each.kind.sortable and not each.plural


def test_sales_may_change_only_what_is_their_own(grammar: Grammar):
    app = load((ROOT / CRM).read_bytes(), grammar)
    sales = next(role for role in app.roles if role.key == "sales")

    open_to_all = [
        grant.form
        for grant in sales.grants
        if grant.scope == "all" and grant.where is None and set(grant.actions) != {Action.view}
    ]

    assert open_to_all == []


def test_roles_that_design_or_administer_hold_no_grants(grammar: Grammar):
    app = load((ROOT / CRM).read_bytes(), grammar)

    assert [role.key for role in app.roles if role.admin] == ["admin"]
    assert [(role.key, role.grants) for role in app.roles if role.design] == [("designer", ())]
