"""Regions as the provinces and cities that they lie in: in SQL, and as conditions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.expression import Binary, Call, Literal, Node, Ref, regions

LEVELS = regions.LEVELS


def cut(cells: sa.ColumnElement[Any], level: str) -> sa.ColumnElement[str]:
    """Return the region of a level in which others lie, as ``regions.cut`` does."""
    province = sa.func.substr(cells, 1, 2)
    if level == "province":
        return province.concat("0000")
    if level == "district":
        return cells
    apart = sa.func.substr(cells, 3, 1) == regions.APART
    found = sa.case(
        (province.in_(regions.CITIES), province.concat("0000")),
        (apart, cells),
        else_=sa.func.substr(cells, 1, 4).concat("00"),
    )
    return sa.type_coerce(found, sa.Text())


def lies_in(ref: Ref, code: str, level: str) -> Node:
    """Return the condition that a region is taken for this one where all are cut to a level."""
    higher = LEVELS.index(regions.level(code)) < LEVELS.index(level)
    if higher and not (level == "city" and code[:2] in regions.CITIES):
        return Binary("=", ref, Literal(code))  # nobody said where in it
    return Call("STARTSWITH", (ref, Literal(regions.prefix(code))))
