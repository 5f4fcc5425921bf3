"""Text: parts, search, replacement, letters and codes, and how numbers and dates are written."""

import unicodedata
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, number, text
from engines.expression.decimals import rounded
from engines.expression.errors import ExpressionError
from engines.expression.failures import VALUE, Failure
from engines.expression.functions.chinese import capital_amount, pinyin
from engines.expression.functions.formats import formatted
from engines.expression.functions.pattern import regex_matches
from engines.expression.functions.split import cut_at, pieces
from engines.expression.functions.table import function
from engines.expression.functions.wildcards import search as search_wild
from engines.expression.functions.wildcards import wildcard
from engines.expression.scope import Context
from engines.expression.text import fold
from engines.expression.values import contains

LONGEST = 32_767


def limited(result: str) -> str:
    """Return a text, #VALUE! when it is longer than a cell."""
    if len(result) > LONGEST:
        raise Failure(VALUE)
    return result


def _count(value: Decimal, least: int = 0) -> int:
    if value < least:
        raise Failure(VALUE)
    return min(int(value), LONGEST)


def _joined(context: Context, values: Any) -> str:
    return limited("".join(text(item, context) for item in flat(values)))


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
    found = [text(item, context) for item in flat(values)]
    parts = [each for each in found if each or not skip]
    result = parts[0] if parts else ""
    for place, part in enumerate(parts[1:]):
        result += delimiters[place % len(delimiters)] + part
    return limited(result)


@function(
    "LEFT(text: text, count: number = 1) -> text",
    ('LEFT("abc", 2)', "ab"),
    ('LEFT("abc")', "a"),
    ('LEFT("abc", -1)', "#VALUE!"),
    pushed=True,
)
def left(value: str, count: Decimal) -> str:
    return value[: _count(count)]


@function("RIGHT(text: text, count: number = 1) -> text", ('RIGHT("abc", 2)', "bc"), ('RIGHT("abc", 0)', ""))
def right(value: str, count: Decimal) -> str:
    wanted = _count(count)
    return value[-wanted:] if wanted else ""


@function(
    "MID(text: text, start: number, count: number) -> text",
    ('MID("abcdef", 2, 3)', "bcd"),
    ('MID("abc", 0, 1)', "#VALUE!"),
)
def mid(value: str, start: Decimal, count: Decimal) -> str:
    first = _count(start, 1) - 1
    return value[first : first + _count(count)]


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
    "SUBSTITUTE(text: text, old: text, new: text, nth: number = none) -> text",
    ('SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"),
    ('SUBSTITUTE("a-b-c", "-", "+", 2)', "a-b+c"),
    blanks=True,
)
def substitute(value: str, old: str, new: str, nth: Decimal | None) -> str:
    if nth is None:
        return limited(value.replace(old, new)) if old else value
    wanted, at = _count(nth, 1), -1
    if not old:
        return value
    for _ in range(wanted):
        at = value.find(old, at + 1)
        if at < 0:
            return value
    return limited(value[:at] + new + value[at + len(old) :])


@function(
    "REPLACE(text: text, start: number, count: number, new: text) -> text",
    ('REPLACE("abcdef", 2, 3, "X")', "aXef"),
    ('REPLACE("a", 0, 1, "b")', "#VALUE!"),
)
def replace(value: str, start: Decimal, count: Decimal, new: str) -> str:
    first = _count(start, 1) - 1
    return limited(value[:first] + new + value[first + _count(count) :])


@function(
    "FIND(sought: text, text: text, start: number = 1) -> number",
    ('FIND("b", "abcb", 3)', "4"),
    ('FIND("B", "abc")', "#VALUE!"),
)
def find(sought: str, value: str, start: Decimal) -> int:
    first = _count(start, 1) - 1
    at = value.find(sought, first)
    if at < 0 or first > len(value):
        raise Failure(VALUE)
    return at + 1


@function(
    "SEARCH(sought: text, text: text, start: number = 1) -> number",
    ('SEARCH("B", "abc")', "2"),
    ('SEARCH("b?d", "abcd")', "2"),
    ('SEARCH("x", "abc")', "#VALUE!"),
)
def search(sought: str, value: str, start: Decimal) -> int:
    first = _count(start, 1) - 1
    at = search_wild(wildcard(sought.lower()), value.lower(), first) if first <= len(value) else None
    if at is None:
        raise Failure(VALUE)
    return at + 1


@function(
    "REPT(text: text, times: number) -> text", ('REPT("ab", 3)', "ababab"), ('REPT("a", -1)', "#VALUE!")
)
def rept(value: str, times: Decimal) -> str:
    if value and times * len(value) > LONGEST:
        raise Failure(VALUE)
    return value * _count(times)


@function(
    "EXACT(first: text, second: text) -> bool",
    ('EXACT("a", "a")', "TRUE"),
    ('EXACT("a", "A")', "FALSE"),
    pushed=True,
)
def exact(first: str, second: str) -> bool:
    return first == second


@function(
    "TEXT(value: any, format: text) -> text",
    ('TEXT(1234.5, "#,##0.00")', "1,234.50"),
    ('TEXT(DATE(2024, 3, 9), "yyyy-mm-dd")', "2024-03-09"),
    ('TEXT(0.285, "0.0%")', "28.5%"),
    context=True,
    javascript=None,
)
def text_(context: Context, value: Any, pattern: str) -> str:
    return limited(formatted(value, pattern, context))


@function(
    "VALUE(text: any) -> number",
    ('VALUE("1,234.5")', "1234.5"),
    ('VALUE("12%")', "0.12"),
    ('VALUE("abc")', "#VALUE!"),
    context=True,
)
def value_(context: Context, given: Any) -> Decimal | None:
    if given is None or isinstance(given, bool):
        raise Failure(VALUE)
    return number(given, context)


@function(
    "FIXED(number: number, decimals: number = 2, plain: bool = FALSE) -> text",
    ("FIXED(1234.567, 1)", "1,234.6"),
    ("FIXED(1234.567, 1, TRUE)", "1234.6"),
    ("FIXED(1234.567, -2)", "1,200"),
)
def fixed(value: Decimal, decimals: Decimal, plain: bool) -> str:
    places = max(-15, min(127, int(decimals)))
    return format(rounded(value, min(places, 30)), f"{'' if plain else ','}.{max(0, places)}f")


@function("CHAR(code: number) -> text", ("CHAR(65)", "A"), ("CHAR(0)", "#VALUE!"))
def char(code: Decimal) -> str:
    if not 1 <= code < 256:
        raise Failure(VALUE)
    return (
        bytes([int(code)]).decode("cp1252", "replace")
        if int(code) not in {129, 141, 143, 144, 157}
        else chr(int(code))
    )


@function("CODE(text: text) -> number", ('CODE("ABC")', "65"), ('CODE("")', "#VALUE!"))
def code(value: str) -> int:
    if not value:
        raise Failure(VALUE)
    found = value[0].encode("cp1252", "ignore")
    return found[0] if found else ord(value[0])


@function("UNICHAR(code: number) -> text", ("UNICHAR(20013)", "中"), ("UNICHAR(0)", "#VALUE!"))
def unichar(code_: Decimal) -> str:
    point = int(code_)
    if not 1 <= point <= 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise Failure(VALUE)
    return chr(point)


@function("UNICODE(text: text) -> number", ('UNICODE("中")', "20013"), ('UNICODE("")', "#VALUE!"))
def unicode_(value: str) -> int:
    if not value:
        raise Failure(VALUE)
    return ord(value[0])


@function(
    "TEXTBEFORE(text: text, delimiter: list, nth: number = 1, fold: number = 0, end: number = 0, missing: any = none) -> text",
    ('TEXTBEFORE("a-b-c", "-", 2)', "a-b"),
    ('TEXTBEFORE("abc", "x")', "#N/A"),
    context=True,
    blanks=True,
)
def textbefore(context: Context, value: str, *rest: Any) -> Any:
    return cut_at(context, value, rest, before=True)


@function(
    "TEXTAFTER(text: text, delimiter: list, nth: number = 1, fold: number = 0, end: number = 0, missing: any = none) -> text",
    ('TEXTAFTER("a-b-c", "-")', "b-c"),
    ('TEXTAFTER("a-b-c", "-", -1)', "c"),
    context=True,
    blanks=True,
)
def textafter(context: Context, value: str, *rest: Any) -> Any:
    return cut_at(context, value, rest, before=False)


@function(
    "TEXTSPLIT(text: text, columns: list, rows: list = none, skip: bool = FALSE) -> texts",
    ('JOIN(TEXTSPLIT("a,b", ","), "+")', "a+b"),
    context=True,
    blanks=True,
)
def textsplit(context: Context, value: str, columns: Any, rows: Any, skip: bool | None) -> tuple[str, ...]:
    delimiters = [text(item, context) for item in (*flat(columns), *flat(rows)) if item is not None]
    return pieces(value, delimiters, skip=bool(skip))


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
    javascript=None,
)
def regexmatch(value: str, pattern: str) -> bool:
    return regex_matches(pattern, value)


@function(
    "PINYIN(text: text, initials: bool = FALSE) -> text",
    ('PINYIN("中文")', "zhongwen"),
    ('PINYIN("中文", TRUE)', "zw"),
    javascript=None,
)
def pinyin_(value: str, initials: bool) -> str:
    return pinyin(value, initials=initials)


@function(
    "RMBUPPER(amount: number) -> text",
    ("RMBUPPER(1234.5)", "壹仟贰佰叁拾肆元伍角整"),
    ("RMBUPPER(-0.05)", "负伍分"),
)
def rmbupper(amount: Decimal) -> str:
    return capital_amount(amount)
