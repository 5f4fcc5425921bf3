"""Lists as spreadsheets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Literal

from engines.exchange.exporting import Source, Style, export
from engines.query import Query
from runtime.api.parameters import condition, known, sorting
from runtime.api.shapes import keys_of
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue

_CHUNK = 1 << 18
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def add_sheet_routes(routes: Routes) -> None:
    """Register the routes."""
    routes.add("GET", "/api/{app}/{form}/export.csv", Permission.person)(export_csv)
    routes.add("GET", "/api/{app}/{form}/export.xlsx", Permission.person)(export_xlsx)


def export_csv(call: Call) -> Answer:
    """Answer what a list holds, all of it, as CSV."""
    return _export(call, "csv")


def export_xlsx(call: Call) -> Answer:
    """Answer what a list holds, all of it, as a workbook."""
    return _export(call, "xlsx")


def _export(call: Call, kind: Literal["csv", "xlsx"]) -> Answer:
    known(call, "filter", "sort", "fields", "search")
    asked = call.query
    query = Query(
        call.form.path,
        fields=keys_of(asked.get("fields")),
        where=condition(call),
        search=asked.get("search"),
        sort=sorting(asked.get("sort")),
    )
    rights = call.access.form(call.app, call.form)
    for key in query.fields or ():
        if not rights.readable(key):
            raise Invalid([Issue("fields", "query.unknown_field", {"name": key})], "query.invalid")
    source = Source(call.installation.store, call.app, call.access)
    call.release()  # the export reads on a snapshot of its own
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        export(source, query, file, Style(kind, locale_of(call)))
    except BaseException:
        file.close()
        raise
    name = {"Content-Disposition": f'attachment; filename="{call.form.key}.{kind}"'}
    return Answer(200, type=_TYPES[kind], headers=name, chunks=_chunks(file))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
