"""What a browser's evaluator is given: values with their kinds, the moment, what the directory knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engines.expression import Context
from engines.expression.coercion import flat

_MOST_LEVELS = 50


def cell(value: Any) -> dict[str, Any]:  # noqa: PLR0911 one case after the other
    """Return a typed value with its kind; blank is a text without one."""
    match value:
        case None | str() | bool():
            return {"kind": "bool" if isinstance(value, bool) else "text", "value": value}
        case Decimal():
            return {"kind": "number", "value": str(value)}
        case datetime():
            return {"kind": "datetime", "value": value.isoformat()}
        case date():
            return {"kind": "date", "value": value.isoformat()}
        case time():
            return {"kind": "time", "value": value.isoformat()}
        case tuple():
            return {"kind": "list", "value": [cell(item) for item in value]}
        case int():
            return {"kind": "id", "value": str(value)}
    return {"kind": "text", "value": None}


def offset(context: Context) -> int:
    """Return the zone's distance from UTC now, in minutes to the east."""
    shift = context.now.astimezone(context.zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds()) // 60


def directory_data(context: Context, record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the directory says of the ids a formula may meet, as browsers are given it."""
    directory = context.directory
    if directory is None:
        return {}
    values = [context.user_id, context.department_id, *record.values()]
    ids = sorted({each for value in flat(tuple(values)) if (each := _id_of(value)) is not None})
    above = range(_MOST_LEVELS + 1)
    return {
        "roles": {str(each): list(directory.roles(each)) for each in ids},
        "department": {str(each): digits(directory.department(each)) for each in ids},
        "managers": {
            str(each): [digits(directory.manager(each, level)) for level in above[1:]] for each in ids
        },
        "heads": {str(each): [digits(directory.head(each, level)) for level in above] for each in ids},
        "members": {str(each): [str(member) for member in directory.members(each)] for each in ids},
    }


def _id_of(value: Any) -> int | None:
    text = str(value)
    return int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() else None


def digits(found: int | None) -> str | None:
    """Return an id as browsers have it."""
    return None if found is None else str(found)
