"""Text: sought, replaced, cut at delimiters, matched with patterns."""

from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, text
from engines.expression.compiled import Grid, grid
from engines.expression.errors import ExpressionError
from engines.expression.failures import NA, VALUE, Failure
from engines.expression.functions.pattern import regex_matches
from engines.expression.functions.split import cut_at, pieces
from engines.expression.functions.table import function
from engines.expression.functions.text import LONGEST, counted, limited
from engines.expression.functions.wildcards import search as search_wild
from engines.expression.functions.wildcards import wildcard
from engines.expression.scope import Context
from engines.expression.text import fold
from engines.expression.values import contains


@function(
    "SUBSTITUTE(text: text, old: text, new: text, nth: number = none) -> text",
    ('SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"),
    ('SUBSTITUTE("a-b-c", "-", "+", 2)', "a-b+c"),
    blanks=True,
)
def substitute(value: str, old: str, new: str, nth: Decimal | None) -> str:
    if nth is None:
        return _replaced(value, old, new) if old else value
    wanted, at = counted(nth, 1), -len(old)
    if not old:
        return value
    for _ in range(wanted):
        at = value.find(old, at + len(old))
        if at < 0:
            return value
    return limited(value[:at] + new + value[at + len(old) :])


def _replaced(value: str, old: str, new: str) -> str:
    if len(value) + value.count(old) * (len(new) - len(old)) > LONGEST:
        raise Failure(VALUE)
    return value.replace(old, new)


@function(
    "REPLACE(text: text, start: number, count: number, new: text) -> text",
    ('REPLACE("abcdef", 2, 3, "X")', "aXef"),
    ('REPLACE("a", 0, 1, "b")', "#VALUE!"),
)
def replace(value: str, start: Decimal, count: Decimal, new: str) -> str:
    first = counted(start, 1) - 1
    return limited(value[:first] + new + value[first + counted(count) :])


@function(
    "FIND(sought: text, text: text, start: number = 1) -> number",
    ('FIND("b", "abcb", 3)', "4"),
    ('FIND("B", "abc")', "#VALUE!"),
)
def find(sought: str, value: str, start: Decimal) -> int:
    first = counted(start, 1) - 1
    at = value.find(sought, first)
    if at < 0 or first >= max(len(value), 1):
        raise Failure(VALUE)
    return at + 1


@function(
    "SEARCH(sought: text, text: text, start: number = 1) -> number",
    ('SEARCH("B", "abc")', "2"),
    ('SEARCH("b?d", "abcd")', "2"),
    ('SEARCH("x", "abc")', "#VALUE!"),
)
def search(sought: str, value: str, start: Decimal) -> int:
    first = counted(start, 1) - 1
    at = search_wild(wildcard(sought.lower()), value.lower(), first)
    if at is None or first >= max(len(value), 1):
        raise Failure(VALUE)
    return at + 1


@function(
    "TEXTBEFORE(text: text, delimiter: list, nth: any = none, fold: number = 0, end: number = 0, missing: any = none) -> text",
    ('TEXTBEFORE("a-b-c", "-", 2)', "a-b"),
    ('TEXTBEFORE("abc", "x")', "#N/A"),
    context=True,
    blanks=True,
)
def textbefore(context: Context, value: str, *rest: Any) -> Any:
    return cut_at(context, value, rest, before=True)


@function(
    "TEXTAFTER(text: text, delimiter: list, nth: any = none, fold: number = 0, end: number = 0, missing: any = none) -> text",
    ('TEXTAFTER("a-b-c", "-")', "b-c"),
    ('TEXTAFTER("a-b-c", "-", -1)', "c"),
    ('TEXTAFTER("abc", "-",,, 1)', ""),
    context=True,
    blanks=True,
)
def textafter(context: Context, value: str, *rest: Any) -> Any:
    return cut_at(context, value, rest, before=False)


@function(
    "TEXTSPLIT(text: text, columns: list, rows: list = none, skip: bool = FALSE, fold: number = 0, missing: any = none) -> texts",
    ('JOIN(TEXTSPLIT("a,b", ","), "+")', "a+b"),
    ('JOIN(TEXTSPLIT("a,b;c", ",", ";", FALSE, 0, "-"), "+")', "a+b+c+-"),
    context=True,
    blanks=True,
)
def textsplit(context: Context, value: str, columns: Any, *rest: Any) -> Grid:
    rows, skip, folded, missing = rest
    across, down = _delimiters(context, columns), _delimiters(context, rows)
    if not across and not down:
        raise Failure(VALUE)
    options = {"skip": bool(skip), "folded": bool(folded)}
    lines = pieces(value, down, **options) if down else (value,)
    cells = [pieces(line, across, **options) if across else (line,) for line in lines]
    width = max(map(len, cells), default=1)
    gap = NA if missing is None else missing
    return grid((cell for row in cells for cell in (*row, *[gap] * (width - len(row)))), max(width, 1))


def _delimiters(context: Context, given: Any) -> list[str]:
    found = [text(item, context) for item in flat(given) if item is not None]
    if not all(found):
        raise Failure(VALUE)
    return found


@function(
    "CONTAINS(whole: list, part: any) -> bool",
    ('CONTAINS("Hello", "ELL")', "TRUE"),
    ("CONTAINS({1, 2}, 3)", "FALSE"),
    context=True,
    pushed=True,
)
def contains_(context: Context, whole: Any, part: Any) -> Any:
    try:
        return contains(whole, part, context.zone, 0)
    except ExpressionError:
        return VALUE


@function(
    "STARTSWITH(text: text, start: text) -> bool",
    ('STARTSWITH("Hello", "he")', "TRUE"),
    ('STARTSWITH("Hello", "lo")', "FALSE"),
    pushed=True,
)
def startswith(value: str, start: str) -> bool | None:
    return fold(value).startswith(fold(start)) if value and start else None


@function(
    "ENDSWITH(text: text, end: text) -> bool",
    ('ENDSWITH("Hello", "LO")', "TRUE"),
    ('ENDSWITH("Hello", "he")', "FALSE"),
)
def endswith(value: str, end: str) -> bool | None:
    return fold(value).endswith(fold(end)) if value and end else None


@function(
    "REGEXMATCH(text: text, pattern: text) -> bool",
    ('REGEXMATCH("AB-123", "^[A-Z]+-\\d{3}$")', "TRUE"),
    ('REGEXMATCH("ab", "^b")', "FALSE"),
    ('REGEXMATCH("a", "(")', "#VALUE!"),
)
def regexmatch(value: str, pattern: str) -> bool:
    return regex_matches(pattern, value)
