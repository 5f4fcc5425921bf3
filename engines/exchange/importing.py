"""A table into records, through the one write path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engines.exchange.drafting import Batch, Drafter
from engines.exchange.mapping import Column, Mapper, Plan
from engines.exchange.options import Follow, Options, Target
from engines.exchange.references import Unknown
from engines.exchange.report import Report, RowIssue, error_workbook
from engines.exchange.resuming import COUNTS, Done
from engines.exchange.sheet import Chunk, Table, open_table, refusal
from engines.query import Change, Op, Result, Uow
from engines.store.writing import write
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, Issue, NotFound

# One transaction holds the only writer for about a second; longer files are written chunk by chunk.
ALL_ROWS = 20_000
_AT_ONCE = 5_000


def import_file(
    target: Target, path: Path, options: Options | None = None, follow: Follow | None = None
) -> Report:
    """Import a csv, xlsx or xls file.

    A blank cell is left out of a new record, so that its default applies, and empties the field of one that
    is found. Raises Invalid (``import.refused``) where the file as a whole cannot be used, NotFound and
    Forbidden as every write does.
    """
    options, follow = options or Options(), follow or Follow()
    rights = target.access.form(target.app, target.form)
    if not rights.may(Action.import_):
        raise Forbidden if rights.may(Action.view) else NotFound
    with open_table(path, options.wanted, options.limits) as table:
        mapping = Mapper(target.app, target.form, rights).map(table.headers, options.map)
        _check(mapping, options)
        run = _Run(target, table, mapping, options, follow)
        run.carry_out()
        return run.report


def _check(mapping: Plan, options: Options) -> None:
    if not mapping.columns:
        raise refusal("import.nothing_mapped", headers=", ".join(mapping.unmapped)[:200])
    if options.key is not None and options.key not in {each.field.key for each in mapping.columns}:
        raise refusal("import.key_unmapped", name=options.key)
    if mapping.missing and options.key is None:
        code = "import.required_unmapped"
        missing = (Issue(each.key, code, {"label": each.options.label}) for each in mapping.missing)
        raise Invalid(missing, "import.refused")


@dataclass(frozen=True, slots=True)
class _Link:
    """A row that names another row of the same file."""

    number: int
    record: int
    name: Any


class _RollBack(Exception):
    """Ends a transaction without a trace."""


@dataclass(slots=True)
class _Run:
    """One import under way."""

    target: Target
    table: Table
    mapping: Plan
    options: Options
    follow: Follow
    report: Report = field(default_factory=Report)
    drafter: Drafter = field(init=False)
    headers: Mapping[str, str] = field(init=False)
    done: Done = field(init=False)
    looked: list[tuple[Sequence[int], Collection[int]]] = field(default_factory=list)
    links: dict[Column, list[_Link]] = field(default_factory=dict)
    kept: list[tuple[Chunk, Sequence[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drafter = Drafter(self.target, self.mapping, self.options)
        self.headers = {each.field.key: each.header for each in self.mapping.columns}
        reason = self.follow.translate(
            "import.reason", {}
        )  # an error workbook that comes back brings its own
        self.report.unmapped = tuple(each for each in self.mapping.unmapped if each != reason)
        self.report.sheet = self.table.sheet
        self.done = self.follow.done
        for name in COUNTS:
            setattr(self.report, name, getattr(self.done, name))

    def carry_out(self) -> None:
        """Write transaction by transaction, all under one cause."""
        for chunks in self._transactions():
            try:
                self._transaction(chunks)
            except _RollBack:
                self.report.written = False
            if self.report.cancelled:
                break
        if not self.report.written and not self.options.dry_run:
            self.report.created = self.report.updated = self.report.unchanged = self.report.blanked = 0
        if self.report.issues and self.kept:
            rows = ((some.numbers[place], some.row(place)) for some, places in self.kept for place in places)
            self.report.error_workbook = error_workbook(
                self.table.headers, rows, self.report.issues, self.follow.translate
            )

    def _transactions(self) -> Iterator[Sequence[Chunk]]:
        """Cut the rows into transactions; none begins before its rows are read."""
        if self.options.mode == "each" and not self.options.dry_run:
            for chunk in self.table.chunks:
                parts = self._parts(chunk)
                yield from [parts] if self.drafter.linked else ((each,) for each in parts)
            return
        chunks: list[Chunk] = []
        for chunk in self.table.chunks:
            chunks += self._parts(chunk)
            if sum(len(each.numbers) for each in chunks) > ALL_ROWS:
                raise refusal("import.too_long_for_all", limit=ALL_ROWS)
        yield chunks

    def _parts(self, chunk: Chunk) -> Sequence[Chunk]:
        """Return what is left to do of a chunk, in parts of a size that others can wait for."""
        places: Sequence[int] = range(len(chunk.numbers))
        start = self.follow.done
        if chunk.numbers[0] <= start.row:
            self.drafter.pass_over(chunk, [each for each in places if start.holds(chunk.numbers[each])])
            places = [each for each in places if not start.holds(chunk.numbers[each])]
        size = self.options.at_once
        if len(chunk.numbers) == len(places) <= size:
            return [chunk]
        return [chunk.part(places[first : first + size]) for first in range(0, len(places), size)]

    def _transaction(self, chunks: Sequence[Chunk]) -> None:
        target, report = self.target, self.report
        with target.store.unit(target.app, target.access, target.cause) as uow:
            uow.cause_id = self.done.cause_id
            self.drafter.expect(chunks)
            self.links.clear()
            self.looked.clear()
            for chunk in chunks:
                if self.follow.cancelled():
                    report.cancelled = True
                    break
                self._chunk(uow, chunk)
            self._link(uow)
            whole = self.options.mode == "all" and (report.refused > 0 or report.cancelled)
            if whole or self.options.dry_run:
                raise _RollBack
            self._commit(uow)

    def _commit(self, uow: Uow) -> None:
        """Note what will be there once the transaction has ended."""
        for numbers, refused in self.looked:
            self.done = self.done.upto(numbers, refused)
        counts = {name: getattr(self.report, name) for name in COUNTS}
        self.done = replace(self.done, cause_id=uow.cause_id, **counts)
        self.follow.commit(uow.conn, self.done, self.report)

    def _chunk(self, uow: Uow, chunk: Chunk) -> None:
        batch = self.drafter.draft(uow.conn, chunk)
        before, told = len(uow.changes), len(self.report.issues)
        form = self.target.form
        results = write(self.target.store, uow, form, batch.changes, "each") if batch.changes else []
        if (
            self.options.key is None
            and not batch.wrong
            and not batch.later
            and all(each.ok for each in results)
        ):
            self.report.created += len(results)
        else:
            written = (some for some in uow.changes[before:] if some.form == form.path)
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
        self.follow.progress(self.report.rows)

    def _remember(self, chunk: Chunk, batch: Batch, results: Sequence[Result]) -> None:
        """Count blanked references of written rows, and note which rows are still to be linked."""
        if not batch.blanked and not batch.later:
            return
        for place, result in zip(batch.places, results, strict=True):
            if result.ok and result.id is not None:
                self.report.blanked += batch.blanked[place]
                for column in batch.later.get(place, ()):
                    link = _Link(chunk.numbers[place], result.id, chunk.columns[column.place][place])
                    self.links.setdefault(column, []).append(link)

    def _link(self, uow: Uow) -> None:
        """Link rows that name each other, now that they all are there."""
        for column, links in self.links.items():
            found = self.drafter.link(uow.conn, column, [each.name for each in links])
            pairs = [
                (each, ids) for each, ids in zip(links, found, strict=True) if not isinstance(ids, Unknown)
            ]
            for start in range(0, len(pairs), _AT_ONCE):
                some = pairs[start : start + _AT_ONCE]
                changes = [Change(Op.update, {column.field.key: ids}, each.record) for each, ids in some]
                results = write(self.target.store, uow, self.target.form, changes, "each")
                for (each, _), result in zip(some, results, strict=True):
                    self._unlinked(each, result.issues)
            for each, ids in zip(links, found, strict=True):
                if isinstance(ids, Unknown):
                    self._unlinked(each, [Issue(column.field.key, ids.code, {"value": ids.value})])

    def _unlinked(self, link: _Link, issues: Sequence[Issue]) -> None:
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
        header = self.headers.get(issue.path.partition(".")[0])
        return RowIssue(number, header, issue.path, issue.code, issue.params)
