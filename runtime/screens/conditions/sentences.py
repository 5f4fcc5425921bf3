"""A condition as one reads it aloud: on chips, in lists of formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from engines.expression.conditions import Formula, Group, Part
from engines.expression.operators import Family, Input, Operator
from engines.expression.reading import pieces
from engines.form import FieldModel
from engines.form.families import family_of, operators_of
from frontend.conditions import Piece
from runtime.screens.conditions.building import Fields
from runtime.screens.conditions.showing import operator_text, value_items
from runtime.screens.values import Showing

_LONGEST = 120
Labels = Mapping[str, str]


def sentence(showing: Showing, fields: Fields, part: Part, *, inside: bool = False) -> str:
    """Return a part in words."""
    t = showing.texts.t
    match part:
        case Formula(text):
            said = "".join(each.label or each.text for each in read_pieces(text, labels_of(showing, fields)))
            return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
        case Group(match, parts):
            joined = t(f"ui.condition.and_{match}").join(
                sentence(showing, fields, each, inside=True) for each in parts
            )
            return t("ui.condition.group_said", text=joined) if inside else joined
    path = ".".join(part.field)
    field = fields.by_path[path]
    operator = operators_of(field, in_sql=fields.in_sql)[part.op]
    return t(
        "screen.filter.sentence",
        field=showing.texts.label(field.options.label),
        operator=operator_text(showing, field, operator, "".join(part.values[:1])),
        value=_said(showing, field, operator, part.values),
    ).strip()


def _said(showing: Showing, field: FieldModel, operator: Operator, values: tuple[str, ...]) -> str:
    if operator.input in {Input.none, Input.days}:
        return ""
    items = value_items(showing, field, values)
    texts = [each.text for each in items] or [_value(showing, field, each) for each in values]
    joint = "ui.condition.to" if operator.input is Input.range else "ui.common.separator"
    return showing.texts.t(joint).join(texts)


def _value(showing: Showing, field: FieldModel, value: str) -> str:
    family = family_of(field)
    if family in {Family.date, Family.datetime}:
        return showing.formats.day(date.fromisoformat(value))
    return showing.writer(field)(Decimal(value)) if family is Family.number else value


def labels_of(showing: Showing, fields: Fields) -> Labels:
    """Return how the field at each path is called."""
    return {path: showing.texts.label(each.options.label) for path, each in fields.by_path.items()}


def read_pieces(text: str, labels: Labels, at: int = 0) -> Iterator[Piece]:
    """Yield a formula piece by piece, fields by their labels. ``at``: where the error is, from 1."""
    for each in pieces(text):
        named = labels.get(each.text, "") if each.kind == "field" else ""
        wrong = at > 0 and each.at <= at < each.at + len(each.text)
        yield Piece(each.kind, each.text, named, wrong)
