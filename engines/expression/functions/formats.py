"""TEXT: a value written by one of Excel's number formats."""

import re
from decimal import Decimal
from typing import Any

from engines.expression.coercion import number, number_of_text, number_text
from engines.expression.decimals import EXACT, rounded
from engines.expression.failures import VALUE, Failure
from engines.expression.functions.chinese import figures_for, spelled
from engines.expression.functions.moments import looks_like_moment, written_moment
from engines.expression.scope import Context

_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_(?P<space>.)|\*(?P<fill>.)|(?P<general>General)'
    r"|(?P<exponent>[eE][-+]0+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<slash>/)|(?P<percent>%)|(?P<text>@)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_FIGURES = re.compile(r"DBNum([12])", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))")
Part = tuple[str, str]


def formatted(value: Any, pattern: str, context: Context) -> str:
    """Return ``value`` as ``pattern`` writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    sections = [list(_parts(section)) for section in _sections(pattern)]
    if isinstance(value, str):
        try:
            value = number_of_text(value)
        except Failure:
            return _with_text(value, sections)
    found = number(value, context)
    if found is None:
        raise Failure(VALUE)
    section, size = _chosen(sections, found)
    if looks_like_moment(section):
        return written_moment(section, found, _chinese(section))
    return written(section, size)


def _chinese(section: list[Part]) -> bool | None:
    """Return whether Chinese figures are asked for: None, FALSE for 一, TRUE for 壹."""
    found = next(
        (match[1] for kind, text in section if kind == "bracket" and (match := _FIGURES.fullmatch(text))), ""
    )
    return found == "2" if found else None


def _sections(pattern: str) -> list[str]:
    found, current, quoted, at = [], "", False, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\" and not quoted:
            current += pattern[at : at + 2]
            at += 2
            continue
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            found.append(current)
            current = ""
        else:
            current += letter
        at += 1
    return [*found, current]


def _parts(section: str) -> list[Part]:
    if section.count('"') % 2:
        raise Failure(VALUE)
    return [(str(match.lastgroup), match[str(match.lastgroup)]) for match in _PART.finditer(section)]


def _with_text(value: str, sections: list[list[Part]]) -> str:
    last = sections[-1] if len(sections) == 4 or any(kind == "text" for kind, _ in sections[-1]) else None
    if last is None:
        return value
    return "".join(value if kind == "text" else _literal(kind, text) for kind, text in last)


def _chosen(sections: list[list[Part]], value: Decimal) -> tuple[list[Part], Decimal]:
    """Return the section for a number and what it shows: a section of its own leaves the minus out."""
    for section in sections[:2]:
        condition = next(
            (m for kind, text in section if kind == "bracket" and (m := _CONDITION.fullmatch(text))), None
        )
        if condition and _holds(condition, value):
            return section, value if section is sections[0] else abs(value)
    if any(kind == "bracket" and _CONDITION.fullmatch(text) for kind, text in sections[0]):
        return sections[-1], value
    if len(sections) >= 3 and not value:
        return sections[2], value
    if len(sections) >= 2 and value < 0:
        return sections[1], -value
    return sections[0], value


def _holds(condition: re.Match[str], value: Decimal) -> bool:
    limit = Decimal(condition[2])
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit,
        "=": value == limit, "<>": value != limit,
    }[condition[1]]  # fmt: skip


def _literal(kind: str, text: str) -> str:
    if kind == "space":
        return " "
    if kind in {"fill", "bracket"}:
        return text[1:].partition("-")[0] if text.startswith("$") else ""
    return text


def written(section: list[Part], value: Decimal) -> str:
    """Write a number by the parts of one section."""
    capital = _chinese(section)
    if capital is None:
        return _written(section, value)
    if all(kind in {"bracket", "general"} for kind, _ in section):
        return spelled(number_text(value), capital=capital)
    return figures_for(_written(section, value), capital=capital)


def _written(section: list[Part], value: Decimal) -> str:
    kinds = [kind for kind, _ in section]
    if section and set(kinds) == {"bracket"}:
        return number_text(value)
    if "general" in kinds or "text" in kinds:
        return "".join(
            number_text(value) if kind in {"general", "text"} else _literal(kind, text)
            for kind, text in section
        )
    if "digit" not in kinds:
        sign = "-" if value < 0 and section else ""
        return sign + "".join(_literal(kind, text) for kind, text in section)
    value = EXACT.multiply(value, Decimal(100) ** kinds.count("percent"))
    if "exponent" in kinds:
        return _scientific(section, value)
    if "slash" in kinds and kinds.index("slash") > kinds.index("digit"):
        return _fraction(section, value)
    return _decimal(section, value)


def _decimal(section: list[Part], value: Decimal) -> str:
    digits = [place for place, (kind, _) in enumerate(section) if kind == "digit"]
    point = next((place for place, (kind, _) in enumerate(section) if kind == "point"), len(section))
    whole = [place for place in digits if place < point]
    behind = [place for place in digits if place > point]
    last = max(whole, default=point)
    grouped = any(
        kind == "comma" and whole and whole[0] < place < last for place, (kind, _) in enumerate(section)
    )
    trailing = _commas_after(section, last) or _commas_after(section, max(digits))
    value = rounded(value.scaleb(-3 * trailing), len(behind))
    head, _, tail = format(value.copy_abs(), f".{len(behind)}f").partition(".")
    texts = _whole_digits([section[place][1] for place in whole], head.lstrip("0"), grouped=grouped)
    placed = dict(zip(whole, texts, strict=True)) | _tail_digits(section, behind, tail)
    body = "".join(_shown(section, place, placed) for place in range(len(section)))
    return f"-{body}" if value < 0 else body


def _commas_after(section: list[Part], place: int) -> int:
    """Count the commas behind the last digit; each divides by a thousand."""
    count = 0
    while place + 1 + count < len(section) and section[place + 1 + count][0] == "comma":
        count += 1
    return count


def _shown(section: list[Part], place: int, placed: dict[int, str]) -> str:
    kind, text = section[place]
    if kind == "comma":
        return "" if placed else ","
    return placed[place] if place in placed else _literal(kind, text)


def _whole_digits(pattern: list[str], head: str, *, grouped: bool) -> list[str]:
    """Return what stands at each place before the point; the first place takes what is too long."""
    result: list[str] = []
    count = max(len(pattern), 0)
    for index, mark in enumerate(reversed(pattern)):
        position = len(head) - 1 - index
        digit = head[position] if position >= 0 else {"0": "0", "?": " ", "#": ""}[mark]
        if index == count - 1 and position > 0:
            digit = head[: position + 1]
        result.append(digit)
    if grouped:
        result = _grouped(result)
    return result[::-1]


def _grouped(digits: list[str]) -> list[str]:
    """Put commas into digits that stand last first; the last entry may hold several."""
    found, seen = [], 0
    for entry in digits:
        text = ""
        for letter in reversed(entry):
            if letter.isdigit() and seen and seen % 3 == 0:
                text = "," + text
            text = letter + text
            seen += letter.isdigit()
        if len(entry) == 1 and text.startswith(entry) and len(text) == 2:
            text = entry + ","
        found.append(text)
    return found


def _tail_digits(section: list[Part], behind: list[int], tail: str) -> dict[int, str]:
    kept = len(tail.rstrip("0"))
    placed = {}
    for index, place in enumerate(behind):
        mark, digit = section[place][1], tail[index]
        placed[place] = digit if mark == "0" or index < kept else {"#": "", "?": " "}[mark]
    return placed


def _scientific(section: list[Part], value: Decimal) -> str:
    place = next(index for index, (kind, _) in enumerate(section) if kind == "exponent")
    mantissa, width = section[:place], len(section[place][1]) - 2
    lead = max(1, sum(kind == "digit" for kind, _ in mantissa[: _point(mantissa)]))
    exponent = value.adjusted() // lead * lead if lead > 1 and value else value.adjusted() if value else 0
    behind = sum(kind == "digit" for kind, _ in mantissa[_point(mantissa) :])
    scaled = rounded(value.scaleb(-exponent), behind)
    if scaled.adjusted() >= lead and scaled:
        exponent += lead
        scaled = rounded(value.scaleb(-exponent), behind)
    plus = "+" if section[place][1][1] == "+" else ""
    sign = "-" if exponent < 0 else plus
    rest = "".join(_literal(kind, text) for kind, text in section[place + 1 :])
    return f"{_decimal(mantissa, scaled)}E{sign}{abs(exponent):0{width}d}{rest}"


def _point(parts: list[Part]) -> int:
    return next((index for index, (kind, _) in enumerate(parts) if kind == "point"), len(parts))


def _fraction(section: list[Part], value: Decimal) -> str:
    slash = next(index for index, (kind, _) in enumerate(section) if kind == "slash")
    above = _run(section, slash - 1, -1)
    below = _run(section, slash + 1, 1)
    fixed = "".join(text for kind, text in section[slash + 1 :] if kind in {"plain", "digit"}).strip()
    mixed = any(kind == "digit" for kind, _ in section[: slash - above])
    size = abs(value)
    whole = int(size) if mixed else 0
    rest = size - whole
    if fixed.isascii() and fixed.isdigit() and int(fixed):
        denominator = int(fixed)
        numerator = int(rounded(rest * denominator, 0))
    else:
        from fractions import Fraction

        nearest = Fraction(rest).limit_denominator(10 ** max(below, 1) - 1)
        numerator, denominator = nearest.numerator, nearest.denominator
    if mixed and numerator == denominator:
        whole, numerator = whole + 1, 0
    sign = "-" if value < 0 else ""
    if mixed and not numerator:
        return f"{sign}{whole}" + " " * (above + below + 2)
    part = f"{numerator:>{above}}/{denominator:<{max(below, 1)}}"
    mark = next(text for kind, text in section if kind == "digit")
    lead = str(whole or "") if mark == "#" else str(whole)
    return f"{sign}{lead} {part}" if mixed else f"{sign}{part}"


def _run(section: list[Part], start: int, step: int) -> int:
    count = 0
    while 0 <= start < len(section) and section[start][0] == "digit":
        count, start = count + 1, start + step
    return count
