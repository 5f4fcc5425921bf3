"""What old workbooks (.xls) say about passwords and errors, which a spreadsheet library does not tell."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from engines.exchange.reading.grid import Oddity, Place

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FILEPASS, _BOUNDSHEET, _BOF, _EOF, _FORMULA, _BOOLERR = 0x2F, 0x85, 0x809, 0x0A, 0x06, 0x205
_LAST_SECTOR = 0xFFFFFFFA


class OldWorkbook:
    """The record stream of a .xls file. Raises ValueError or struct.error where the file is damaged."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        if self._size not in {512, 4096}:
            raise ValueError("sector size")
        self._table = self._allocation()
        self.encrypted_package = False
        self.stream = self._workbook()

    def protected(self) -> bool:
        """Tell whether a password closes it."""
        return any(kind == _FILEPASS for kind, _ in self._records(0))

    def errors(self, sheet: int) -> dict[Place, Oddity]:
        """Return the error cells of a sheet, by its number in the workbook."""
        starts = [struct.unpack_from("<I", body)[0] for kind, body in self._records(0) if kind == _BOUNDSHEET]
        found: dict[Place, Oddity] = {}
        for kind, body in self._records(starts[sheet]):
            if kind == _BOOLERR and body[7]:
                code = body[6]
            elif kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
                code = body[8]
            else:
                continue
            row, column = struct.unpack_from("<HH", body)
            found[row + 1, column] = Oddity("import.error_cell", _ERRORS.get(code, "#ERROR"))
        return found

    def _records(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Iterate over the records of one part of the stream, nested parts (charts) left out."""
        at, depth = start, 0
        while at + 4 <= len(self.stream):
            kind, length = struct.unpack_from("<HH", self.stream, at)
            depth += (kind == _BOF) - (kind == _EOF)
            if depth == 0:
                return
            if depth == 1:
                yield kind, self.stream[at + 4 : at + 4 + length]
            at += 4 + length

    def _allocation(self) -> list[int]:
        """Return the table that tells for each sector which one follows."""
        count, extra = (
            struct.unpack_from("<I", self._data, 44)[0],
            struct.unpack_from("<I", self._data, 68)[0],
        )
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        per, seen = self._size // 4, 0
        while extra < _LAST_SECTOR and seen * self._size < len(self._data):
            more = struct.unpack(f"<{per}I", self._sector(extra))
            sectors += more[:-1]
            extra, seen = more[-1], seen + 1
        used = [each for each in sectors[:count] if each < _LAST_SECTOR]
        return [each for sector in used for each in struct.unpack(f"<{per}I", self._sector(sector))]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        found = self._data[start : start + self._size]
        if len(found) < self._size:
            found = found.ljust(self._size, b"\0")
        if start >= len(self._data):
            raise ValueError("sector past the end")
        return found

    def _chain(self, first: int) -> bytes:
        found: list[bytes] = []
        while first < _LAST_SECTOR:
            if len(found) > len(self._table):
                raise ValueError("endless chain")
            found.append(self._sector(first))
            first = self._table[first]
        return b"".join(found)

    def _workbook(self) -> bytes:
        directory = self._chain(struct.unpack_from("<I", self._data, 48)[0])
        for at in range(0, len(directory), 128):
            entry = directory[at : at + 128]
            name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", entry, 116)
            if name == "EncryptedPackage":
                self.encrypted_package = True
            if name in {"Workbook", "Book"}:
                # A stream below 4,096 bytes lies elsewhere; no workbook is that small.
                return self._chain(first)[:size] if size >= 4096 else b""
        return b""
