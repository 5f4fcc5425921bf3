"""What every kind of view must have, run over the examples each of them brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.view.kind import ViewType
from engines.view.registry import view_types
from frontend.texts import LOCALES, catalogue
from schemas.dumper import plain
from schemas.elements import View
from schemas.errors import Invalid
from schemas.loader import load
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend/templates/views"
KINDS = view_types()
NAMES = sorted(KINDS)


def shop_with(*views: dict[str, Any]) -> Any:
    """The shop whose orders have these views, as the grammar reads it."""
    forms = [{**each, "views": list(views)} if each["key"] == "order" else each for each in FORMS]
    grammar = shared_grammar()
    return load(
        shop_bytes(forms),
        grammar,
        lambda app: (issue for each in grammar.verifiers for issue in each(app, grammar)),
    )


def examples(kind: ViewType[Any]) -> list[dict[str, Any]]:
    return [
        {"key": f"v{number}", "label": "V", "type": kind.name, **each}
        for number, each in enumerate(kind.examples)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_has_a_look_examples_and_texts(name: str) -> None:
    kind = KINDS[name]
    own = kind.Options.model_fields.keys() - View.model_fields.keys()
    for locale in LOCALES:
        said = catalogue(locale).keys()
        assert {f"view.{name}.label", f"view.{name}.help"} <= said
        assert {f"view_option.{key}.{part}" for key in own for part in ("label", "help")} <= said
    assert (TEMPLATES / f"{name}.html").is_file()

    views = next(each for each in shop_with(*examples(kind)).forms if each.key == "order").views

    assert [each.type for each in views] == [name] * len(kind.examples)


def test_every_look_is_of_a_kind() -> None:
    assert sorted(path.stem for path in TEMPLATES.glob("*.html")) == NAMES


def test_a_table_need_not_say_so_and_an_unknown_kind_is_refused_with_its_place() -> None:
    form = next(
        each for each in shop_with({"key": "v", "label": "V", "type": "table"}).forms if each.key == "order"
    )
    assert plain(form.views[0]) == {"key": "v", "label": "V"}

    with pytest.raises(Invalid) as caught:
        shop_with({"key": "v", "label": "V", "type": "tabel"})

    place = f"/forms/{next(index for index, each in enumerate(FORMS) if each['key'] == 'order')}/views/0/type"
    assert [(each.path, each.code, each.suggestion) for each in caught.value.issues] == [
        (place, "definition.unknown_type", "table")
    ]
