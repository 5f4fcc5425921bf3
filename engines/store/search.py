"""Search: texts and questions as tokens that meet in one table, in Chinese, pinyin and other letters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Protocol

import sqlalchemy as sa

from engines.expression import fold
from engines.expression.pinyin import readings
from engines.store.platform import token

TOKENS_AT_MOST = 64
_LENGTH_AT_MOST = 32  # of a token; a longer question is cut alike
_ASKED_AT_MOST = 12
_SPOKEN_STARTS = 5  # the words of a long name by which people call it stand near its beginning
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUNS = re.compile(rf"(?P<dense>[{_HAN}\u3040-\u30ff]+)|(?P<phone>\+\d{{7,15}})|[^\W_{_HAN}\u3040-\u30ff]+")
_NUMBER = re.compile(r"\+?[\d\s().-]+")
_NUMBER_AT_LEAST = 8  # digits, from which on groups of digits are one number
_GROUPING = re.compile(r"[\s().-]+")
_LAST = "\U0010ffff"


class Element(Protocol):
    """A form or a field."""

    @property
    def uid(self) -> int:
        """Return the number it keeps through every version."""


def tokens(text: str) -> frozenset[str]:
    """Return what a text is found by, at most 64.

    Words; pairs of Chinese characters and each run's last one (a single character is found as the
    beginning of a pair); pinyin and initials from each of the first syllables to the end of the run.
    """
    found: dict[str, None] = {}
    whole = _ungrouped(text)
    for kind, run in _runs(text if whole == text else f"{whole} {text}"):
        found.update(dict.fromkeys(_of_dense(run) if kind == "dense" else _of_word(kind, run)))
    return frozenset(list(found)[:TOKENS_AT_MOST])


def query_tokens(text: str) -> list[tuple[str, bool]]:
    """Return the tokens that all must be met by what a person typed, and whether each is a beginning only."""
    found: dict[tuple[str, bool], None] = {}
    for kind, run in _runs(_ungrouped(text)):
        if kind == "dense" and len(run) > 1:
            found.update(dict.fromkeys((pair, False) for pair in _pairs(run)))
        else:
            found[run.lstrip("+")[:_LENGTH_AT_MOST], True] = None
    return list(found)[:_ASKED_AT_MOST]


def token_rows(
    form: Element, field: Element, record_id: int, text: str | None
) -> list[tuple[int, str, int, int]]:
    """Return the rows of the token table for one value, in the order of the table's columns."""
    if not text:
        return []
    return [(form.uid, each, field.uid, record_id) for each in sorted(tokens(text))]


def matches(
    record_id: sa.ColumnElement[int], form_uid: int, text: str, field_uids: Collection[int] | None = None
) -> sa.ColumnElement[bool]:
    """Return the condition that every token is met, in any of the fields (None: in any of the form's).

    False when ``text`` holds nothing to look for.
    """
    asked = query_tokens(text)
    if not asked:
        return sa.false()
    return sa.and_(*(record_id.in_(_met(form_uid, each, field_uids)) for each in asked))


def _met(form_uid: int, asked: tuple[str, bool], field_uids: Collection[int] | None) -> sa.Select[tuple[int]]:
    word, (text, begins) = token.c.token, asked
    met = (word >= text) & (word < text + _LAST) if begins else word == text
    found = sa.select(token.c.record_id).where(token.c.form_uid == form_uid, met)
    return found if field_uids is None else found.where(token.c.field_uid.in_(field_uids))


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut into runs of Chinese (``dense``), phone numbers (``phone``) and words (``""``)."""
    for run in _RUNS.finditer(fold(text)):
        yield run.lastgroup or "", run[0]


def _ungrouped(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return text
    digits = _GROUPING.sub("", text)
    return digits if len(digits) >= _NUMBER_AT_LEAST else text


def _of_word(kind: str, run: str) -> list[str]:
    if kind != "phone":
        return [run[:_LENGTH_AT_MOST]]
    # People leave out the country code, which has one to three digits.
    return [run[start:] for start in (1, 2, 3, 4)]


@lru_cache(maxsize=4096)
def _of_dense(run: str) -> tuple[str, ...]:
    """Return the tokens of a run of Chinese, the most wanted first."""
    spoken = [each for way in readings(run) for each in _spoken(way)]
    return (*spoken[:2], *_pairs(run), run[-1], *spoken[2:])


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _spoken(syllables: tuple[str, ...]) -> Iterator[str]:
    initials = "".join(each[:1] for each in syllables)
    for start in range(min(len(syllables), _SPOKEN_STARTS)):
        full = "".join(syllables[start : start + _LENGTH_AT_MOST])[:_LENGTH_AT_MOST]
        if full:
            yield full
        if len(initials) - start > 1:
            yield initials[start:][:_LENGTH_AT_MOST]
