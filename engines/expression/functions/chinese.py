"""What only Chinese needs: amounts in capital figures, and how characters are read aloud."""

import os
from decimal import Decimal
from functools import lru_cache

from engines.expression.decimals import LIMIT, rounded
from engines.expression.failures import NUM, Failure

_FIGURES = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_LARGE = ("", "万", "亿", "万亿")


def capital_amount(amount: Decimal) -> str:
    """Write an amount of yuan in the figures of a cheque."""
    if abs(amount) >= LIMIT:
        raise Failure(NUM)
    cents = int(rounded(amount, 2).copy_abs().scaleb(2))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    if not cents:
        return "零元整"
    parts = ["负" if amount < 0 else "", f"{_yuan(yuan)}元" if yuan else ""]
    if jiao:
        parts.append(f"{_FIGURES[jiao]}角")
    elif fen and yuan:
        parts.append("零")
    parts.append(f"{_FIGURES[fen]}分" if fen else "整")
    return "".join(parts)


def _yuan(number: int) -> str:
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
            result += _FIGURES[0]
        result += _group(group) + (_LARGE[place] if place < 3 else "万")
        gap = False
    return result


def _group(group: int) -> str:
    result, gap = "", False
    for place in range(3, -1, -1):
        figure = group // 10**place % 10
        if not figure:
            gap = bool(result)
            continue
        result += (_FIGURES[0] if gap else "") + _FIGURES[figure] + _SMALL[place]
        gap = False
    return result


def pinyin(text: str, *, initials: bool) -> str:
    """Return how a text is read, without tones; what is not Chinese stays."""
    syllables = [_syllable(letter) or letter for letter in text]
    return "".join(each[0] if initials else each for each in syllables)


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    # With its phrases the library takes 55 MB of memory instead of 13.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style
    from pypinyin import pinyin as read

    found = read(character, style=Style.NORMAL, errors="ignore")
    return found[0][0] if found else ""
