"""Text: joined, cut, counted, in capitals and without."""

import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, text
from engines.expression.failures import VALUE, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context

LONGEST = 32_767


def limited(result: str) -> str:
    """Return a text, #VALUE! when it is longer than a cell."""
    if len(result) > LONGEST:
        raise Failure(VALUE)
    return result


def counted(value: Decimal, least: int = 0) -> int:
    """Return a number of letters, #VALUE! below ``least``."""
    if value < least:
        raise Failure(VALUE)
    return min(int(value), LONGEST)


def gathered(parts: Iterable[str], between: Callable[[int], str] = lambda _: "") -> str:
    """Join texts, #VALUE! as soon as they are longer than a cell; ``between``: what follows each place."""
    found: list[str] = []
    size = 0
    for place, part in enumerate(parts):
        each = (between(place - 1) if place else "") + part
        size += len(each)
        if size > LONGEST:
            raise Failure(VALUE)
        found.append(each)
    return "".join(found)


def _joined(context: Context, values: Any) -> str:
    return gathered(text(item, context) for item in flat(values))


@function("CONCAT(*values: list) -> text", ('CONCAT("a", 1, {"b", "c"})', "a1bc"), context=True, blanks=True)
def concat(context: Context, *values: Any) -> str:
    return _joined(context, values)


@function("CONCATENATE(*values: text) -> text", ('CONCATENATE("a", 1)', "a1"))
def concatenate(*values: str) -> str:
    return limited("".join(values))


@function(
    "TEXTJOIN(delimiter: list, skip: bool, *values: list) -> text",
    ('TEXTJOIN("-", TRUE, "a", "", "b")', "a-b"),
    ('TEXTJOIN("-", FALSE, "a", "", "b")', "a--b"),
    context=True,
)
def textjoin(context: Context, delimiter: Any, skip: bool, *values: Any) -> str:
    delimiters = [text(item, context) for item in flat(delimiter)]
    found = (text(item, context) for item in flat(values))
    parts = (each for each in found if each or not skip)
    return gathered(parts, lambda place: delimiters[place % len(delimiters)])


@function(
    "LEFT(text: text, count: number = 1) -> text",
    ('LEFT("abc", 2)', "ab"),
    ('LEFT("abc")', "a"),
    ('LEFT("abc", -1)', "#VALUE!"),
    pushed=True,
)
def left(value: str, count: Decimal) -> str:
    return value[: counted(count)]


@function("RIGHT(text: text, count: number = 1) -> text", ('RIGHT("abc", 2)', "bc"), ('RIGHT("abc", 0)', ""))
def right(value: str, count: Decimal) -> str:
    wanted = counted(count)
    return value[-wanted:] if wanted else ""


@function(
    "MID(text: text, start: number, count: number) -> text",
    ('MID("abcdef", 2, 3)', "bcd"),
    ('MID("abc", 0, 1)', "#VALUE!"),
)
def mid(value: str, start: Decimal, count: Decimal) -> str:
    first = counted(start, 1) - 1
    return value[first : first + counted(count)]


@function(
    "LEN(text: text) -> number", ('LEN("abc")', "3"), ('LEN("😀")', "1"), ("LEN(123)", "3"), pushed=True
)
def len_(value: str) -> int:
    return len(value)


@function("UPPER(text: text) -> text", ('UPPER("é a")', "É A"))
def upper(value: str) -> str:
    return unicodedata.normalize("NFC", value.upper())


@function("LOWER(text: text) -> text", ('LOWER("ABC")', "abc"))
def lower(value: str) -> str:
    return unicodedata.normalize("NFC", value.lower())


@function(
    "PROPER(text: text) -> text", ('PROPER("hELLO woRLD")', "Hello World"), ('PROPER("76budget")', "76Budget")
)
def proper(value: str) -> str:
    result, inside = [], False
    for letter in value:
        result.append(letter.lower() if inside else letter.upper())
        inside = letter.isalpha()
    return "".join(result)


@function("TRIM(text: text) -> text", ('TRIM("  a   b ")', "a b"))
def trim(value: str) -> str:
    return " ".join(part for part in value.split(" ") if part)


@function("CLEAN(text: text) -> text", ('CLEAN(CHAR(7) & "a")', "a"))
def clean(value: str) -> str:
    return "".join(letter for letter in value if ord(letter) >= 32)


@function(
    "REPT(text: text, times: number) -> text", ('REPT("ab", 3)', "ababab"), ('REPT("a", -1)', "#VALUE!")
)
def rept(value: str, times: Decimal) -> str:
    if value and times * len(value) > LONGEST:
        raise Failure(VALUE)
    return value * counted(times)


@function(
    "EXACT(first: text, second: text) -> bool",
    ('EXACT("a", "a")', "TRUE"),
    ('EXACT("a", "A")', "FALSE"),
    pushed=True,
)
def exact(first: str, second: str) -> bool:
    return first == second
