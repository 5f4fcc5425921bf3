"""A spreadsheet comes in: sent, matched, checked, imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Literal

from starlette.datastructures import UploadFile

from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Options, Target
from engines.exchange.report import Report, RowIssue
from engines.form import FormModel
from engines.query import Cause
from engines.store import files
from engines.store.files import FileRow
from frontend.records import ImportColumn, ImportPage, ImportResult
from frontend.views import Issue as Shown
from frontend.views import Link
from runtime.screens.posted import keep_upload, sent_file
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.uploads import field_items, key_items, look_into, sent_sheet, sheet_path
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.elements import Action as Doing
from schemas.errors import Forbidden, Invalid, Issue

LIMIT = 60_000_000
_SHOWN = 20


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
    model = ImportPage("upload", f"{form_url(form)}/import", form_url(form), template, shown)
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
        f"{form_url(form)}/import",
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
    key, dry = call.field("key"), call.field("action") != "start"
    mapping = {each.name: each.field or None for each in chosen}
    options = Options(mode=mode, key=key or None, map=mapping, dry_run=dry)
    try:
        report = _import(call, form, row, options)
    except Invalid as error:
        again = _matching(
            call, form, row, chosen, count, key=key, mode=mode, issues=_issues(call, error.issues)
        )
        return _page(call, form, again, 422)
    result = _result(call, report, row, dry=dry)
    model = ImportPage(
        "done",
        f"{form_url(form)}/import",
        form_url(form),
        token=str(row.id),
        file_name=row.name,
        columns=chosen,
        key=key,
        mode=mode,
        result=result,
    )
    return _page(call, form, model)


def _import(call: Call, form: FormModel, row: FileRow, options: Options) -> Report:
    texts, installation = texts_of(call), call.installation

    def translate(code: str, params: Mapping[str, object]) -> str:
        return text_of(texts, code, dict(params))

    cause = Cause("import", call.person.id if call.person else None, note=row.name)
    target = Target(installation.store, call.app, call.access, form, cause)
    with sheet_path(call, row) as path:
        call.release()  # a write must not wait for this reader
        return import_file(target, path, options, Follow(translate=translate))


def _result(call: Call, report: Report, row: FileRow, *, dry: bool) -> ImportResult:
    problems = tuple((each.row, _told(call, each)) for each in report.issues[:_SHOWN])
    url = _keep_workbook(call, report.error_workbook, row) if report.error_workbook else ""
    return ImportResult(report.created, report.updated, report.unchanged, report.refused, dry, problems, url)


def _told(call: Call, issue: RowIssue) -> str:
    texts = texts_of(call)
    text = text_of(texts, issue.code, dict(issue.params))
    return texts.t("screen.import.place", column=issue.column, text=text) if issue.column else text


def _keep_workbook(call: Call, content: bytes, row: FileRow) -> str:
    """Keep the rows to be put right as a file of the person's own."""
    installation = call.installation
    name = texts_of(call).t("screen.import.errors_name", name=row.name.rpartition(".")[0])
    kept = files.keep(installation.files, BytesIO(content), name, len(content))
    with installation.db.write() as conn:
        number = files.add_file(conn, installation.ids, installation.clock, row.user_id or 0, kept)
    return f"/files/{number}"


def _issues(call: Call, issues: Iterable[Issue]) -> tuple[Shown, ...]:
    texts = texts_of(call)
    return tuple(Shown(text_of(texts, each.code, dict(each.params))) for each in issues)


def _page(call: Call, form: FormModel, model: ImportPage, status: int = 200) -> Answer:
    crumbs = [Link(texts_of(call).label(form.definition.label), form_url(form))]
    return page(call, "runtime/import.html", model, crumbs, status=status)
