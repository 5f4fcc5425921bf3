"""What every widget must do, run over the examples each of them brings, on both databases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema_rs import Draft202012Validator

from engines.expression import parse, references
from engines.report.checking import reason
from engines.report.options import QueryOptions
from engines.report.registry import widgets
from frontend.texts import LOCALES, catalogue
from tests.fixtures.boards import GOAL, board, every_widget, fill
from tests.fixtures.rest import Door, Json, Rest, shop_bytes
from tests.fixtures.shop import FORMS

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend/templates/widgets"
KINDS = widgets()
NAMES = sorted(KINDS)
COUNTS = {"count", "filled"}
ATTACK = '<a href="javascript:alert(1)">x</a>'
RIGHTS: tuple[list[Json], ...] = (
    [{"form": "order"}, {"form": "goal"}],
    [{"form": "order", "scope": "own"}, {"form": "goal"}],
    [
        {"form": "order", "others": "read", "fields": {"word": "hidden", "stage": "hidden"}},
        {"form": "order", "scope": "own"},
        {"form": "goal"},
    ],
)
CHIEF: Json = {"key": "chief", "label": "Chief", "admin": True}


def open_shop(rest: Rest, grants: dict[str, list[Json]], *widgets: Json) -> Door:
    """Publish the shop with a dashboard, and fill it; returns who may do everything."""
    roles = [CHIEF, *({"key": key, "label": key, "grants": each} for key, each in grants.items())]
    rest.publish(shop_bytes([*FORMS, GOAL], dashboards=[board(*widgets)], roles=roles))
    return rest.door("chief", "chief")


def counted(door: Door, form: str, records: dict[str, str]) -> int:
    """The exact number of records in the list that a figure leads to."""
    query = urlencode({**records, "total": "exact", "limit": 1})
    return int(door.get(f"{form}?{query}")["total"]["count"])


def test_every_list_behind_a_figure_holds_what_was_counted(both: Rest) -> None:
    grants = {f"r{number}": each for number, each in enumerate(RIGHTS)}
    chief = open_shop(both, grants)
    doors = [chief, *(both.door(f"p{key}", key) for key in grants)]
    fill(chief, [each.user_id for each in doors[1:]])
    compared = 0
    for door in doors:
        described = door.get("openapi.json")["paths"]["/api/shop/dashboards/{key}/{widget}"]["get"]
        schema = described["responses"]["200"]["content"]["application/json"]["schema"]
        for each in every_widget():
            answer = door.get(f"dashboards/board/{each['key']}")
            Draft202012Validator(schema).validate(answer)
            assert not answer["forbidden"], each["key"]
            assert answer["figure"] is None or reason(answer["figure"]) is None
            for function, figure, records in figures(answer):
                if function in COUNTS and records is not None:
                    assert counted(door, answer["form"], records) == figure, each["key"]
                    compared += 1
    assert compared > 200


def figures(answer: Json) -> Iterator[tuple[str, Any, dict[str, str] | None]]:
    """Yield function, figure and what stands behind it, of every row."""
    functions = [column["function"] for column in answer["columns"] if column["function"]]
    for row in [*answer["rows"], *([answer["total"]] if "total" in answer else [])]:
        yield from zip(functions, row["figures"], row["records"], strict=True)


def used(options: QueryOptions) -> set[str]:
    """The fields of its form that a widget cannot do without."""
    kind = KINDS[options.type]
    found = {each.field for _, each in kind.groups(options)}
    conditions = [options.where]
    for _, measure in kind.measures(options):
        found |= {measure.field} if measure.field else set()
        conditions.append(measure.where)
    if options.period is not None:
        found.add(options.period.field)
    return found | {path[0] for text in conditions if text for path in references(parse(text))}


def test_a_field_that_may_not_be_used_is_used_nowhere(rest: Rest) -> None:
    fields = ("stage", "amount", "word", "day", "seen", "owner")
    grants: dict[str, list[Json]] = {
        f"{right}_{field}": [{"form": "order", "fields": {field: right}}, {"form": "goal"}]
        for field in fields for right in ("hidden", "masked")
    }  # fmt: skip
    grants["no_goal"] = [{"form": "order"}]
    chief = open_shop(rest, grants)
    fill(chief, [chief.user_id])
    found = rest.installation.publisher.read(shop_bytes([*FORMS, GOAL], dashboards=[board()]))
    options: tuple[QueryOptions, ...] = found.dashboards[0].widgets  # type: ignore[attr-defined]
    person = rest.door("reader", "no_goal")
    for role in grants:
        rest.give(person.user_id, role)
        field = role.partition("_")[2]
        for each in options:
            answer = person.get(f"dashboards/board/{each.key}")
            target = getattr(each, "target", None)
            elsewhere = role == "no_goal" and target is not None and target.form is not None
            assert answer["forbidden"] is (field in used(each) or elsewhere), (role, each.key)
            if answer["forbidden"]:
                assert (answer["rows"], answer["columns"], answer["figure"]) == ([], [], None)


def test_a_page_shows_no_more_than_the_figures_one_may_see(rest: Rest) -> None:
    secret = {"key": "secret", "type": "pie", "label": "Secret", "form": "order", "group": {"field": "word"}}
    grants = {"few": [{"form": "order", "fields": {"word": "hidden"}}]}
    chief = open_shop(rest, grants, secret)
    chief.create(title="a", word="unheard-of")
    person = rest.add("few", "few")
    browser, _ = rest.session(person)

    html = browser.get("/a/shop/dashboards/board").text

    assert "No permission" in html
    assert "unheard-of" not in html
    assert "weft-chart" not in html
    admin, _ = rest.session(chief.user_id)
    assert "unheard-of" in admin.get("/a/shop/dashboards/board").text


def test_what_people_wrote_is_no_markup(rest: Rest) -> None:
    pie = {"key": "pie", "type": "pie", "label": "P", "form": "order", "group": {"field": "word"}}
    chief = open_shop(rest, {}, pie, pie | {"key": "bar", "type": "bar", "split": {"field": "word"}})
    chief.create(title="a", word=ATTACK)
    browser, _ = rest.session(chief.user_id)

    html = browser.get("/a/shop/dashboards/board").text

    assert ATTACK not in html
    drawn = [json.loads(unescape(each)) for each in re.findall(r'data-figure="([^"]*)"', html)]
    assert len(drawn) == 2
    assert all("<a" not in json.dumps(each) for each in drawn)
    assert all(
        "<a" not in json.dumps(chief.get(f"dashboards/board/{key}")["figure"]) for key in ("pie", "bar")
    )


@pytest.mark.parametrize("name", NAMES)
def test_has_a_look_examples_and_texts(name: str) -> None:
    kind = KINDS[name]
    assert (TEMPLATES / f"{name}.html").is_file()
    assert kind.examples
    for locale in LOCALES:
        assert {f"widget.{name}.label", f"widget.{name}.help"} <= catalogue(locale).keys()
        for key in kind.Options.model_fields:
            assert f"widget_option.{key}.help" in catalogue(locale) or key in {"key", "was", "label", "type"}


def test_every_look_is_of_a_kind() -> None:
    assert sorted(path.stem for path in TEMPLATES.glob("*.html")) == NAMES
