"""What became of an import, as it is kept with its job and told to programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engines.exchange.report import Report, RowIssue, Translate
from engines.exchange.resuming import Done
from engines.store import files
from frontend.texts import Texts
from runtime.web.errors import text_of
from schemas.errors import Invalid, Issue, WeftError

if TYPE_CHECKING:
    from runtime.installation import Installation

_SHOWN = 100
_COUNTS = ("created", "updated", "unchanged", "refused", "blanked", "left")


def translator(texts: Texts) -> Translate:
    """Return what turns codes into sentences of one language."""

    def translate(code: str, params: Mapping[str, object]) -> str:
        return text_of(texts, code, dict(params))

    return translate


def report_json(report: Report, translate: Translate, *, dry_run: bool, errors: int | None) -> dict[str, Any]:
    """Return a report with its first problems; ``errors`` is the file of the rows to be put right."""
    return {
        **{name: getattr(report, name) for name in _COUNTS},
        "written": report.written,
        "cancelled": report.cancelled,
        "dry_run": dry_run,
        "unmapped": list(report.unmapped),
        "issues": [_issue(each, translate) for each in report.issues[:_SHOWN]],
        "errors": None if errors is None else f"/files/{errors}",
    }


def committed(done: Done, *, dry_run: bool) -> Report:
    """Return the report of an import that ended early: what it had committed stays."""
    refused = sum(last - first + 1 for first, last in done.refused)
    return Report(
        done.created, done.updated, done.unchanged, refused, done.blanked,
        written=done.row > 0 and not dry_run, cancelled=True,
    )  # fmt: skip


def refusal_json(error: WeftError, translate: Translate) -> dict[str, Any]:
    """Return why a file as a whole was not imported."""
    issues: Iterable[Issue] = error.issues if isinstance(error, Invalid) else ()
    return {
        "code": error.reason,
        "title": translate(error.reason, error.params),
        "issues": [
            {"path": each.path, "code": each.code, "text": translate(each.code, each.params)}
            for each in issues
        ],
    }


def keep_errors(installation: Installation, content: bytes, name: str, texts: Texts) -> files.Kept:
    """Keep the bytes of the rows to be put right, before any transaction begins."""
    shown = texts.t("screen.import.errors_name", name=name.rpartition(".")[0] or name)
    return files.keep(installation.files, BytesIO(content), shown, len(content))


def add_errors(
    installation: Installation, conn: sa.Connection, person: int, kept: files.Kept | None
) -> int | None:
    """Make those rows a file of the person's own."""
    if kept is None:
        return None
    return files.add_file(conn, installation.ids, installation.clock, person, kept)


def _issue(issue: RowIssue, translate: Translate) -> dict[str, Any]:
    return {
        "row": issue.row, "column": issue.column, "field": issue.field, "code": issue.code,
        "text": translate(issue.code, issue.params),
    }  # fmt: skip
