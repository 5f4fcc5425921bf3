"""One passage through the rows of a file: drafted, tried, counted; what is wrong is told row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.exchange.drafting import Batch, Drafter
from engines.exchange.mapping import Column, Plan
from engines.exchange.options import Options, Target
from engines.exchange.references import Unknown
from engines.exchange.report import Report, RowIssue
from engines.exchange.sheet import Chunk
from engines.query import Change, Op, Result, Uow
from schemas.errors import Issue

_AT_ONCE = 1_000
Try = Callable[[Uow, Sequence[Change]], list[Result]]
Find = Callable[[Uow, Column, Sequence[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Link:
    """A row that names another row of the same file."""

    number: int
    record: int
    column: Column
    name: Any


@dataclass(slots=True)
class Passage:
    """Carries rows through ``attempt``, which writes them or only checks them, and then through ``attach``.

    ``looked``: numbers of the rows of each chunk, and those of them that were refused. ``kept``: chunks with
    the places of rows that come back in the error workbook. ``links``: rows still to be linked.
    """

    target: Target
    mapping: Plan
    options: Options
    drafter: Drafter
    attempt: Try
    attach: Try
    find: Find
    tell: Callable[[int], None]
    report: Report = field(default_factory=Report)
    looked: list[tuple[Sequence[int], Collection[int]]] = field(default_factory=list)
    kept: list[tuple[Chunk, Sequence[int]]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def chunk(self, uow: Uow, chunk: Chunk) -> None:
        """Try the rows of a chunk."""
        batch = self.drafter.draft(uow.conn, chunk)
        before, told = len(uow.changes), len(self.report.issues)
        results = self.attempt(uow, batch.changes) if batch.changes else []
        new = self.options.key is None and not self.options.records
        simple = new and not batch.wrong and not batch.later
        if simple and all(each.ok for each in results):
            self.report.created += len(results)
        else:
            written = (some for some in uow.changes[before:] if some.form == self.target.form.path)
            touched = {each.id for some in written for each in some.touched}
            for place, change, result in zip(batch.places, batch.changes, results, strict=True):
                self._count(chunk.numbers[place], batch.wrong.pop(place, {}), change, result, touched)
        for place, wrong in batch.wrong.items():
            self.report.refused += 1
            self.report.issues += [self._issue(chunk.numbers[place], each) for each in wrong.values()]
        self._remember(chunk, batch, results)
        refused = {each.row for each in self.report.issues[told:]}
        self.looked.append((chunk.numbers, refused))
        self._keep(chunk, refused)
        self.tell(self.report.rows)

    def link(self, uow: Uow, links: Sequence[Link]) -> None:
        """Link rows that name each other, now that they all are there; at most so many as one write takes."""
        for column in {each.column for each in links}:
            some = [each for each in links if each.column is column]
            found = list(zip(some, self.find(uow, column, [each.name for each in some]), strict=True))
            right = [(each, ids) for each, ids in found if ids.__class__ is not Unknown]
            changes = [Change(Op.update, {column.field.key: ids}, each.record) for each, ids in right]
            results = self.attach(uow, changes) if changes else []
            for (each, _), result in zip(right, results, strict=True):
                self._unlinked(each, result.issues)
            for each, ids in found:
                if ids.__class__ is Unknown:
                    self._unlinked(each, [Issue(column.field.key, ids.code, {"value": ids.value})])

    def link_parts(self) -> list[Sequence[Link]]:
        """Take the links that are due, in parts that fit a transaction."""
        due, self.links = self.links, []
        return [due[start : start + _AT_ONCE] for start in range(0, len(due), _AT_ONCE)]

    def _remember(self, chunk: Chunk, batch: Batch, results: Sequence[Result]) -> None:
        """Count blanked references of right rows, and note which rows are still to be linked."""
        if not batch.blanked and not batch.later:
            return
        for place, result in zip(batch.places, results, strict=True):
            if result.ok and result.id is not None:
                self.report.blanked += batch.blanked[place]
                for column in batch.later.get(place, ()):
                    name = chunk.columns[column.place][place]
                    self.links.append(Link(chunk.numbers[place], result.id, column, name))

    def _unlinked(self, link: Link, issues: Sequence[Issue]) -> None:
        """Report a row that stands without what it named; in ``all`` mode it counts as refused."""
        self.report.issues += [self._issue(link.number, each) for each in issues]
        if issues and self.options.mode == "all":
            self.report.refused += 1

    def _keep(self, chunk: Chunk, refused: Collection[int]) -> None:
        """Keep rows for the error workbook; where one holds up the others, they all must come again."""
        if self.options.mode == "all":
            self.kept.append((chunk, range(len(chunk.numbers))))
        elif refused:
            wrong = [place for place, number in enumerate(chunk.numbers) if number in refused]
            self.kept.append((chunk, wrong))

    def _count(
        self, number: int, wrong: Mapping[str, Issue], change: Change, result: Result, touched: set[int]
    ) -> None:
        """Count one row; what we know of a cell replaces what the write path says of its stand-in."""
        if result.issues:
            self.report.refused += 1
            self.report.issues += [self._issue(number, wrong.get(each.path, each)) for each in result.issues]
        elif wrong:
            raise RuntimeError(f"row {number} was written in spite of {wrong}")
        elif change.op is Op.create:
            self.report.created += 1
        elif result.id in touched:
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _issue(self, number: int, issue: Issue) -> RowIssue:
        key = issue.path.partition(".")[0]
        header = next((each.header for each in self.mapping.columns if each.field.key == key), None)
        return RowIssue(number, header, issue.path, issue.code, issue.params)
