"""How Chinese is read aloud, without tones: one reading a character, corrected by our own list."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path

_LIST = Path(__file__).with_name("readings.txt")
_NAME_AT_MOST = 4  # a run of more characters is no person's name


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
            found.append(_syllable(run[at]))
            at += 1
    surname = surnames.get(run[0]) if len(run) <= _NAME_AT_MOST else None
    usual = tuple(found)
    return (usual,) if surname is None else (usual, (surname, *usual[1:]))


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    """Return the usual reading; blank for what Chinese cannot read aloud."""
    # With its phrases the library takes 55 MB of memory instead of 13.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0][0] if found else ""


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
