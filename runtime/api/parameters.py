"""Query strings to queries: what cannot be read is refused with the name of the parameter."""

from __future__ import annotations

from engines.expression import ExpressionError, Node, parse
from engines.query import Query, Reached, Sort, Total
from runtime.api.shapes import keys_of
from runtime.dashboards.links import read_reached
from runtime.web.call import Call
from schemas.errors import Invalid, Issue
from schemas.kinds import nearest

_LIST = (
    "filter", "reached", "sort", "fields", "search", "limit", "after", "before", "total", "labels", "trash",
)  # fmt: skip
_SORTS = 8
_SWITCH = {"": False, "0": False, "false": False, "1": True, "true": True}


def known(call: Call, *names: str) -> None:
    """Refuse parameters that mean nothing here; a misspelt filter would otherwise show everything."""
    unknown = [name for name in call.query if name not in names]
    if unknown:
        issues = [
            Issue(name, "query.unknown_parameter", {"name": name}, nearest(name, names)) for name in unknown
        ]
        raise Invalid(issues, "query.invalid")


def condition(call: Call) -> Node | None:
    """Return the filter, parsed. Raises Invalid with the character that is wrong."""
    text = call.query.get("filter", "").strip()
    if not text:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        raise Invalid([Issue("filter", error.code, error.params)], "query.invalid") from None


def sorting(text: str | None) -> tuple[Sort, ...]:
    """Read ``-amount,name``. Raises Invalid for more keys than a list is ever sorted by."""
    keys = keys_of(text) or ()
    if len(keys) > _SORTS:
        raise Invalid([Issue("sort", "query.limit", {"max": _SORTS})], "query.invalid")
    return tuple(Sort(key.removeprefix("-"), key.startswith("-")) for key in keys)


def flag(call: Call, name: str) -> bool:
    """Read a switch. Raises Invalid for what is neither on nor off."""
    text = call.query.get(name, "")
    if text not in _SWITCH:
        raise Invalid([Issue(name, "query.not_allowed", {"value": text[:40]})], "query.invalid")
    return _SWITCH[text]


def number(call: Call, name: str, default: int) -> int:
    """Read a whole number. Raises Invalid for anything else."""
    text = call.query.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Invalid([Issue(name, "query.not_a_whole_number", {"value": text[:40]})], "query.invalid")
    return int(text)


def list_query(call: Call) -> Query:
    """Return the query of a list."""
    known(call, *_LIST)
    query = call.query
    total = query.get("total", Total.none.value)
    if total not in set(Total):
        raise Invalid([Issue("total", "query.not_allowed", {"value": total[:40]})], "query.invalid")
    if "after" in query and "before" in query:
        raise Invalid([Issue("before", "query.not_together", {"name": "after"})], "query.invalid")
    return Query(
        call.form.path,
        fields=keys_of(query.get("fields")),
        where=condition(call),
        search=query.get("search"),
        sort=sorting(query.get("sort")),
        limit=number(call, "limit", 50),
        after=query.get("after") or None,
        before=query.get("before"),
        total=Total(total),
        trash=flag(call, "trash"),
        labels=flag(call, "labels"),
        reached=_reached(call),
    )


def _reached(call: Call) -> Reached | None:
    """Read ``stage:open:new,open,won``. Raises Invalid for what is written otherwise."""
    text = call.query.get("reached", "")
    found = read_reached(text)
    if found is None and text:
        raise Invalid([Issue("reached", "query.not_allowed", {"value": text[:40]})], "query.invalid")
    return found
