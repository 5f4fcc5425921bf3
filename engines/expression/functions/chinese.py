"""What only Chinese needs: amounts in capital figures, and how characters are read aloud."""

from decimal import Decimal
from typing import NamedTuple

from engines.expression.decimals import LIMIT, rounded
from engines.expression.failures import NUM, Failure
from engines.expression.pinyin import syllable

_LARGE = ("", "万", "亿", "万亿")


class _Writing(NamedTuple):
    figures: str
    small: tuple[str, ...]


_CAPITAL = _Writing("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"))
_PLAIN = _Writing("〇一二三四五六七八九", ("", "十", "百", "千"))


def capital_amount(amount: Decimal) -> str:
    """Write an amount of yuan in the figures of a cheque."""
    if abs(amount) >= LIMIT:
        raise Failure(NUM)
    cents = int(rounded(amount, 2).copy_abs().scaleb(2))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    if not cents:
        return "零元整"
    figures = _CAPITAL.figures
    parts = ["负" if amount < 0 else "", f"{_spelled(yuan, _CAPITAL)}元" if yuan else ""]
    if jiao:
        parts.append(f"{figures[jiao]}角")
    elif fen and yuan:
        parts.append("零")
    parts.append(f"{figures[fen]}分" if fen else "整")
    return "".join(parts)


def figures_for(text: str, *, capital: bool) -> str:
    """Write each digit of a text as a Chinese figure."""
    figures = (_CAPITAL if capital else _PLAIN).figures
    return "".join(figures[int(letter)] if "0" <= letter <= "9" else letter for letter in text)


def spelled(text: str, *, capital: bool, day: bool = False) -> str:
    """Write a number in words, its decimals figure by figure; of a ``day`` 10 is 十 and not 一十."""
    head, point, tail = text.lstrip("-").partition(".")
    writing = _CAPITAL if capital else _PLAIN
    words = _spelled(int(head), writing) or writing.figures[0]
    if day and not capital:
        words = words.removeprefix("一") if words.startswith("一十") else words
    return ("-" if text.startswith("-") else "") + words + point + figures_for(tail, capital=capital)


def _spelled(number: int, writing: _Writing) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    result, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            if place == 2 and result:
                result += _LARGE[2] if not result.endswith(_LARGE[2]) else ""
            continue
        if result and (gap or group < 1000):
            result += writing.figures[0]
        result += _group(group, writing) + (_LARGE[place] if place < 3 else "万")
        gap = False
    return result


def _group(group: int, writing: _Writing) -> str:
    result, gap = "", False
    for place in range(3, -1, -1):
        figure = group // 10**place % 10
        if not figure:
            gap = bool(result)
            continue
        result += (writing.figures[0] if gap else "") + writing.figures[figure] + writing.small[place]
        gap = False
    return result


def pinyin(text: str, *, initials: bool) -> str:
    """Return how a text is read, without tones; what is not Chinese stays."""
    syllables = [syllable(letter) or letter for letter in text]
    return "".join(each[0] if initials else each for each in syllables)
