"""The child process: imports one sheet within its limits, on an installation of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Target
from engines.exchange.promise import take_back
from engines.exchange.report import Report
from engines.exchange.resuming import Done
from engines.query import Cause
from engines.store import files, jobs
from engines.store.jobs import Job, State
from runtime.children import stand_back
from runtime.imports.asked import Asked
from runtime.imports.laying import laid_out
from runtime.imports.outcome import (
    add_errors,
    committed,
    keep_errors,
    refusal_json,
    report_json,
    translator,
)
from schemas.errors import Forbidden, Invalid, Issue, NotFound, WeftError

if TYPE_CHECKING:
    from runtime.installation import Installation, Settings

_MEMORY = 3_000_000_000
_log = logging.getLogger(__name__)


def serve(conn: Connection, settings: Settings, job: Job) -> None:
    """Carry out one import and leave; the parent learns by the pipe how far it is, and what went wrong."""
    from runtime.installation import Installation

    stand_back(_MEMORY)
    link = _Pipe(conn)
    try:
        installation = Installation(settings)
        try:
            Importer(installation, job, link).carry_out()
            conn.send_bytes(orjson.dumps({"over": True}))
        finally:
            installation.close()
    except Exception as error:  # noqa: BLE001 - the parent decides whether to try again
        conn.send_bytes(orjson.dumps({"failed": f"{type(error).__name__}: {error}"[:1000]}))


class Link(Protocol):
    """How an import speaks with who started it."""

    def tell(self, rows: int) -> None:
        """Say how many rows are done."""

    def stopped(self) -> bool:
        """Tell whether it shall stop."""


class _Pipe:
    """Implements ``Link``."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._stopped = False

    def tell(self, rows: int) -> None:
        self._conn.send_bytes(orjson.dumps({"rows": rows}))

    def stopped(self) -> bool:
        if not self._stopped and self._conn.poll():
            self._conn.recv_bytes()
            self._stopped = True
        return self._stopped


class _Changed(Exception):
    """People, rights or definitions changed: what is not committed begins anew with those of now."""


class _Stop(Exception):
    """The job was cancelled, or another worker has it."""


@dataclass(eq=False)
class Importer:
    """One import job under way. Committed rows and the state of the job never tell different stories."""

    installation: Installation
    job: Job
    link: Link

    def __post_init__(self) -> None:
        self._asked = Asked.from_json(self.job.payload)
        self._options = self._asked.options()
        self._texts = self.installation.plugins.speak(self._asked.locale)
        self._translate = translator(self._texts)
        self._whole = self._options.mode == "all" or self._options.dry_run
        self._epoch = 0

    def carry_out(self) -> None:
        """Import, go on where an earlier attempt was, and say with the job what became of it."""
        try:
            report = self._import()
        except _Changed:
            self.carry_out()
        except _Stop:
            self._cancelled()
        except (Invalid, NotFound, Forbidden) as error:
            self._refused(error)
        except MemoryError:
            self._refused(Invalid([Issue("file", "import.too_big", {"limit": _MEMORY})], "import.refused"))
        else:
            if self._options.mode == "each" or not report.written:  # else it was said in the last commit
                self._finish(report)

    def _import(self) -> Report:
        installation, asked = self.installation, self._asked
        with installation.db.read() as conn:
            self._epoch = installation.current(conn)
            person = installation.person(conn, asked.person, self._epoch)
            app = installation.app(conn, asked.app, self._epoch)
            row = files.get_file(conn, asked.file)
            done = self._done(conn)
        form = app.forms.get(asked.form)
        if form is None or person is None:
            raise NotFound
        access = installation.access(person, self._epoch)
        target = Target(installation.store, app, access, form, self._cause())
        if self._options.mode == "all" and done.cause_id is not None:  # of an earlier attempt
            take_back(target, done.cause_id)
            done = Done()
        follow = Follow(self._translate, self._progress, self._asked_to_stop, self._commit, done, self.job.id)
        with laid_out(installation, row) as path:
            return import_file(target, path, self._options, follow)

    def _cause(self) -> Cause:
        return Cause(self._asked.door, self._asked.person, note=self._asked.name)

    def _done(self, conn: sa.Connection) -> Done:
        progress = jobs.view(conn, self.job.id).progress
        found: Any = progress.get("done")
        return Done.from_json(found) if found else Done()

    def _progress(self, rows: int) -> None:
        """Say how far it is: with the rows, where they are committed, else beside them where others can."""
        self.link.tell(rows)
        if self._whole and not self.installation.db.sqlite:
            with self.installation.db.write() as conn:
                jobs.report(conn, self.job, self._so_far(rows), self.installation.clock.now())

    def _so_far(self, rows: int) -> dict[str, Any]:
        return {"rows": rows, "total": self._asked.rows}

    def _asked_to_stop(self) -> bool:
        if self.link.stopped():
            return True
        with self.installation.db.read() as conn:
            return jobs.stopping(conn, self.job)

    def _commit(self, conn: sa.Connection, done: Done, report: Report, *, last: bool) -> None:
        """Note with the rows that they are there, and after all rows of ``all`` that the job is done."""
        installation, now = self.installation, self.installation.clock.now()
        if installation.current(conn) != self._epoch:
            raise _Changed
        told = self._so_far(report.rows) | {"done": done.as_json()}
        if last:
            shown = report_json(report, self._translate, dry_run=False, errors=None)
            stays = not jobs.stopping(conn, self.job) and jobs.complete(
                conn, self.job, now, progress=told | {"report": shown}
            )
        else:
            stays = jobs.report(conn, self.job, told, now)
        if not stays:
            raise _Stop

    def _cancelled(self) -> None:
        self._finish(self._stays())

    def _refused(self, error: WeftError) -> None:
        report = self._stays()
        report.cancelled = False
        self._finish(report, refusal_json(error, self._translate))

    def _stays(self) -> Report:
        """Return what stays of an import that ends early: of ``all`` nothing, once it is taken back."""
        installation, asked = self.installation, self._asked
        with installation.db.read() as conn:
            done = self._done(conn)
            epoch = installation.current(conn)
            mine = self._options.mode == "all" and jobs.held(conn, self.job) and done.cause_id is not None
            app = installation.app(conn, asked.app, epoch) if mine else None
        report = committed(done, dry_run=self._options.dry_run)
        form = None if app is None else app.forms.get(asked.form)
        if app is not None and form is not None and done.cause_id is not None:
            system = Target(installation.store, app, Access(None), form, self._cause())
            report.left = take_back(system, done.cause_id).left
        return report

    def _finish(self, report: Report, refusal: dict[str, Any] | None = None) -> None:
        """Say what became of it; nothing where another worker has the job."""
        installation, asked = self.installation, self._asked
        content = report.error_workbook
        kept = keep_errors(installation, content, asked.name, self._texts) if content else None
        state = State.cancelled if report.cancelled else State.done
        with installation.db.write() as conn:
            errors = add_errors(installation, conn, asked.person, kept)
            shown = report_json(report, self._translate, dry_run=asked.dry_run, errors=errors)
            told = self._so_far(report.rows) | {"report": shown, "refusal": refusal}
            if not jobs.complete(conn, self.job, installation.clock.now(), state, told):
                conn.rollback()
