"""Text cut at delimiters: before, after, and into pieces."""

from typing import Any

from engines.expression.coercion import flat, number, text
from engines.expression.decimals import ONE, ZERO
from engines.expression.failures import NA, VALUE, Failure
from engines.expression.scope import Context


def cut_at(context: Context, value: str, rest: tuple[Any, ...], *, before: bool) -> Any:
    """Return what stands before or after the nth delimiter, counted from the end when negative."""
    delimiter, nth, folded, to_end, missing = rest
    delimiters = [text(item, context) for item in flat(delimiter)]
    count = int(ONE if nth is None else number(nth, context) or ZERO)
    if not count or abs(count) > max(len(value), 1):
        raise Failure(VALUE)
    places = _places(value, delimiters, folded=bool(folded))
    if "" in delimiters:
        return ("" if before else value) if count > 0 else (value if before else "")
    if abs(count) <= len(places):
        start, length = places[count - 1 if count > 0 else count]
        return value[:start] if before else value[start + length :]
    if to_end and abs(count) == len(places) + 1:
        return value if (count > 0) == before else ""
    if missing is None:
        raise Failure(NA)
    return missing


def _places(value: str, delimiters: list[str], *, folded: bool) -> list[tuple[int, int]]:
    """Return start and length of every delimiter; of several at one place the longest."""
    subject = value.lower() if folded and len(value.lower()) == len(value) else value
    wanted = sorted((each.lower() if folded else each for each in delimiters if each), key=len, reverse=True)
    found, at = [], 0
    while at < len(subject):
        here = next((each for each in wanted if subject.startswith(each, at)), None)
        if here is None:
            at += 1
        else:
            found.append((at, len(here)))
            at += len(here)
    return found


def pieces(value: str, delimiters: list[str], *, skip: bool, folded: bool) -> tuple[str, ...]:
    """Return the parts between delimiters; ``skip`` leaves empty ones out."""
    found, at = [], 0
    for start, length in _places(value, delimiters, folded=folded):
        found.append(value[at:start])
        at = start + length
    found.append(value[at:])
    return tuple(each for each in found if each or not skip)
