"""View models of an import, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, Issue, Item


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of the file, a few of its values, and the field it goes to (blank: none)."""

    name: str
    samples: tuple[str, ...]
    field: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How an import ended; ``checked`` when nothing was written. ``problems``: the first few.

    ``ended``: what became of the rows of one that did not come to its end.
    """

    created: int
    updated: int
    unchanged: int
    failed: int
    checked: bool = False
    problems: tuple[tuple[int, str], ...] = ()
    errors_url: str = ""
    undo: Action | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. ``url`` says it again, ``cancel_url`` stops it; ``total`` 0 is not known."""

    rows: int
    total: int
    url: str
    cancel_url: str
    waiting: bool = False
    dry_run: bool = False

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, self.rows * 100 // self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class RecentImport:
    """An import the person started lately; ``state`` in words."""

    name: str
    url: str
    when: Moment
    state: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """``runtime/import.html`` in its steps: upload, map, run (of long ones), done.

    Upload posts ``file`` to ``url``. Map posts ``token``, ``map.<n>`` = field key, ``key`` = field
    key, ``mode`` = ``all`` or ``each``, and ``action`` = ``check`` or ``start`` to the same address.
    """

    step: str
    url: str
    list_url: str
    template_url: str = ""
    issues: tuple[Issue, ...] = ()
    token: str = ""
    file_name: str = ""
    row_count: int = 0
    columns: tuple[ImportColumn, ...] = ()
    fields: tuple[Item, ...] = ()
    keys: tuple[Item, ...] = ()
    key: str = ""
    mode: str = "all"
    result: ImportResult | None = None
    progress: ImportProgress | None = None
    recent: tuple[RecentImport, ...] = ()
