"""Options that each alone are right and together are not; choices; what loads when."""

import subprocess
import sys
import time
from typing import Any

import pytest

from engines.form.coerce import Coercer, optional
from engines.form.field import FieldContext
from engines.form.fields.select import choices
from engines.form.registry import field_types
from schemas.elements import Choice

KINDS = field_types()
OPTIONS = [{"key": f"k{each}", "label": f"选项{each}"} for each in range(5000)]


@pytest.mark.parametrize(
    ("type_", "said", "path", "code"),
    [
        pytest.param("number", {"min": 2, "max": 1}, "min", "definition.min_above_max", id="number"),
        pytest.param("money", {"min": "0.2", "max": "0.1"}, "min", "definition.min_above_max", id="money"),
        pytest.param(
            "subform", {"min_rows": 3, "max_rows": 2}, "min_rows", "definition.min_above_max", id="rows"
        ),
        pytest.param(
            "long_text", {"unique": True}, "unique", "definition.not_for_this_type", id="unique paragraphs"
        ),
        pytest.param("tags", {"unique": True}, "unique", "definition.not_for_this_type", id="unique list"),
        pytest.param("date", {"searchable": True}, "searchable", "definition.not_for_this_type", id="search"),
        pytest.param(
            "serial", {"default": "1"}, "default", "definition.not_for_this_type", id="default of a serial"
        ),
    ],
)
def test_options_must_fit_together(type_, said, path, code):
    kind = KINDS[type_]
    options = kind.Options.model_validate({"key": "k", "type": type_, "label": "K", **said})

    assert [(issue.path, issue.code) for issue in kind.verify(options)] == [(path, code)]


@pytest.mark.parametrize("name", ["text", "email", "phone", "serial"])
def test_short_texts_are_compared_by_their_fold(name):
    kind = KINDS[name]

    assert kind.folded(kind.Options(key="k", type=name, label="K"))


def choice(key: str, label: Any) -> Choice:
    return Choice.model_validate({"key": key, "label": label})


def test_a_key_wins_over_a_label_of_the_same_name():
    assert choices((choice("a", "b"), choice("b", "x")))["b"] == "b"


def test_a_label_that_two_options_bear_names_neither():
    first, second = {"zh-CN": "同", "en": "One"}, {"zh-CN": "同", "en": "Two"}

    known = choices((choice("a", first), choice("b", second)))

    assert known == {"One": "a", "Two": "b", "a": "a", "b": "b"}


def test_phone_metadata_is_not_loaded_before_it_is_needed():
    code = (
        "import sys; from engines.form.fields.phone import phone_reader; read = phone_reader('CN');"
        "read('13900001234'); assert 'phonenumbers' not in sys.modules;"
        "read('010-65529988'); assert 'phonenumbers' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_bulk_of_rows_is_coerced_in_microseconds_a_cell():
    said: dict[str, dict[str, Any]] = {
        "a": {"type": "text"},
        "b": {
            "type": "select",
            "options": [{"key": f"k{each}", "label": f"选项{each}"} for each in range(5000)],
        },
        "c": {"type": "date"},
        "d": {"type": "number", "decimals": 2},
        "e": {"type": "long_text"},
    }
    annotations = {}
    for key, each in said.items():
        kind = KINDS[each["type"]]
        options = kind.Options.model_validate({"key": key, "label": key, **each})
        annotations[key] = optional(kind.annotation(options, FieldContext()))
    row = {"a": "有限公司", "b": "k4999", "c": "2026-01-31", "d": "12.50", "e": "一\n二"}

    started = time.perf_counter()
    _, issues = Coercer("bulk", annotations).many([row] * 4000)
    elapsed = time.perf_counter() - started

    assert issues is None
    assert elapsed / 20_000 < 10e-6  # measured: below one; a slip into lists or exceptions costs hundreds
