"""A spreadsheet comes in: sent, matched, checked, imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from starlette.datastructures import UploadFile

from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Target
from engines.exchange.report import Report
from engines.form import FormModel
from engines.query import Cause
from engines.store import files
from engines.store.files import FileRow
from frontend.importing import ImportColumn, ImportPage
from frontend.views import Issue as Shown
from frontend.views import Link
from runtime.imports.asked import INLINE, Asked, enqueue
from runtime.imports.laying import laid_out
from runtime.imports.outcome import add_errors, keep_errors, report_json, translator
from runtime.screens.imports import import_url, recent_imports, result_of
from runtime.screens.posted import keep_upload, sent_file
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.uploads import field_items, key_items, look_into, sent_sheet
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from schemas.elements import Action as Doing
from schemas.errors import Forbidden, Invalid, Issue

LIMIT = 60_000_000


def import_page(call: Call) -> Answer:
    """Ask for a spreadsheet."""
    return _upload(call, _form(call))


def import_sheet(call: Call) -> Answer:
    """Take the next step: look into a sheet that was sent, check it, or import it."""
    form = _form(call)
    given = sent_file(call)
    if given is not None:
        return _received(call, form, given)
    if not call.field("token"):
        return _upload(call, form, [Issue("file", "field.required")])
    row = sent_sheet(call)
    return _carried_out(call, form, row)


def _form(call: Call) -> FormModel:
    if not call.access.form(call.app, call.form).may(Doing.import_):
        raise Forbidden
    return call.form


def _upload(call: Call, form: FormModel, issues: Iterable[Issue] = ()) -> Answer:
    shown = _issues(call, issues)
    template = f"{form_url(form)}/import/template.xlsx"
    model = ImportPage(
        "upload", import_url(form), form_url(form), template, shown, recent=recent_imports(call, form)
    )
    return _page(call, form, model, 422 if shown else 200)


def _received(call: Call, form: FormModel, given: UploadFile) -> Answer:
    if not given.filename:
        return _upload(call, form, [Issue("file", "field.required")])
    try:
        number, _ = keep_upload(call, given, LIMIT)
        row = files.get_file(call.conn, number)
        columns, count = look_into(call, form, row)
    except Invalid as error:
        return _upload(call, form, error.issues)
    return _page(call, form, _matching(call, form, row, columns, count))


def _matching(
    call: Call, form: FormModel, row: FileRow, columns: tuple[ImportColumn, ...], count: int, **more: Any
) -> ImportPage:
    return ImportPage(
        "map",
        import_url(form),
        form_url(form),
        token=str(row.id),
        file_name=row.name,
        row_count=count,
        columns=columns,
        fields=field_items(call, form),
        keys=key_items(call, form),
        **more,
    )


def _carried_out(call: Call, form: FormModel, row: FileRow) -> Answer:
    columns, count = look_into(call, form, row)
    told = [call.field(f"map.{place}") for place in range(len(columns))]
    chosen = tuple(
        ImportColumn(each.name, each.samples, field) for each, field in zip(columns, told, strict=True)
    )
    mode: Literal["all", "each"] = "each" if call.field("mode") == "each" else "all"
    asked = Asked(
        form.app, form.key, row.id, row.name, row.user_id or 0, texts_of(call).locale, count, mode,
        call.field("key"), dry_run=call.field("action") != "start",
        columns=tuple((each.name, each.field) for each in chosen),
    )  # fmt: skip
    if count > INLINE:
        call.release()
        return redirect(f"{import_url(form)}/{enqueue(call.installation, asked)}")
    try:
        report = _import(call, form, row, asked)
    except Invalid as error:
        again = _matching(
            call, form, row, chosen, count, key=asked.key, mode=mode, issues=_issues(call, error.issues)
        )
        return _page(call, form, again, 422)
    result = result_of(call, _kept(call, report, asked))
    model = ImportPage(
        "done",
        import_url(form),
        form_url(form),
        token=str(row.id),
        file_name=row.name,
        columns=chosen,
        key=asked.key,
        mode=mode,
        result=result,
    )
    return _page(call, form, model)


def _import(call: Call, form: FormModel, row: FileRow, asked: Asked) -> Report:
    installation = call.installation
    cause = Cause(asked.door, asked.person, note=row.name)
    target = Target(installation.store, call.app, call.access, form, cause)
    with laid_out(installation, row) as path:
        call.release()  # a write must not wait for this reader
        return import_file(target, path, asked.options(), Follow(translator(texts_of(call))))


def _kept(call: Call, report: Report, asked: Asked) -> dict[str, Any]:
    """Return the report, the rows to be put right kept as a file of the person's own."""
    installation, texts, errors = call.installation, texts_of(call), None
    if report.error_workbook:
        kept = keep_errors(installation, report.error_workbook, asked.name, texts)
        with installation.db.write() as conn:
            errors = add_errors(installation, conn, asked.person, kept)
    return report_json(report, translator(texts), dry_run=asked.dry_run, errors=errors)


def _issues(call: Call, issues: Iterable[Issue]) -> tuple[Shown, ...]:
    texts = texts_of(call)
    return tuple(Shown(text_of(texts, each.code, dict(each.params))) for each in issues)


def _page(call: Call, form: FormModel, model: ImportPage, status: int = 200) -> Answer:
    crumbs = [Link(texts_of(call).label(form.definition.label), form_url(form))]
    return page(call, "runtime/import.html", model, crumbs, status=status)
