"""A table into records, through the one write path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engines.exchange.claims import Claims
from engines.exchange.drafting import Drafter
from engines.exchange.mapping import Mapper, Plan
from engines.exchange.options import Follow, Options, Target
from engines.exchange.passage import Find, Passage, Try
from engines.exchange.promise import Promise, take_back
from engines.exchange.report import Report, error_workbook
from engines.exchange.resuming import COUNTS
from engines.exchange.sheet import Chunk, Table, open_table, refusal
from engines.exchange.transactions import Transactions
from engines.query import Change, Result, Uow
from engines.store.writing import write
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, Issue, NotFound

ALL_ROWS = 20_000  # they are held in memory, and may have to be taken back


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
        return _Run(target, table, mapping, options, follow).carry_out()


def import_table(target: Target, table: Table, options: Options, follow: Follow) -> Report:
    """Import a table that somebody has read; what may be written, and what is missing, is told row by row."""
    rights = target.access.form(target.app, target.form)
    mapping = Mapper(target.app, target.form, rights).map(table.headers, options.map)
    _check_mapped(mapping)
    return _Run(target, table, mapping, options, follow).carry_out()


def _check_mapped(mapping: Plan) -> None:
    if not mapping.columns:
        raise refusal("import.nothing_mapped", headers=", ".join(mapping.unmapped)[:200])


def _check(mapping: Plan, options: Options) -> None:
    _check_mapped(mapping)
    if options.key is not None and options.key not in {each.field.key for each in mapping.columns}:
        raise refusal("import.key_unmapped", name=options.key)
    if mapping.missing and options.key is None:
        code = "import.required_unmapped"
        missing = (Issue(each.key, code, {"label": each.options.label}) for each in mapping.missing)
        raise Invalid(missing, "import.refused")


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
    through: Transactions = field(init=False)

    def __post_init__(self) -> None:
        self.through = Transactions(self.target, self.follow, self.options.at_once)

    def carry_out(self) -> Report:
        """Check, or write transaction by transaction."""
        if self.options.dry_run:
            passage = self._checked(self._groups(), self.follow.progress)
            passage.report.written = False
        elif self.options.mode == "each":
            passage = self._each()
        else:
            passage = self._all(next(self._groups()))
        return self._told(passage)

    def _told(self, passage: Passage) -> Report:
        report = passage.report
        # An error workbook that comes back brings its own reasons.
        reason = self.follow.translate("import.reason", {})
        report.unmapped = tuple(each for each in self.mapping.unmapped if each != reason)
        report.sheet = self.table.sheet
        if not report.written and not self.options.dry_run:
            report.created = report.updated = report.unchanged = report.blanked = 0
        if report.issues and passage.kept:
            rows = (
                (some.numbers[place], some.row(place)) for some, places in passage.kept for place in places
            )
            report.error_workbook = error_workbook(
                self.table.headers, rows, report.issues, self.follow.translate
            )
        return report

    def _groups(self) -> Iterator[Sequence[Chunk]]:
        """Cut the rows into groups whose rows may name each other."""
        if self.options.mode == "each":
            yield from ([chunk] for chunk in self.table.chunks)
            return
        chunks: list[Chunk] = []
        for chunk in self.table.chunks:
            chunks.append(chunk)
            if sum(len(each.numbers) for each in chunks) > ALL_ROWS:
                raise refusal("import.too_long_for_all", limit=ALL_ROWS)
        yield chunks

    def _checked(self, groups: Iterator[Sequence[Chunk]], tell: Callable[[int], None]) -> Passage:
        """Pass through all rows without writing, so that nobody has to wait meanwhile."""
        linking = [each for each in self.mapping.columns if each.field.target == self.target.form.path]
        claims = Claims(self.target, linking)
        passage = self._passage(tell, claims.attempt, claims.attach, claims.find)
        for group in groups:
            passage.drafter.expect(group)
            for part in (part for chunk in group for part in chunk.parts(self.options.at_once)):
                if self._stopped(passage):
                    return passage
                with self.through.looking() as uow:
                    passage.chunk(uow, part)
            for links in passage.link_parts():
                with self.through.looking() as uow:
                    passage.link(uow, links)
        return passage

    def _each(self) -> Passage:
        passage = self._writing(self.follow.progress)
        for name in COUNTS:
            setattr(passage.report, name, getattr(self.follow.done, name))
        for chunk in self.table.chunks:
            left = self._left(passage, chunk)
            # Rows that may name each other go together: what one half names must not be lost with the other.
            for part in [left] if passage.drafter.linked else self.through.paced(left):
                if len(part.numbers) and not self._stopped(passage):
                    self._transaction(passage, [part])
        return passage

    def _left(self, passage: Passage, chunk: Chunk) -> Chunk:
        """Return what an earlier attempt has left of a chunk."""
        start = self.follow.done
        if chunk.numbers[0] > start.row:
            return chunk
        places = range(len(chunk.numbers))
        passage.drafter.pass_over(chunk, [each for each in places if start.holds(chunk.numbers[each])])
        return chunk.part([each for each in places if not start.holds(chunk.numbers[each])])

    def _all(self, chunks: Sequence[Chunk]) -> Passage:
        """Write every row or none. Only on SQLite a long transaction makes everybody wait."""
        rows = sum(len(each.numbers) for each in chunks)
        if rows <= self.options.at_once or not self.target.store.db.sqlite:
            passage = self._writing(self.follow.progress)
            self._transaction(passage, [part for each in chunks for part in each.parts(self.options.at_once)])
            return passage
        checked = self._checked(iter([chunks]), lambda done: self.follow.progress(done // 2))
        if checked.report.refused or checked.report.cancelled:
            checked.report.written = False
            return checked
        return self._bit_by_bit(chunks, rows)

    def _bit_by_bit(self, chunks: Sequence[Chunk], rows: int) -> Passage:
        """Write rows that were found right, and take everything back where one is not right any more."""
        passage = self._writing(lambda done: self.follow.progress((rows + done) // 2))
        promise = Promise(self.target, self.follow.job)
        passage.drafter.expect(chunks)
        try:
            for part in (part for chunk in chunks for part in self.through.paced(chunk)):
                with self._promised(passage, promise) as uow:
                    passage.chunk(uow, part)
            for links in passage.link_parts():
                with self._promised(passage, promise) as uow:
                    passage.link(uow, links)
            with self.through.unit() as uow:
                promise.redeem(uow)
                self.through.commit_part(passage, uow, last=True)
        except (_RollBack, KeyboardInterrupt) as stopped:
            passage.report.written = False
            if self.through.done.cause_id is not None:
                passage.report.left = take_back(self.target, self.through.done.cause_id).left
            if isinstance(stopped, KeyboardInterrupt):
                raise
        return passage

    @contextmanager
    def _promised(self, passage: Passage, promise: Promise) -> Iterator[Uow]:
        """Open a transaction whose rows do not stay unless all others come, too."""
        if self._stopped(passage):
            raise _RollBack
        with self.through.unit() as uow:
            yield uow
            if passage.report.refused:
                raise _RollBack
            promise.renew(uow)
            self.through.commit_part(passage, uow)

    def _transaction(self, passage: Passage, parts: Sequence[Chunk]) -> None:
        try:
            with self.through.unit() as uow:
                passage.drafter.expect(parts)
                for part in parts:
                    if not self._stopped(passage):
                        passage.chunk(uow, part)
                for links in passage.link_parts():
                    passage.link(uow, links)
                self._commit(passage, uow)
        except _RollBack:
            passage.report.written = False

    def _commit(self, passage: Passage, uow: Uow) -> None:
        whole, report = self.options.mode == "all", passage.report
        if whole and (report.refused or report.cancelled):
            raise _RollBack
        self.through.commit(passage, uow, last=whole)

    def _stopped(self, passage: Passage) -> bool:
        if not passage.report.cancelled and self.follow.cancelled():
            passage.report.cancelled = True
        return passage.report.cancelled

    def _writing(self, tell: Callable[[int], None]) -> Passage:
        store, form = self.target.store, self.target.form

        def attempt(uow: Uow, changes: Sequence[Change]) -> list[Result]:
            return write(store, uow, form, changes, "each")

        return self._passage(tell, attempt, attempt)

    def _passage(
        self, tell: Callable[[int], None], attempt: Try, attach: Try, find: Find | None = None
    ) -> Passage:
        drafter = Drafter(self.target, self.mapping, self.options)
        return Passage(
            self.target, self.mapping, self.options, drafter, attempt, attach, find or drafter.link, tell
        )
