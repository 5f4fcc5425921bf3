"""Spreadsheets in: short ones are answered at once, long ones by a job to be asked about."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Target
from engines.exchange.sheet import open_table
from engines.query import Cause
from engines.store import files
from engines.store.files import FileRow
from engines.store.jobs import JobView
from runtime.api.parameters import flag, known
from runtime.imports.asked import INLINE, Asked, enqueue
from runtime.imports.following import cancel, own, progress_of
from runtime.imports.laying import laid_out
from runtime.imports.outcome import add_errors, keep_errors, report_json, translator
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
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
    row = _keep(call)
    asked = Asked(
        form.app, form.key, row.id, row.name, row.user_id or 0, texts_of(call).locale, _count(call, row),
        mode, key, unresolved, dry_run,
    )  # fmt: skip
    call.release()
    if asked.rows <= INLINE:
        return json_answer(_import(call, row, asked))
    job = str(enqueue(call.installation, asked))
    return json_answer({"job": job}, 202, Location=f"/api/jobs/{job}")


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


def _keep(call: Call) -> FileRow:
    """Keep the sheet as a file of its sender. Raises Invalid where there is none."""
    installation = call.installation
    if call.files is None:
        name = "import.xlsx" if call.body.startswith(_WORKBOOK) else "import.csv"
        kept = files.keep(installation.files, BytesIO(call.body), name, LIMIT)
    else:
        given = call.files.get("file")
        if given is None or isinstance(given, str) or not given.filename:
            raise Invalid([Issue("file", "field.required")], "request.invalid")
        kept = files.keep(installation.files, given.file, given.filename, LIMIT)
    user = call.person.id if call.person else 0
    call.release()
    with installation.db.write() as conn:
        number = files.add_file(conn, installation.ids, installation.clock, user, kept)
        return files.get_file(conn, number)


def _count(call: Call, row: FileRow) -> int:
    with laid_out(call.installation, row) as path, open_table(path) as table:
        return sum(len(chunk.numbers) for chunk in table.chunks)


def _import(call: Call, row: FileRow, asked: Asked) -> dict[str, Any]:
    installation, texts = call.installation, texts_of(call)
    cause = Cause(asked.door, asked.person, note=row.name)
    target = Target(installation.store, call.app, call.access, call.form, cause)
    with laid_out(installation, row) as path:
        call.release()  # a write must not wait for this reader
        report = import_file(target, path, asked.options(), Follow(translator(texts)))
    errors = None
    if report.error_workbook:
        kept = keep_errors(installation, report.error_workbook, asked.name, texts)
        with installation.db.write() as conn:
            errors = add_errors(installation, conn, asked.person, kept)
    return _for_keys(report_json(report, translator(texts), dry_run=asked.dry_run, errors=errors))


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
