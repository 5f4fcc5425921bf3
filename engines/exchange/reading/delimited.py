"""Delimited text: its encoding, its separator and its lines."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from engines.exchange.reading.grid import Grid, Line, Oddity, Place
from engines.exchange.reading.refused import Refused

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "big5", "shift_jis", "cp1252")
_SEPARATORS = ",;\t|"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE_LINES = 100
_CELL = 1_000_000
_HEAD = 4000
_LOST = re.compile(r"[\udc80-\udcff]+")
_WIDE = re.compile(r"[^\x00-\x7f]+")
# Chinese stands for itself; a broken byte or an accent stands in a word, or where a character was lost.
_GLUED = re.compile(r"[a-zA-Z?][^\x00-\x7f]+|[^\x00-\x7f]+[a-zA-Z?]")
# What export puts before a text that a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def open_delimited(data: bytes, encoding: str | None, separator: str | None) -> Grid:
    """Read text. A cell whose bytes mean nothing in the encoding is placed, not guessed."""
    try:
        text = data.decode(encoding or detect(data), "surrogateescape").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Refused("import.damaged") from None
    if "\x00" in text:
        raise Refused("import.unsupported")
    told = re.match(r"sep=(.)\r?\n?", text)
    if told:
        text, separator = text[told.end() :], separator or told[1]
    oddities: dict[Place, Oddity] = {}
    lines = _lines(text, separator or _sniff(text), oddities)
    return Grid(lines, oddities=oddities)


def detect(data: bytes) -> str:
    """Return the encoding: as marked, else UTF-8, else GB18030 where it gives Chinese and not rubbish."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    even, odd = data[:_HEAD:2].count(0), data[1:_HEAD:2].count(0)
    if max(even, odd) > 4 * min(even, odd):  # separators and line ends are half a NUL in two bytes each
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "surrogateescape")
        runs, glued, lost = (len(each.findall(text)) for each in (_WIDE, _GLUED, _LOST))
        if glued * 2 < runs and lost * 10 < runs:
            return "gb18030"
    return "utf-8"


def _sniff(text: str) -> str:
    """Return the separator that cuts most lines into the same number of cells, at least two."""

    def score(separator: str) -> tuple[float, int]:
        found = itertools.islice(
            csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=separator), _SAMPLE_LINES
        )
        try:
            widths = Counter(len(line) for line in found if line)
        except csv.Error:
            return 0.0, 0
        width, lines = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return (lines / widths.total() if width > 1 else 0.0), width

    return max(_SEPARATORS, key=score)


def _lines(text: str, separator: str, oddities: dict[Place, Oddity]) -> Iterator[Line]:
    csv.field_size_limit(_CELL)
    # Strict: a quote that is never closed would swallow all lines after it without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    ascii_only = text.isascii()
    number = 0
    try:
        for number, line in enumerate(reader, 1):
            for place, cell in enumerate(line):
                if cell[:1] == "'" and _GUARDED.match(cell):
                    line[place] = cell[1:]
                elif cell.isspace():
                    line[place] = ""
                if not ascii_only and _LOST.search(cell):
                    line[place] = _LOST.sub("\ufffd", cell)
                    oddities[number, place] = Oddity("import.undecodable", line[place])
            yield number, line
    except csv.Error:
        raise Refused("import.bad_quotes", row=number + 1) from None
