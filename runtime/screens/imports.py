"""Imports under way: how far they are, how they ended, and a way to stop them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import FormModel
from engines.store import jobs
from engines.store.jobs import JobView, State
from frontend.importing import ImportColumn, ImportPage, ImportProgress, ImportResult, RecentImport
from frontend.views import Issue as Shown
from frontend.views import Link
from runtime.imports.asked import KIND, Asked
from runtime.imports.following import cancel, own, progress_of
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call, id_in, redirect
from schemas.errors import NotFound

_SHOWN = 20
_RECENT = 5
_LOOKED_AT = 50


def import_url(form: FormModel) -> str:
    """Return the address of a form's import."""
    return f"{form_url(form)}/import"


def show_import(call: Call) -> Answer:
    """Answer how far an import is, or how it ended. That of somebody else does not exist."""
    form = call.form
    job, asked = _asked(call, form)
    under_way = job.state in {State.waiting, State.running}
    model = ImportPage(
        "run" if under_way else "done",
        import_url(form),
        form_url(form),
        file_name=asked.name,
        token=str(asked.file),
        columns=tuple(ImportColumn(header, (), field) for header, field in asked.columns),
        key=asked.key,
        mode=asked.mode,
        progress=_progress(call, form, job, asked) if under_way else None,
        result=None if under_way else result_of(call, progress_of(call.installation, job)["report"]),
        issues=() if under_way else _issues(call, job),
    )
    crumbs = [Link(texts_of(call).label(form.definition.label), form_url(form))]
    return page(call, "runtime/import.html", model, crumbs)


def cancel_import(call: Call) -> Answer:
    """Stop an import; what it committed stays."""
    form = call.form
    job, _ = _asked(call, form)
    call.release()
    cancel(call.installation, job.id)
    return redirect(f"{import_url(form)}/{job.id}")


def _asked(call: Call, form: FormModel) -> tuple[JobView, Asked]:
    job = own(call, id_in(call.params["job"]))
    asked = Asked.from_json(job.payload)
    if (asked.app, asked.form) != (form.app, form.key):
        raise NotFound
    return job, asked


def recent_imports(call: Call, form: FormModel) -> tuple[RecentImport, ...]:
    """Return what the person had imported into a form lately."""
    if call.person is None:
        return ()
    showing, texts = Showing(call, form, {}), texts_of(call)
    found = []
    for job in jobs.started_by(call.conn, KIND, call.person.id, _LOOKED_AT):
        asked = Asked.from_json(job.payload)
        if (asked.app, asked.form) == (form.app, form.key):
            state = texts.t(f"screen.import.state.{_state(job, asked)}")
            found.append(
                RecentImport(
                    asked.name, f"{import_url(form)}/{job.id}", showing.moment(job.created_at), state
                )
            )
    return tuple(found[:_RECENT])


def _state(job: JobView, asked: Asked) -> str:
    if job.state is State.done:
        report: Any = job.progress["report"]
        refused = job.progress.get("refusal") or report["refused"]
        return (
            ("problems" if refused else "checked") if asked.dry_run else ("problems" if refused else "done")
        )
    return str(job.state)


def result_of(call: Call, report: Mapping[str, Any]) -> ImportResult:
    """Return a report as the page shows it."""
    texts = texts_of(call)
    problems = tuple(
        (
            each["row"],
            texts.t("screen.import.place", column=each["column"], text=each["text"])
            if each["column"]
            else each["text"],
        )
        for each in report["issues"][:_SHOWN]
    )
    ended = ""
    if report.get("left"):
        ended = texts.t("screen.import.left", count=report["left"])
    elif report["cancelled"]:
        ended = texts.t("screen.import.stopped_written" if report["written"] else "screen.import.stopped")
    return ImportResult(
        report["created"], report["updated"], report["unchanged"], report["refused"], report["dry_run"],
        problems, report["errors"] or "", ended=ended,
    )  # fmt: skip


def _progress(call: Call, form: FormModel, job: JobView, asked: Asked) -> ImportProgress:
    found = progress_of(call.installation, job)
    return ImportProgress(
        found["rows"], asked.rows, f"{import_url(form)}/{job.id}", f"{import_url(form)}/{job.id}/cancel",
        waiting=job.state is State.waiting, dry_run=asked.dry_run,
    )  # fmt: skip


def _issues(call: Call, job: JobView) -> tuple[Shown, ...]:
    """Return why the file as a whole was not imported."""
    if job.state is State.dead:
        return (Shown(texts_of(call).t("screen.import.gave_up")),)
    refusal: Any = job.progress.get("refusal")
    if not refusal:
        return ()
    return tuple(Shown(each["text"]) for each in refusal["issues"]) or (Shown(refusal["title"]),)
