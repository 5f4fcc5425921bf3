"""A key changes, and every formula and reference follows."""

from collections.abc import Iterator

import pytest

from engines.expression.renaming import rename_key
from engines.form.verify import load_verified
from schemas.dumper import dump
from schemas.elements import App
from schemas.formulas import formulas
from schemas.grammar import Grammar
from schemas.loader import load
from tests.conftest import ROOT
from tests.fixtures.publishing import app, field, form

FILES = ("examples/crm_template.json", "tests/acceptance/maven_crm.json")
UNDER = [
    {"key": "red", "label": "Red", "under": ["open"]},
    {"key": "blue", "label": "Blue", "under": ["open", "done"]},
]
STATES = [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}]
ORDER = form(
    "order",
    field("state", "select", options=STATES, default="open"),
    field("amount", "number"),
    field(
        "person",
        "relation",
        form="person",
        where='name <> "B"',
        fill={"title": 'name & "!"'},
        visible_if="amount > 0",
    ),
    field(
        "items",
        "subform",
        fields=[field("qty", "number"), field("kind", "select", options=STATES, default="done")],
    ),
    field("title", "text"),
    field("colour", "select", options=UNDER, follows="state"),
    field("city", "lookup", via="person", field="name"),
    title="title",
    checks=[
        {"that": 'state <> "open" OR amount > 0', "message": "No amount", "field": "amount"},
        {"that": 'SUM(FILTER(items.qty, kind = "done")) < amount', "message": "Too few"},
        {"that": 'CONCAT(state, "open") <> title', "message": "Texts are texts"},
    ],
    views=[
        {
            "key": "open",
            "label": "Open",
            "filter": 'state IN ("open", "done")',
            "columns": ["amount"],
            "sort": [{"field": "amount"}],
        },
    ],
    layout={"sections": [{"key": "main", "fields": ["amount", "state"]}]},
)
PERSON = form(
    "person",
    field("name"),
    field("orders", "related", form="order", via="person"),
    field("total", "rollup", of="orders", field="amount", filter='state = "open" AND amount > 1'),
)
ROLE = {
    "key": "clerk",
    "label": "Clerk",
    "grants": [{"form": "order", "where": 'person.name = "A" AND amount > 1', "fields": {"amount": "read"}}],
}


@pytest.fixture
def shop(grammar: Grammar) -> App:
    return load(app(ORDER, PERSON, menu=[{"form": "order"}, {"form": "person"}], roles=[ROLE]), grammar)


def texts(app: App) -> list[str]:
    return [text for _, text in formulas(app)]


def paths(app: App) -> Iterator[str]:
    for each in app.forms:
        yield each.key
        for one in each.fields:
            yield f"{each.key}.{one.key}"
            yield from (f"{each.key}.{one.key}.{option.key}" for option in getattr(one, "options", ()))
            for inner in getattr(one, "fields", ()):
                yield f"{each.key}.{one.key}.{inner.key}"
                options = getattr(inner, "options", ())
                yield from (f"{each.key}.{one.key}.{inner.key}.{option.key}" for option in options)


def said(app: App) -> dict[str, str]:
    """Every formula by the end of its place."""
    return {"/".join(map(str, place.at[1:])): text for place, text in formulas(app)}


def test_every_formula_is_found_with_the_form_it_reads(shop: App):
    found = {"/".join(map(str, place.at[1:])): place.form for place, _ in formulas(shop)}

    assert found == {
        "0/fields/2/visible_if": "order",
        "0/fields/2/where": "person",
        "0/fields/2/fill/title": "person",
        "0/checks/0/that": "order",
        "0/checks/1/that": "order",
        "0/checks/2/that": "order",
        "0/views/0/filter": "order",
        "1/fields/2/filter": "order",
        "0/grants/0/where": "order",
    }


def test_a_field_is_renamed_wherever_it_is_named(shop: App):
    renamed = rename_key(shop, "order.amount", "total")

    order, person = renamed.forms
    assert said(renamed) == {
        "0/fields/2/visible_if": "total > 0",
        "0/fields/2/where": 'name <> "B"',
        "0/fields/2/fill/title": 'name & "!"',
        "0/checks/0/that": 'state <> "open" OR total > 0',
        "0/checks/1/that": 'SUM(FILTER(items.qty, kind = "done")) < total',
        "0/checks/2/that": 'CONCAT(state, "open") <> title',
        "0/views/0/filter": 'state IN ("open", "done")',
        "1/fields/2/filter": 'state = "open" AND total > 1',
        "0/grants/0/where": 'person.name = "A" AND total > 1',
    }
    assert (order.fields[1].key, order.fields[1].was) == ("total", ("amount",))
    assert order.checks[0].field == "total"
    assert (order.views[0].columns, order.views[0].sort[0].field) == (("total",), "total")
    assert order.layout.sections[0].fields == ("total", "state")
    assert list(renamed.roles[0].grants[0].fields) == ["total"]
    assert person.fields[2].field == "total"  # type: ignore[attr-defined]


def test_a_path_follows_the_form_it_leads_to(shop: App):
    renamed = rename_key(shop, "person.name", "called")

    assert texts(renamed)[-1] == 'person.called = "A" AND amount > 1'
    assert said(renamed)["0/fields/2/where"] == 'called <> "B"'
    assert said(renamed)["0/fields/2/fill/title"] == 'called & "!"'
    assert renamed.forms[0].fields[6].field == "called"  # type: ignore[attr-defined]
    assert texts(rename_key(shop, "order.person", "buyer"))[-1] == 'buyer.name = "A" AND amount > 1'
    assert rename_key(shop, "order.person", "buyer").forms[1].fields[1].via == "buyer"  # type: ignore[attr-defined]


def test_a_field_of_rows_is_renamed_inside_filter_only(shop: App):
    check = "0/checks/1/that"

    renamed = said(rename_key(shop, "order.items.kind", "sort"))[check]
    assert renamed == 'SUM(FILTER(items.qty, sort = "done")) < amount'
    renamed = said(rename_key(shop, "order.items", "rows"))[check]
    assert renamed == 'SUM(FILTER(rows.qty, kind = "done")) < amount'


def test_an_option_is_renamed_beside_its_field_only(shop: App):
    renamed = rename_key(shop, "order.state.open", "fresh")

    assert said(renamed)["0/checks/0/that"] == 'state <> "fresh" OR amount > 0'
    assert said(renamed)["0/checks/2/that"] == 'CONCAT(state, "open") <> title'
    assert said(renamed)["0/views/0/filter"] == 'state IN ("fresh", "done")'
    assert said(renamed)["1/fields/2/filter"] == 'state = "fresh" AND amount > 1'
    assert [each.under for each in renamed.forms[0].fields[5].options] == [("fresh",), ("fresh", "done")]  # type: ignore[attr-defined]
    assert rename_key(shop, "order.title", "name").forms[0].fields[2].fill == {"name": 'name & "!"'}  # type: ignore[attr-defined]
    assert renamed.forms[0].fields[0].default == "fresh"
    assert renamed.forms[0].views[0].key == "open"
    rows = rename_key(shop, "order.items.kind.done", "over").forms[0]
    assert rows.checks[1].that == 'SUM(FILTER(items.qty, kind = "over")) < amount'
    assert rows.fields[3].fields[1].default == "over"  # type: ignore[attr-defined]


def test_a_form_is_renamed_wherever_it_is_named(shop: App):
    renamed = rename_key(shop, "order", "purchase")

    assert renamed.menu[0].form == "purchase"
    assert renamed.roles[0].grants[0].form == "purchase"
    assert renamed.forms[1].fields[1].form == "purchase"  # type: ignore[attr-defined]
    assert texts(renamed) == texts(shop)


def test_what_was_published_is_remembered_and_a_draft_is_not(shop: App):
    once = rename_key(shop, "order.amount", "total")
    twice = rename_key(once, "order.total", "sum")

    assert twice.forms[0].fields[1].was == ("amount", "total")
    assert rename_key(once, "order.total", "sum", keep=False).forms[0].fields[1].was == ("amount",)
    assert rename_key(once, "order.total", "amount").forms[0].fields[1].was == ("total",)


def test_what_is_not_there_cannot_be_renamed(shop: App):
    with pytest.raises(KeyError):
        rename_key(shop, "order.nothing", "x")


@pytest.mark.parametrize("file", FILES)
def test_renaming_back_is_the_definition(file: str, grammar: Grammar):
    definition = load((ROOT / file).read_bytes(), grammar)

    for path in list(paths(definition))[::5]:  # every fifth: they are hundreds
        around, dot, old = path.rpartition(".")
        renamed = rename_key(definition, path, "zz_new")
        assert renamed != definition
        assert rename_key(renamed, f"{around}{dot}zz_new", old, keep=False) == definition, path


@pytest.mark.parametrize("file", FILES)
def test_a_definition_whose_fields_are_all_renamed_loads(file: str, grammar: Grammar):
    definition = load((ROOT / file).read_bytes(), grammar)

    for path in [each for each in paths(definition) if each.count(".") == 1]:
        definition = rename_key(definition, path, f"zz_{path.rpartition('.')[2]}"[:40].rstrip("_"))

    assert load_verified(dump(definition), grammar) == definition


def test_a_choice_names_two_records_and_each_is_renamed_on_its_own(grammar: Grammar):
    rows = [
        field("branch", "relation", form="firm"),
        field("who", "relation", form="person", where="firm = THIS.branch OR firm = THIS.firm"),
    ]
    deal = form(
        "deal",
        field("firm", "relation", form="firm", fill={"town": "city"}),
        field("town"),
        field("who", "relation", form="person", where="firm = THIS.firm AND firm.city = THIS.firm.city"),
        field("rows", "subform", fields=rows),
    )
    person = form("person", field("name"), field("firm", "relation", form="firm"))
    known = load(app(form("firm", field("name"), field("city")), person, deal), grammar)

    def said(path: str, key: str) -> list[object]:
        deal = rename_key(known, path, key).form("deal")
        assert deal is not None
        firm, _, who, lines = deal.fields
        return [who.where, lines.fields[1].where, firm.fill]  # type: ignore[attr-defined]

    assert said("deal.firm", "buyer")[:2] == [
        "firm = THIS.buyer AND firm.city = THIS.buyer.city", "firm = THIS.branch OR firm = THIS.buyer",
    ]  # fmt: skip
    assert said("person.firm", "employer")[:2] == [
        "employer = THIS.firm AND employer.city = THIS.firm.city",
        "employer = THIS.branch OR employer = THIS.firm",
    ]
    assert said("firm.city", "place")[::2] == [
        "firm = THIS.firm AND firm.place = THIS.firm.place", {"town": "place"},
    ]  # fmt: skip
    assert said("deal.rows.branch", "house")[1] == "firm = THIS.house OR firm = THIS.firm"
    assert said("deal.town", "home")[2] == {"home": "city"}
