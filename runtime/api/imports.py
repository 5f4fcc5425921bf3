"""Spreadsheets in: short ones are answered at once, long ones by a job to be asked about."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

import sqlalchemy as sa

from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Target
from engines.exchange.report import Report
from engines.exchange.resuming import Done
from engines.exchange.sheet import open_table
from engines.query import Cause
from engines.store import files
from engines.store.files import FileRow
from engines.store.jobs import JobView
from runtime.api.parameters import flag, known
from runtime.imports.asked import INLINE, Asked, enqueue_in
from runtime.imports.following import cancel, own, progress_of
from runtime.imports.laying import laid_out
from runtime.imports.outcome import add_errors, keep_errors, report_json, translator
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.once import Once
from runtime.web.routing import Permission, Routes
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, Issue

LIMIT = 60_000_000
_WORKBOOK = (b"PK", b"\xd0\xcf\x11\xe0")


def add_import_routes(routes: Routes) -> None:
    """Register the routes."""
    person = Permission.person
    routes.add("POST", "/api/{app}/{form}/import", person, limit=LIMIT, multipart=True)(import_sheet)
    routes.add("GET", "/api/jobs/{id}", person)(show_job)
    routes.add("DELETE", "/api/jobs/{id}", person)(cancel_job)


def import_sheet(call: Call) -> Answer:
    """Import the sheet that is the body, or the ``file`` of a form: 200 with a report, or 202 with a job."""
    known(call, "dry_run", "mode", "key", "unresolved")
    form = call.form
    if not call.access.form(call.app, form).may(Action.import_):
        raise Forbidden
    each, blank = _word(call, "mode", ("all", "each")), _word(call, "unresolved", ("refuse", "blank"))
    mode: Literal["all", "each"] = "each" if each == "each" else "all"
    unresolved: Literal["refuse", "blank"] = "blank" if blank == "blank" else "refuse"
    dry_run, key = flag(call, "dry_run"), call.query.get("key", "")
    if key and key not in form.fields:
        raise Invalid([Issue("key", "query.unknown_field", {"name": key[:40]})], "query.invalid")
    kept = _kept(call)
    once = Once.of(call, call.query_string, kept.digest.encode())
    answered = None if once is None else once.recall(call.conn)
    if answered is not None:
        return answered
    row = _row(call, kept)
    asked = Asked(
        form.app, form.key, row.id, row.name, row.user_id or 0, texts_of(call).locale, _count(call, row),
        mode, key, unresolved, dry_run,
    )  # fmt: skip
    call.release()
    try:
        return _answered(call, row, asked, once) if asked.rows <= INLINE else _started(call, asked, once)
    except _Repeated as repeated:
        return repeated.answer


class _Repeated(Exception):
    """Ends a transaction whose request was answered meanwhile."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def _claim(call: Call, conn: sa.Connection, once: Once) -> None:
    answered = once.claim(conn, call.installation.clock.now())
    if answered is not None:
        raise _Repeated(answered)


def _started(call: Call, asked: Asked, once: Once | None) -> Answer:
    installation = call.installation
    with installation.db.write() as conn:
        if once is not None:
            _claim(call, conn, once)
        job = str(enqueue_in(conn, installation, asked))
        answer = json_answer({"job": job}, 202, Location=f"/api/jobs/{job}")
        if once is not None:
            once.keep(conn, answer)
    installation.worker.kick()
    return answer


def show_job(call: Call) -> Answer:
    """Answer how far an import is, or how it ended. That of somebody else does not exist."""
    known(call)
    return json_answer(_shown(call, own(call, call.record_id)))


def cancel_job(call: Call) -> Answer:
    """Stop an import; what it committed stays."""
    known(call)
    job = own(call, call.record_id)
    call.release()
    cancel(call.installation, job.id)
    return Answer(204)


def _word(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    found = call.query.get(name) or allowed[0]
    if found not in allowed:
        raise Invalid([Issue(name, "query.not_allowed", {"value": found[:40]})], "query.invalid")
    return found


def _kept(call: Call) -> files.Kept:
    """Keep the bytes of the sheet. Raises Invalid where there is none."""
    installation = call.installation
    if call.files is None:
        name = "import.xlsx" if call.body.startswith(_WORKBOOK) else "import.csv"
        return files.keep(installation.files, BytesIO(call.body), name, LIMIT)
    given = call.files.get("file")
    if given is None or isinstance(given, str) or not given.filename:
        raise Invalid([Issue("file", "field.required")], "request.invalid")
    return files.keep(installation.files, given.file, given.filename, LIMIT)


def _row(call: Call, kept: files.Kept) -> FileRow:
    """Make the sheet a file of its sender."""
    installation, user = call.installation, call.person.id if call.person else 0
    call.release()
    with installation.db.write() as conn:
        number = files.add_file(conn, installation.ids, installation.clock, user, kept)
        return files.get_file(conn, number)


def _count(call: Call, row: FileRow) -> int:
    with laid_out(call.installation, row) as path, open_table(path) as table:
        return sum(len(chunk.numbers) for chunk in table.chunks)


def _answered(call: Call, row: FileRow, asked: Asked, once: Once | None) -> Answer:
    """Import while the sender waits. The answer is kept with the rows, and with its workbook right after."""
    installation, texts = call.installation, texts_of(call)
    translate, written = translator(texts), False

    def answer(report: Report, errors: int | None = None) -> Answer:
        shown = report_json(report, translate, dry_run=asked.dry_run, errors=errors)
        return json_answer(_for_keys(shown))

    def commit(conn: sa.Connection, _: Done, report: Report, **__: bool) -> None:
        nonlocal written
        if once is not None:
            if not written:
                _claim(call, conn, once)
            once.keep(conn, answer(report))
            written = True

    report = _import(call, row, asked, Follow(translate, commit=commit))
    found = answer(report)
    if report.error_workbook:
        kept = keep_errors(installation, report.error_workbook, asked.name, texts)
        with installation.db.write() as conn:
            found = answer(report, add_errors(installation, conn, asked.person, kept))
            if once is not None and written:
                once.keep(conn, found)
    return found


def _import(call: Call, row: FileRow, asked: Asked, follow: Follow) -> Report:
    cause = Cause(asked.door, asked.person, note=row.name)
    target = Target(call.installation.store, call.app, call.access, call.form, cause)
    with laid_out(call.installation, row) as path:
        call.release()  # a write must not wait for this reader
        return import_file(target, path, asked.options(), follow)


def _shown(call: Call, job: JobView) -> dict[str, Any]:
    found = progress_of(call.installation, job)
    return {
        "id": str(job.id),
        "state": job.state.value,
        "progress": {"rows": found["rows"], "total": found["total"]},
        "report": found["report"] and _for_keys(found["report"]),
        "refusal": found["refusal"],
    }


def _for_keys(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report whose file is where an API key is good for something."""
    return report | ({"errors": f"/api{report['errors']}"} if report["errors"] else {})
