"""Text: how numbers, dates, letters and characters are written, and numbers read."""

from decimal import Decimal
from typing import Any

from engines.expression.coercion import number
from engines.expression.decimals import rounded
from engines.expression.failures import VALUE, Failure
from engines.expression.functions.chinese import capital_amount, pinyin
from engines.expression.functions.formats import formatted
from engines.expression.functions.table import function
from engines.expression.functions.text import limited
from engines.expression.scope import Context


@function(
    "TEXT(value: any, format: text) -> text",
    ('TEXT(1234.5, "#,##0.00")', "1,234.50"),
    ('TEXT(DATE(2024, 3, 9), "yyyy-mm-dd")', "2024-03-09"),
    ('TEXT(0.285, "0.0%")', "28.5%"),
    context=True,
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
