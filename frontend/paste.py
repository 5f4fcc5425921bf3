"""View models of the page that shows a pasted block of cells."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Issue, Item


@dataclass(frozen=True, slots=True)
class PasteColumn:
    """A column of the block: the field it fills, blank for none, and its heading where it has one."""

    field: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class PasteRow:
    """A row of the block; ``title``: of the record it changes, blank for a new one.

    ``problems``: one text a cell, blank where it is right; ``problem``: what is wrong with the whole row.
    """

    number: int
    cells: tuple[str, ...]
    problems: tuple[str, ...]
    title: str = ""
    problem: str = ""

    @property
    def wrong(self) -> bool:
        """Whether it would be refused."""
        return bool(self.problem) or any(self.problems)


@dataclass(frozen=True, slots=True)
class PastePage:
    """``runtime/paste.html``: asks for a block, or shows what would become of one.

    Posts ``text``, repeated ``row`` (records it falls on), ``map.<n>``, ``headed``, ``to`` (``here`` or
    ``new``), ``back`` and ``act`` (``check``, ``all``, ``each``) to ``url``. ``blocked``: it cannot be
    written as its columns are matched. ``hidden``: rows that are not listed.
    """

    url: str
    list_url: str
    text: str = ""
    back: str = ""
    issues: tuple[Issue, ...] = ()
    columns: tuple[PasteColumn, ...] = ()
    fields: tuple[Item, ...] = ()
    rows: tuple[PasteRow, ...] = ()
    records: tuple[str, ...] = ()
    count: int = 0
    hidden: int = 0
    wrong: int = 0
    updates: int = 0
    creates: int = 0
    headed: bool = False
    here: bool = False
    blocked: bool = False
    import_url: str = ""
