"""Likeness: which of a million texts are worth a comparison, and how much two texts resemble each other."""

from __future__ import annotations

import re
from itertools import pairwise

from engines.expression.pinyin import readings

TOKENS_AT_MOST = 12
_LATIN_START = 4  # letters by which a word with a mistake further on is found
_SAME_SOUND = 92  # per cent: characters that sound alike are mixed up more often than others
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_NUMBERS = re.compile(r"[0-9]+")
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
# What half of all names of companies hold tells nothing about one of them.
_COMMON = re.compile(
    "科技|技术|信息|网络|软件|电子|贸易|商贸|实业|集团|发展|投资|咨询|服务|文化|传媒|工程|建设|制造|设备|机械|管理|控股|中国"
    "|北京市?|上海市?|天津市?|重庆市?|广州市?|深圳市?|杭州市?|南京市?|成都市?|武汉市?|苏州市?|浙江省?|江苏省?|广东省?|山东省?"
)


def tokens(text: str) -> tuple[str, ...]:
    """Return by what a normal form is found when something in it is written otherwise, at most 12.

    How the first two characters sound, pairs of them, pairs over a gap; words and how they begin.
    """
    telling = _COMMON.sub(" ", text)
    found: dict[str, None] = {}
    for run in _RUNS.finditer(telling if _RUNS.search(telling) else text):
        found.update(dict.fromkeys(_of_han(run[1]) if run[1] else _of_word(run[2])))
    return tuple(found)[:TOKENS_AT_MOST]


def _of_han(run: str) -> list[str]:
    sound = "~" + " ".join(readings(run)[0][:2])
    if len(run) == 1:
        return [sound]
    pairs = [first + second for first, second in pairwise(run)]
    gaps = [first + "_" + second for first, second in zip(run, run[2:], strict=False)]
    return [sound, *pairs[:4], *gaps[:3]]


def _of_word(word: str) -> list[str]:
    return [word[:20], f"{word[:_LATIN_START]}-"] if len(word) > _LATIN_START else [word]


def likeness(one: str, other: str) -> float:
    """Return how much two normal forms resemble each other, in per cent."""
    if one == other:
        return 100.0
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return 0.0  # what is numbered is told apart by its number: nobody mistypes it by likeness
    from rapidfuzz import fuzz

    written = float(fuzz.ratio(one, other))
    said, heard = sound(one), sound(other)
    if said != one or heard != other:
        written = max(written, fuzz.ratio(said, heard) * _SAME_SOUND / 100)
    return written


def sound(text: str) -> str:
    """Return a text as it is read aloud."""
    return _RUNS.sub(lambda run: " ".join(readings(run[1])[0]) + " " if run[1] else run[0], text)
