"""Whether somebody can be reached: telephone numbers and addresses, as far as their looks tell."""

import re
from functools import cache
from pathlib import Path

from engines.expression.addresses import address_of
from engines.expression.functions.table import function
from engines.expression.text import fold

_LIST = Path(__file__).with_name("disposable.txt")
_GAPS = re.compile(r"[\s().\-\u2010-\u2015]+")
# The usual case of mainland China needs no metadata of all other countries.
_MOBILE = re.compile(r"(?:\+86|0086)?1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}", re.ASCII)


@function(
    'ISPHONE(text: text, region: text = "CN") -> bool',
    ('ISPHONE("139 0000 1234")', "TRUE"),
    ('ISPHONE("12345")', "FALSE"),
    javascript=None,
    failing=False,
)
def isphone(value: str, region: str) -> bool:
    text = fold(value)
    if region == "CN" and _MOBILE.fullmatch(_GAPS.sub("", text)):
        return True
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text.replace("转", ";ext="), region))
    except phonenumbers.NumberParseException:
        return False


@function(
    "ISEMAIL(text: text) -> bool",
    ('ISEMAIL("ann@example.com")', "TRUE"),
    ('ISEMAIL("ann@example")', "FALSE"),
    javascript=None,
    failing=False,
)
def isemail(value: str) -> bool:
    return address_of(value.strip()) is not None


@function(
    "ISDISPOSABLE(text: text) -> bool",
    ('ISDISPOSABLE("x@mailinator.com")', "TRUE"),
    ('ISDISPOSABLE("ann@example.com")', "FALSE"),
    javascript=None,
    failing=False,
)
def isdisposable(value: str) -> bool:
    domain = fold(value.strip()).rpartition("@")[2]
    parts = domain.split(".")
    return any(".".join(parts[at:]) in _disposable() for at in range(len(parts) - 1))


@cache
def _disposable() -> frozenset[str]:
    return frozenset(_LIST.read_text("utf-8").split())
