"""A pasted or sent list of people as rows: which column is which, in Chinese and English."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engines.exchange.sheet import Limits, Wanted, open_table
from engines.expression import fold
from engines.store.people import NewPerson
from engines.store.people.bulk import ROWS_AT_MOST
from schemas.errors import Invalid, Issue

COLUMNS = ("name", "login", "email", "phone", "department", "manager", "roles")
_WORDS = {
    "name": "姓名 名字 name full_name",
    "login": "账号 帐号 用户名 登录名 login account username user_name",
    "email": "邮箱 电子邮箱 邮件 email e-mail mail",
    "phone": "手机 手机号 手机号码 电话 联系电话 phone mobile telephone tel",
    "department": "部门 所属部门 department dept",
    "manager": "上级 直属上级 直接上级 主管 经理 manager supervisor",
    "roles": "角色 role roles",
}
_COLUMN_OF = {word: column for column, words in _WORDS.items() for word in words.split()}
_SEPARATORS = re.compile(r"[、,，;；|]")
_LIMITS = Limits(bytes=20_000_000, rows=10_000, columns=100)
_COPIED = 1 << 16


@dataclass(frozen=True, slots=True)
class Listed:
    """The people of a list, with the number of each line, and the names of columns that say nothing to us."""

    people: tuple[NewPerson, ...]
    numbers: tuple[int, ...]
    ignored: tuple[str, ...] = ()


def read_text(text: str) -> list[list[str]]:
    """Return the cells of pasted lines: tabs as sheets give them, else commas. Raises Invalid."""
    separator = "\t" if "\t" in text else ","
    text = text if separator == "\t" else text.replace("，", ",")
    try:
        return [list(row) for row in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator)]
    except csv.Error:
        raise Invalid([Issue("text", "import.damaged")]) from None


def read_file(file: IO[bytes]) -> list[list[str]]:
    """Return the cells of a csv or workbook. Raises Invalid that says why it is not read."""
    with tempfile.TemporaryDirectory(prefix="weft-list-") as folder:
        path = Path(folder) / "list"
        with path.open("wb") as copy:
            while part := file.read(_COPIED):
                copy.write(part)
        with open_table(path, Wanted(header=0), _LIMITS) as table:
            return [
                [_text(cell) for cell in chunk.row(index)]
                for chunk in table.chunks for index in range(len(chunk.numbers))
            ]  # fmt: skip


def write_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as they could have been pasted, which is how a preview hands them on."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def listed(rows: Sequence[Sequence[str]]) -> Listed:
    """Return the people of a list. Without a line of names the columns stand in our order."""
    head = [_COLUMN_OF.get(fold(cell.strip(" *:：\ufeff")), "") for cell in rows[0]] if rows else []
    known = [each for each in head if each]
    filled = sum(bool(cell.strip()) for cell in rows[0]) if rows else 0
    named = len(known) >= min(2, filled) and len(set(known)) == len(known) and bool(known)
    columns = head if named else list(COLUMNS)
    body = [
        (number, row) for number, row in enumerate(rows, 1)
        if (number > 1 or not named) and any(cell.strip() for cell in row)
    ][: ROWS_AT_MOST + 1]  # fmt: skip
    ignored = (
        [cell.strip() for cell, column in zip(rows[0], head, strict=True) if not column] if named else []
    )
    found = tuple(_person(columns, row) for _, row in body)
    return Listed(found, tuple(number for number, _ in body), tuple(filter(None, ignored)))


def cells(person: NewPerson) -> tuple[str, ...]:
    """Return what a line says, in the order of ``COLUMNS``."""
    return (*(getattr(person, name) for name in COLUMNS[:-1]), "、".join(person.roles))


def _person(columns: Sequence[str], row: Sequence[str]) -> NewPerson:
    found = {column: " ".join(cell.split()) for column, cell in zip(columns, row, strict=False) if column}
    roles = tuple(each.strip() for each in _SEPARATORS.split(found.pop("roles", "")) if each.strip())
    return NewPerson(**{"name": "", **found}, roles=roles)


def _text(cell: Any) -> str:
    """Return a cell as a person reads it: numbers of phones come as numbers."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
