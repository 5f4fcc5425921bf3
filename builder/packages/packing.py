"""Packages go out and come in: a page, and REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.packages.installing import install, pack
from engines.access import Access
from frontend.packing import PackagePage
from runtime.api.parameters import known
from runtime.screens.posted import sent_file
from runtime.screens.shell import page
from runtime.web.call import Answer, Call, json_answer
from schemas.errors import Forbidden, Invalid, Issue

_CHUNK = 1 << 18


def show_package(call: Call) -> Answer:
    """Answer the ways in which an app goes out."""
    desk = Desk(call)
    admin = call.person is not None and call.person.admin
    title = desk.texts.t("package.title", name=desk.texts.label(desk.draft.document.get("label")))
    model = PackagePage(title, desk.bar(), f"{desk.base}/export", f"{desk.base}/package.zip", records=admin)
    return page(call, "builder/package.html", model, crumbs(desk, ""), nav=desk.nav())


def package(call: Call) -> Answer:
    """Answer what is published as a ZIP archive; with ``data=1``, with its records and files.

    Only an administrator takes records out: whoever designs need not see them.
    """
    known(call, "data")
    records = call.query.get("data", "") not in {"", "0"}
    if records and not (call.person and call.person.admin):
        raise Forbidden("package.records")
    app, access = call.app, Access(None) if records else None  # those of modules that are off as well
    call.release()
    stream = pack(call.installation, app, access)
    name = {"Content-Disposition": f'attachment; filename="{app.key}.zip"'}
    return Answer(200, type="application/zip", headers=name, chunks=_chunks(stream))


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def install_package(call: Call) -> Answer:
    """Make a new app of the package that was sent as ``file``."""
    given, actor = sent_file(call), call.actor
    if given is None:
        raise Invalid([Issue("file", "field.required")], "package.refused")
    call.release()
    made = install(call.installation, given.file, actor)
    told = {"app": made.app.key, "version": made.app.version, "records": made.records}
    return json_answer(told, 201)
