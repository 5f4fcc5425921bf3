"""A definition as bytes: the same for the same meaning, and nothing that goes without saying."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dumper import dump, dump_schema, plain
from schemas.loader import load
from tests.fixtures.grammar import shared_grammar

GRAMMAR = shared_grammar()
SCHEMA = Path(__file__).resolve().parents[3] / "schemas" / "app.schema.json"

LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<"), min_size=1, max_size=20
).filter(lambda text: text.strip() == text and len(text) > 0)
LABELS: Any = LINES | st.fixed_dictionaries({}, optional={"zh-CN": LINES, "en": LINES}).filter(bool)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
KEYS = st.from_regex(r"k[a-z0-9]{0,8}", fullmatch=True)
CHOICES: Any = st.lists(
    st.fixed_dictionaries(
        {"key": KEYS, "label": LABELS}, optional={"color": st.sampled_from(["red", "blue"])}
    ),
    max_size=3,
    unique_by=lambda each: each["key"],
)
COMMON: dict[str, Any] = {
    "required": st.booleans(),
    "unique": st.booleans(),
    "help": LABELS,
    "width": st.integers(1, 12),
    "default": st.none() | st.booleans() | st.integers() | LINES | st.lists(st.integers(), max_size=2),
}
OWN: dict[str, dict[str, Any]] = {
    "text": {"max_length": st.integers(1, 255)},
    "number": {"decimals": st.integers(0, 8), "min": st.none() | st.integers() | DECIMALS},
    "select": {"options": CHOICES},
    "checkbox": {},
    "serial": {"parts": st.just([{"type": "text", "text": "A"}, {"type": "counter", "reset": "never"}])},
    "relation": {"on_delete": st.sampled_from(["refuse", "clear", "with"])},
}
NEEDED: dict[str, dict[str, Any]] = {"relation": {"form": st.just("kform")}}
FIELDS: Any = st.sampled_from(sorted(OWN)).flatmap(
    lambda name: st.fixed_dictionaries(
        {"key": KEYS, "type": st.just(name), "label": LABELS} | NEEDED.get(name, {}),
        optional=COMMON | OWN[name],
    )
)
APPS: Any = st.fixed_dictionaries(
    {
        "weft": st.just(1),
        "key": KEYS,
        "label": LABELS,
        "forms": st.lists(FIELDS, max_size=5, unique_by=lambda each: each["key"]).map(
            lambda fields: [{"key": "kform", "label": "F", "fields": fields}]
        ),
    },
    optional={
        "version": st.just("1.2.3"),
        "documents": st.just([{"key": "r", "label": "R", "then": [{"a": 1.5}]}]),
    },
)


@settings(max_examples=100, deadline=None)
@given(document=APPS)
def test_what_was_written_is_read_as_the_same(document):
    app = load(json.dumps(document).encode(), GRAMMAR)

    written = dump(app)

    assert load(written, GRAMMAR) == app
    assert dump(load(written, GRAMMAR)) == written


def test_the_order_of_keys_in_the_source_does_not_matter(shop, grammar):
    def reversed_keys(value):
        if isinstance(value, dict):
            return {key: reversed_keys(each) for key, each in reversed(value.items())}
        return [reversed_keys(each) for each in value] if isinstance(value, list) else value

    assert dump(load(json.dumps(reversed_keys(shop)).encode(), grammar)) == dump(
        load(json.dumps(shop).encode(), grammar)
    )


def test_defaults_are_left_out_and_the_rest_is_readable(shop, grammar):
    shop["forms"] = [
        shop["forms"][1] | {"fields": [shop["forms"][1]["fields"][0] | {"width": 12, "unique": False}]}
    ]
    shop["menu"], shop["roles"] = [], []

    assert (
        dump(load(json.dumps(shop).encode(), grammar)).decode()
        == """{
  "weft": 1,
  "key": "shop",
  "label": {
    "zh-CN": "订货",
    "en": "Orders"
  },
  "forms": [
    {
      "key": "item",
      "label": "货品",
      "fields": [
        {
          "key": "name",
          "label": "名称",
          "type": "text",
          "required": true
        }
      ]
    }
  ]
}
"""
    )


@pytest.mark.parametrize("default", [False, 0, "", [], {}])
def test_a_default_that_looks_blank_is_kept(shop, grammar, default):
    shop["forms"][0]["fields"][2]["default"] = default

    app = load(json.dumps(shop).encode(), grammar)

    assert plain(app)["forms"][0]["fields"][2]["default"] == default


def test_the_committed_schema_is_the_present_one():
    assert SCHEMA.read_bytes() == dump_schema(GRAMMAR)


def test_a_definition_satisfies_the_committed_schema(shop):
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))

    spoilt = {**shop, "bogus": 1}

    assert list(validator.iter_errors(shop)) == []
    assert len(list(validator.iter_errors(spoilt))) == 1
