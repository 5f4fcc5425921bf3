"""How Chinese is read aloud: one reading a character, corrected by our own list; and the order by sound."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engines.expression.text import fold

_LIST = Path(__file__).with_name("readings.txt")
_NAME_AT_MOST = 4  # a run of more characters is no person's name
_ORDERED_BY = 60  # characters; an entry of an index has at most 2,704 bytes
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_NEUTRAL = "5"


@lru_cache(maxsize=4096)
def readings(run: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to read a run of Chinese: the usual one, and as a person's name if it may be one."""
    words, surnames, longest = _listed()
    found: list[str] = []
    at = 0
    while at < len(run):
        for length in range(min(longest, len(run) - at), 1, -1):
            known = words.get(run[at : at + length])
            if known:
                found += known
                at += length
                break
        else:
            found.append(syllable(run[at]))
            at += 1
    surname = surnames.get(run[0]) if len(run) <= _NAME_AT_MOST else None
    usual = tuple(found)
    return (usual,) if surname is None else (usual, (surname, *usual[1:]))


def by_sound(text: str) -> str:
    """Return what puts texts in the order of a Chinese dictionary: by sound, tone and character each.

    Latin letters stand among the sounds, figures before them, and what cannot be read aloud behind. A run
    that may be a person's name is read as one.
    """
    return _HAN.sub(lambda run: _sounds(run[0]), fold(text)[:_ORDERED_BY])


def _sounds(run: str) -> str:
    pairs = zip(run, readings(run)[-1], strict=True)
    tuned = ((f"{sound}{_tone(character, sound)}" if sound else "", character) for character, sound in pairs)
    return "".join(f"{sound}{character} " for sound, character in tuned)


@lru_cache(maxsize=8192)
def _tone(character: str, sound: str) -> str:
    """Return the tone a character has where it is read so."""
    ways = (each for each in _read(character, numbered=True) if each[:-1] == sound)
    return next((each[-1] for each in ways if each[-1].isdecimal()), _NEUTRAL)


@lru_cache(maxsize=8192)
def syllable(character: str) -> str:
    """Return the usual reading; blank for what Chinese cannot read aloud."""
    return next(iter(_read(character, numbered=False)), "")


def _read(character: str, *, numbered: bool) -> list[str]:
    # With its phrases the library takes 55 MB of memory instead of 13.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    style: Any = Style.TONE3 if numbered else Style.NORMAL
    found = pinyin(character, style=style, heteronym=numbered, errors="ignore")
    return list(found[0]) if found else []


@cache
def _listed() -> tuple[dict[str, list[str]], dict[str, str], int]:
    words: dict[str, list[str]] = {}
    surnames: dict[str, str] = {}
    for line in _LIST.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, *syllables = line.split()
            if len(word) == 1:
                surnames[word] = syllables[0]
            else:
                words[word] = syllables
    return words, surnames, max(map(len, words))
