"""Lists as spreadsheets: what is filtered, or what is ticked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO, Literal, cast
from urllib.parse import quote

from engines.exchange.exporting import Source, Style, export
from engines.exchange.writers import Column, XlsxWriter
from engines.form import FormModel
from engines.query import Query, Total
from runtime.screens.bulk import selected
from runtime.screens.kept import saved_views
from runtime.screens.listing import open_listing
from runtime.screens.shell import form_url, go, texts_of
from runtime.screens.uploads import fillable
from runtime.web.call import Answer, Call

Kind = Literal["csv", "xlsx"]
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHUNK = 1 << 16


def export_list(call: Call) -> Answer:
    """Answer the list as the address filters and sorts it; all fields unless columns are chosen."""
    listing = open_listing(call, saved_views(call, call.form))
    chosen = listing.state.columns or (listing.view.columns if listing.view else ())
    query = replace(listing.query(listing.shown()), before=None, after=None, total=Total.none, labels=False)
    if not chosen:
        query = replace(query, fields=None)
    kind = cast("Kind", call.path.rpartition(".")[2])
    return _sheet(call, call.form, query, kind)


def export_selected(call: Call) -> Answer:
    """Answer the ticked rows as a workbook."""
    form, ids = call.form, selected(call)
    if not ids:
        return go(call, form_url(form), texts_of(call).t("screen.bulk.nothing"), "info")
    return _sheet(call, form, Query(form.path, ids=tuple(ids)), "xlsx")


def _sheet(call: Call, form: FormModel, query: Query, kind: Kind) -> Answer:
    texts, installation = texts_of(call), call.installation
    source = Source(installation.store, call.app, call.access)
    call.release()
    stream = TemporaryFile()  # noqa: SIM115 - read after this returns, closed by the reader
    try:
        export(source, query, stream, Style(kind, texts.locale))
    except BaseException:
        stream.close()
        raise
    return download(stream, f"{texts.label(form.definition.label)}.{kind}", _TYPES[kind])


def import_template(call: Call) -> Answer:
    """Answer an empty workbook with the columns a person may bring in."""
    form, texts = call.form, texts_of(call)
    columns = [Column(texts.label(each.options.label)) for each in fillable(call, form)]
    stream = TemporaryFile()  # noqa: SIM115 - read after this returns, closed by the reader
    name = texts.label(form.definition.label)
    XlsxWriter(stream, name, columns).close()
    return download(stream, f"{name}.xlsx", _TYPES["xlsx"])


def download(stream: IO[bytes], name: str, kind: str) -> Answer:
    """Answer a finished file; it is closed when it was read."""
    stream.seek(0)
    answer = Answer(200, type=kind, chunks=_chunks(stream))
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
