"""Loading reports every problem at once, each where it stands."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.loader import MAX_BYTES, load
from tests.unit.schemas.conftest import issues_of

FORM = "/forms/0"


def put(document: Any, path: str, value: Any) -> Any:
    """Return the document with one place changed; a list's place ``-`` is behind its end."""
    found = copy.deepcopy(document)
    *parents, last = path.removeprefix("/").split("/")
    place = found
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if last == "-":
        place.append(value)
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return found


def test_loads_what_is_right(shop, problems, grammar):
    assert problems(shop) == []
    assert load(json.dumps(shop).encode(), grammar).forms[0].fields[3].key == "item"


def test_reports_every_problem_at_once(shop, problems):
    shop["bogus"] = 1
    shop["forms"][0]["fields"][0]["type"] = "seriel"
    shop["forms"][1]["fields"][0]["label"] = 5
    shop["roles"][0]["grants"][0]["scope"] = "ownn"

    assert problems(shop) == [
        ("/forms/0/fields/0/type", "definition.unknown_type", "serial"),
        ("/forms/1/fields/0/label", "definition.wrong_type", None),
        ("/roles/0/grants/0/scope", "definition.not_allowed", "own"),
        ("/bogus", "definition.unknown_key", None),
    ]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        pytest.param("/tim_zone", "UTC", ("/tim_zone", "definition.unknown_key", "time_zone"), id="app key"),
        pytest.param(
            FORM + "/titel", "number", (FORM + "/titel", "definition.unknown_key", "title"), id="form key"
        ),
        pytest.param(
            FORM + "/fields/2/decimls",
            2,
            (FORM + "/fields/2/decimls", "definition.unknown_key", "decimals"),
            id="option of a field",
        ),
        pytest.param(
            FORM + "/fields/1/options/0/colour",
            "red",
            (FORM + "/fields/1/options/0/colour", "definition.unknown_key", "color"),
            id="option of a select",
        ),
        pytest.param(
            FORM + "/fields/4/fields/0/max_lenght",
            3,
            (FORM + "/fields/4/fields/0/max_lenght", "definition.unknown_key", "max_length"),
            id="field of a subform",
        ),
        pytest.param("/label/de", "x", ("/label/de", "definition.unknown_key", None), id="language"),
        pytest.param("/label/zh", "x", ("/label/zh", "definition.unknown_key", None), id="python name"),
        pytest.param("/menu/0/itmes", [], ("/menu/0/itmes", "definition.unknown_key", "items"), id="menu"),
        pytest.param(
            "/a~b/c",
            1,
            ("/a~0b~1c", "definition.unknown_key", None),
            id="key with a slash",
        ),
    ],
)
def test_finds_unknown_keys(shop, problems, path, value, problem):
    if path == "/a~b/c":
        shop["a~b/c"] = value
    else:
        shop = put(shop, path, value)

    assert problems(shop) == [problem]


@pytest.mark.parametrize(
    ("path", "value", "code", "suggestion"),
    [
        pytest.param("/fields/0/type", "texd", "definition.unknown_type", "text", id="type"),
        pytest.param(
            "/fields/0/type", ["texts"], "definition.unknown_type", "text", id="type that is no text"
        ),
        pytest.param(
            "/fields/4/fields/0/type", "subform", "definition.unknown_type", None, id="subform in a subform"
        ),
        pytest.param("/title", "nummber", "definition.unknown_field", "number", id="title"),
        pytest.param("/checks/0/field", "amont", "definition.unknown_field", "amount", id="field of a check"),
        pytest.param(
            "/layout/sections/0/fields/1", "amont", "definition.unknown_field", "amount", id="section"
        ),
        pytest.param(
            "/views/0/columns/1", "_created_a", "definition.unknown_field", "_created_at", id="system key"
        ),
        pytest.param("/fields/3/form", "itm", "definition.unknown_form", "item", id="form"),
        pytest.param("/fields/3/on_delete", "cleer", "definition.not_allowed", "clear", id="enumeration"),
        pytest.param("/fields/2/decimals", 9, "definition.above_max", None, id="range"),
        pytest.param("/fields/2/label", " ", "definition.too_short", None, id="blank label"),
        pytest.param("/fields/2/label", "x" * 201, "definition.too_long", None, id="long label"),
        pytest.param("/fields/2/label", {}, "definition.missing", None, id="label in no language"),
        pytest.param("/fields/2/label", "<b>x</b>", "definition.markup", None, id="markup"),
        pytest.param("/fields/2/help", "x<!-- -->", "definition.markup", None, id="markup in help"),
        pytest.param("/fields/2/key", "Amount", "definition.bad_key", None, id="capital"),
        pytest.param("/fields/2/key", "a__b", "definition.bad_key", None, id="two underscores"),
        pytest.param("/fields/2/key", "a_", "definition.bad_key", None, id="trailing underscore"),
        pytest.param("/fields/2/key", "金额", "definition.bad_key", None, id="chinese key"),
        pytest.param("/fields/4/fields/0/key", "x" * 41, "definition.key_too_long", None, id="long key"),
        pytest.param("/fields/4/fields/0/key", "true", "definition.reserved_key", None, id="reserved"),
        pytest.param("/fields/4/key", "bulk", "definition.reserved_key", None, id="reserved by an address"),
        pytest.param("/fields/2/key", "state", "definition.repeated_key", None, id="repeated field"),
        pytest.param(
            "/fields/1/options/-", {"key": "new", "label": "x"}, "definition.repeated_key", None, id="option"
        ),
        pytest.param(
            "/layout/sections/-", {"key": "main"}, "definition.repeated_key", None, id="repeated section"
        ),
        pytest.param("/layout/sections/0/tab", "mony", "definition.unknown_tab", "money", id="tab"),
        pytest.param("/icon", "<svg>", "definition.bad_format", None, id="icon"),
    ],
)
def test_finds_what_is_wrong_in_a_form(shop, problems, path, value, code, suggestion):
    where, found, offered = problems(put(shop, FORM + path, value))[0]

    assert where.startswith(FORM + path.removesuffix("/-"))
    assert (found, offered) == (code, suggestion)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        pytest.param("/uses", ["other"], ("/uses/0", "definition.not_yet", None), id="another app"),
        pytest.param(
            "/time_zone", "Mars/Base", ("/time_zone", "definition.unknown_time_zone", None), id="zone"
        ),
        pytest.param("/time_zone", "../etc", ("/time_zone", "definition.unknown_time_zone", None), id="path"),
        pytest.param("/version", "1.0", ("/version", "definition.bad_format", None), id="version"),
        pytest.param("/weft", 2, ("/weft", "definition.unknown_format", None), id="newer format"),
        pytest.param(
            "/menu/0/items/1/form",
            "itm",
            ("/menu/0/items/1/form", "definition.unknown_form", "item"),
            id="menu",
        ),
        pytest.param(
            "/roles/0/grants/0/fields",
            {"amuont": "read"},
            ("/roles/0/grants/0/fields/amuont", "definition.unknown_field", "amount"),
            id="right",
        ),
        pytest.param(
            "/forms/1/fields/1/via",
            "itm",
            ("/forms/1/fields/1/via", "definition.unknown_field", "item"),
            id="field of another form",
        ),
        pytest.param("/forms/1/key", "order", ("/forms/1/key", "definition.repeated_key", None), id="form"),
        pytest.param(
            "/rules",
            [{"key": "a", "label": "A", "if": [float("1e300")]}, {"key": "a", "label": "A"}],
            ("/rules/1/key", "definition.repeated_key", None),
            id="element of another engine",
        ),
    ],
)
def test_finds_what_is_wrong_in_an_app(shop, problems, path, value, problem):
    assert problem in problems(put(shop, path, value))


def test_a_part_is_found_behind_the_name_of_its_kind(shop, problems):
    shop["forms"][0]["fields"][0]["parts"] = [{"type": "text", "text": "x", "tex": 1}, {"type": "countr"}]

    assert problems(shop) == [
        ("/forms/0/fields/0/parts/0/tex", "definition.unknown_key", "text"),
        ("/forms/0/fields/0/parts/1/type", "definition.unknown_type", "counter"),
    ]


def test_options_views_and_roles_may_bear_reserved_words(shop, problems):
    shop["roles"].append({"key": "users", "label": "Everybody"})

    assert problems(shop) == []


@pytest.mark.parametrize(
    ("was", "wrong"),
    [
        pytest.param([[], ["old"], []], [], id="free"),
        pytest.param([[], ["number"], []], ["/forms/0/fields/1/was/0"], id="key of another"),
        pytest.param([[], ["state"], []], ["/forms/0/fields/1/was/0"], id="its own key"),
        pytest.param([["old"], [], ["older", "old"]], ["/forms/0/fields/2/was/1"], id="old key of another"),
    ],
)
def test_an_old_key_stays_taken(shop, problems, was, wrong):
    for field, old in zip(shop["forms"][0]["fields"], was, strict=False):
        field["was"] = old

    assert [(path, code) for path, code, _ in problems(shop)] == [
        (path, "definition.old_key_in_use") for path in wrong
    ]


@pytest.mark.parametrize("text", ["a < b", "x <y", "<3", "1 <> 2", "<-"])
def test_a_text_may_compare(shop, problems, text):
    shop["label"] = text

    assert [code for _, code, _ in problems(shop)] == (["definition.markup"] if "<y" in text else [])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", ("", "definition.not_json"), id="empty"),
        pytest.param(b"{", ("", "definition.not_json"), id="half"),
        pytest.param(b"\xff\xfe{}", ("", "definition.not_json"), id="not utf-8"),
        pytest.param(b"[]", ("", "definition.not_an_object"), id="list"),
        pytest.param(b"{}", ("/weft", "definition.missing"), id="no format"),
        pytest.param(b'{"weft": true}', ("/weft", "definition.missing"), id="true is no format"),
        pytest.param(b'{"weft": 1, "x": NaN}', ("", "definition.not_json"), id="nan"),
        pytest.param(b'{"weft": 1, "x": -Infinity}', ("", "definition.not_json"), id="infinity"),
        pytest.param(b'{"weft": 1, "x": 1e999}', ("", "definition.not_json"), id="too large for a float"),
        pytest.param(b'{"weft": 1, "x": "\\ud800"}', ("", "definition.not_json"), id="half a character"),
        pytest.param(b'{"weft": ' + b"9" * 5000 + b"}", ("", "definition.not_json"), id="too many digits"),
        pytest.param(b"[" * 100_000, ("", "definition.not_json"), id="too deep"),
        pytest.param(b" " * (MAX_BYTES + 1), ("", "definition.too_big"), id="too big"),
        pytest.param(b'{"weft": 1, "weft": 1}', ("/weft", "definition.repeated_key"), id="repeated"),
        pytest.param(
            b'{"weft": 1, "forms": [{}, {"key": "a", "label": "x", "key": "b"}]}',
            ("/forms/1/key", "definition.repeated_key"),
            id="repeated below",
        ),
    ],
)
def test_refuses_bytes_that_are_no_definition(problems, data, problem):
    assert [(path, code) for path, code, _ in problems(data)] == [problem]


def test_reads_past_a_byte_order_mark(shop, problems):
    assert problems(b"\xef\xbb\xbf" + json.dumps(shop).encode()) == []


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_refuses_deep_nesting_without_falling_over(shop, problems, depth):
    menu = '[{"label": "x", "items": ' * depth + "[]" + "}]" * depth

    found = problems(json.dumps({**shop, "menu": "here"}).replace('"here"', menu).encode())

    assert {code for _, code, _ in found} <= {"definition.too_deep", "definition.not_json"}
    assert bool(found) is (depth > 100)


def test_a_repeated_key_deep_down_is_found(problems):
    found = problems(b'{"weft": 1, "x": ' + b"[" * 500 + b'{"a": 1, "a": 2}' + b"]" * 500 + b"}")

    assert found == [("/x" + "/0" * 500 + "/a", "definition.repeated_key", None)]


def places(value: Any, at: str = "") -> list[str]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, each in below for path in (f"{at}/{key}", *places(each, f"{at}/{key}"))]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["key", "type", "label", "fields", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_junk_anywhere_is_an_issue_and_never_a_crash(shop, grammar, data):
    path = data.draw(st.sampled_from(places(shop)))
    spoilt = put(shop, path, data.draw(JUNK))

    issues = issues_of(json.dumps(spoilt).encode(), grammar)

    assert all(issue.path == "" or issue.path.startswith("/") for issue in issues)
    assert all(issue.code.startswith("definition.") for issue in issues)
