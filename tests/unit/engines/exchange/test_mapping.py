"""Headers to fields."""

from typing import Any

import pytest

from engines.access import Access
from engines.exchange.mapping import Mapper, Plan, normal
from engines.form import AppModel
from schemas.errors import Invalid
from tests.fixtures.shop import compiled, definition, person_access

FORMS: list[dict[str, Any]] = [
    {
        "key": "item",
        "label": "Item",
        "title": "code",
        "fields": [
            {"key": "code", "type": "text", "label": "Code", "unique": True},
            {"key": "barcode", "type": "text", "label": "Barcode", "unique": True},
            {"key": "price", "type": "number", "label": "Price"},
        ],
    },
    {
        "key": "note",
        "label": "Note",
        "fields": [
            {
                "key": "subject",
                "type": "text",
                "required": True,
                "was": ["topic"],
                "label": {"zh-CN": "主题", "en": "Subject line"},
                "placeholder": "What it is about",
            },
            {"key": "first_day", "type": "date", "label": "Start"},
            {"key": "start", "type": "date", "label": "Begin"},
            {"key": "item", "type": "relation", "form": "item", "label": "Item"},
            {"key": "one", "type": "text", "label": "Twin"},
            {"key": "two", "type": "text", "label": "Twin"},
            {"key": "kind", "type": "text", "label": "Kind", "required": True, "default": "plain"},
            {"key": "made", "type": "created_at", "label": "Made"},
            {"key": "papers", "type": "file", "label": "Papers"},
        ],
    },
]


@pytest.fixture(scope="module")
def app() -> AppModel:
    roles = [{"key": "r", "label": "R", "grants": [
        {"form": "note", "actions": ["view", "create"], "fields": {"first_day": "read"}}]}]  # fmt: skip
    return compiled(definition(FORMS, roles=roles))


def _map(app: AppModel, *headers: str, told: dict[str, str | None] | None = None) -> Plan:
    form = app.form("note")
    return Mapper(app, form, Access(None).form(app, form)).map(headers, told or {})


def _pairs(plan: Plan) -> dict[str, str]:
    return {each.header: each.field.key for each in plan.columns}


@pytest.mark.parametrize(
    "header",
    [
        "主题",
        "Subject line",
        "subject",
        "SUBJECT LINE *",
        "ｓｕｂｊｅｃｔ＿ｌｉｎｅ：",
        "topic",
        "What it is about",
    ],
)
def test_a_field_is_known_by_all_its_names(app: AppModel, header: str):
    assert _pairs(_map(app, header)) == {header: "subject"}


def test_a_label_comes_before_a_key(app: AppModel):
    assert _pairs(_map(app, "Start")) == {"Start": "first_day"}


def test_a_name_of_two_fields_is_nobodys(app: AppModel):
    assert _map(app, "Twin").unmapped == ("Twin",)


def test_the_second_column_of_a_field_fills_nothing(app: AppModel):
    plan = _map(app, "Subject line", "主题", "Colour")

    assert (_pairs(plan), plan.unmapped) == ({"Subject line": "subject"}, ("主题", "Colour"))


def test_what_the_platform_fills_is_not_imported(app: AppModel):
    assert _map(app, "Made", "Papers").unmapped == ("Made", "Papers")


def test_required_fields_without_a_column_or_a_default_are_missing(app: AppModel):
    assert [each.key for each in _map(app, "Item").missing] == ["subject"]


def test_what_is_told_comes_before_names(app: AppModel):
    plan = _map(app, "Subject line", "Start", told={"subject_line": "one", "Start": None})

    assert (_pairs(plan), plan.unmapped) == ({"Subject line": "one"}, ())


@pytest.mark.parametrize(
    ("header", "told", "key"),
    [
        pytest.param("Item", {}, "code", id="the title"),
        pytest.param("Item", {"Item": "item.barcode"}, "barcode", id="told"),
        pytest.param("item.barcode", {}, "barcode", id="in the header"),
        pytest.param("Item", {"Item": "item._id"}, "_id", id="ids"),
    ],
)
def test_a_linked_record_is_found_by_a_field(
    app: AppModel, header: str, told: dict[str, str | None], key: str
):
    assert [(each.field.key, each.key) for each in _map(app, header, told=told).columns] == [("item", key)]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"Itme": "item"}, "import.unknown_header"),
        ({"Item": "subjet"}, "import.unknown_field"),
        ({"Item": "item.colour"}, "import.unknown_key"),
        ({"Item": "subject", "Note": "subject"}, "import.field_twice"),
    ],
)
def test_refuses_what_is_told_wrong(app: AppModel, told: dict[str, str | None], code: str):
    with pytest.raises(Invalid) as refused:
        _map(app, "Item", "Note", told=told)

    assert refused.value.issues[0].code == code


def test_a_field_that_may_not_be_filled_is_not_mapped(app: AppModel):
    access = person_access(11, 0)
    role = next(iter(app.roles.values()))
    object.__setattr__(access.holder, "role_uids", frozenset({role}))
    form = app.form("note")

    plan = Mapper(app, form, access.form(app, form)).map(["Start", "Begin"], {})

    assert _pairs(plan) == {"Begin": "start"}


def test_case_width_blanks_and_marks_make_no_difference():
    assert normal(" Ｆirst_Day *：") == normal("firstday")
