"""What a spreadsheet library loses: errors, which it shows as blanks, and figures of over 15 digits."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from engines.exchange.reading.grid import Oddity, Place
from engines.exchange.reading.refused import Refused

_MOST = 20_000
_PIECE = 1 << 20
_TAIL = 64  # a mark may lie across two pieces
# Quick to find, seldom wrong: an attribute "e", and sixteen figures right behind a tag.
_SIGNS = (re.compile(rb"""=\s*["']e["']"""), re.compile(rb">\s*-?\d{16}"))
_LONG = re.compile(r"-?\d{16,}")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RELATIONS = "xl/_rels/workbook.xml.rels"


def find_oddities(file: zipfile.ZipFile, sheet: str) -> dict[Place, Oddity]:
    """Find them in one worksheet; a sheet without any is only skimmed."""
    path = _path(file, sheet)
    if path is None or not _has_signs(file, path):
        return {}
    found: dict[Place, Oddity] = {}
    _parse(file, path, _CellReader(found))
    return found


def _has_signs(file: zipfile.ZipFile, path: str) -> bool:
    with file.open(path) as stream:
        tail = b""
        while piece := stream.read(_PIECE):
            if any(each.search(tail + piece) for each in _SIGNS):
                return True
            tail = piece[-_TAIL:]
    return False


class _CellReader:
    """Follows the cells of a sheet; a cell without an address stands right of the one before."""

    def __init__(self, found: dict[Place, Oddity]) -> None:
        self._found = found
        self._row = 0
        self._column = -1
        self._type = ""
        self._text: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = -1
        elif name == "c":
            at = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _column(at[1]) if at else self._column + 1
            self._row = int(at[2]) if at else self._row
            self._type = attributes.get("t", "n")
        elif name == "v" and self._type in {"e", "n"}:
            self._text = []

    def text(self, piece: str) -> None:
        if self._text is not None:
            self._text.append(piece)

    def end(self, name: str) -> None:
        if name != "v" or self._text is None:
            return
        text, self._text = "".join(self._text).strip(), None
        if self._type == "e":
            self._found[self._row, self._column] = Oddity("import.error_cell", text)
        elif _LONG.fullmatch(text):
            self._found[self._row, self._column] = Oddity(None, text)
        if len(self._found) > _MOST:
            raise Refused("import.too_many_errors", limit=_MOST)


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _path(file: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the part that holds a worksheet."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheets(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            ids[attributes.get("name", "")] = attributes.get("id", "")

    def relations(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    names = file.namelist()
    if "xl/workbook.xml" not in names or _RELATIONS not in names:
        return None
    _parse(file, "xl/workbook.xml", sheets)
    _parse(file, _RELATIONS, relations)
    target = targets.get(ids.get(sheet, ""), "")
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return path if path in names else None


def _parse(
    file: zipfile.ZipFile, path: str, reader: _CellReader | Callable[[str, Mapping[str, str]], None]
) -> None:
    """Parse one part piece by piece; a document that declares types of its own is refused."""
    parser = expat.ParserCreate()
    start = reader.start if isinstance(reader, _CellReader) else reader

    def local(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def declared(*_: Any) -> None:
        raise Refused("import.damaged")

    parser.StartElementHandler = local
    parser.StartDoctypeDeclHandler = declared
    if isinstance(reader, _CellReader):
        parser.CharacterDataHandler = reader.text
        parser.EndElementHandler = lambda name: reader.end(name.rpartition(":")[2])
    with file.open(path) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
