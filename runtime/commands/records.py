"""Records in and out of spreadsheets, through the same doors as the screens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engines.access import Access
from engines.exchange.exporting import Source, Style, export
from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Options, Target
from engines.expression import ExpressionError, parse
from engines.query import Cause, Query
from runtime.commands.frame import find_app
from runtime.commands.terminal import Terminal
from schemas.errors import Invalid, Issue
from schemas.kinds import unknown_issue

if TYPE_CHECKING:
    from engines.exchange.report import Report
    from engines.form import AppModel, FormModel
    from runtime.installation import Installation

_SHOWN = 20


def bring_in(
    terminal: Terminal,
    installation: Installation,
    target: str,
    sheet: Path,
    options: Options,
    map_file: Path | None,
) -> bool:
    """Import a sheet and say what became of it; False when a row was refused."""
    if map_file is not None:
        options = replace(options, map=_read_map(map_file))
    app, form = find_form(installation, target)
    into = Target(installation.store, app, Access(None), form, Cause("import", None, note=sheet.name))
    with _bar(terminal) as advance:
        report = import_file(into, sheet, options, Follow(translate=terminal.text, progress=advance))
    installation.worker.run_due()  # the words of large imports are indexed by a job
    _tell(terminal, report, sheet, dry_run=options.dry_run)
    return not report.refused


def take_out(
    terminal: Terminal, installation: Installation, target: str, sheet: Path, where: str | None
) -> None:
    """Export the records a formula chooses, or all. Raises Invalid for one that cannot be understood."""
    app, form = find_form(installation, target)
    try:
        chosen = parse(where) if where else None
    except ExpressionError as error:
        raise Invalid([Issue("--filter", error.code, error.params)]) from None
    style = Style("csv" if sheet.suffix.lower() == ".csv" else "xlsx", terminal.texts.locale)
    with sheet.open("wb") as out, terminal.busy("export.writing"):
        count = export(
            Source(installation.store, app, Access(None)), Query(form.path, where=chosen), out, style
        )
    terminal.say("export.done", "green", count=count, file=sheet)


def find_form(installation: Installation, target: str) -> tuple[AppModel, FormModel]:
    """Return the form that ``app.form`` names. Raises Invalid with the nearest one that exists."""
    app_key, _, form_key = target.partition(".")
    app = find_app(installation, app_key)
    forms = {key: form for key, form in app.forms.items() if form.parent is None}
    if form_key not in forms:
        raise Invalid([unknown_issue(target, "command.no_form", form_key, forms)])
    return app, forms[form_key]


def _read_map(file: Path) -> dict[str, str | None]:
    """Read ``{"header": "field"}``; null leaves a column out."""
    try:
        found: Any = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise Invalid([Issue(str(file), "command.bad_map")]) from None
    if not isinstance(found, dict) or not all(
        value is None or isinstance(value, str) for value in found.values()
    ):
        raise Invalid([Issue(str(file), "command.bad_map")])
    return found


def _tell(terminal: Terminal, report: Report, sheet: Path, *, dry_run: bool) -> None:
    counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged", "refused")}
    terminal.table(tuple(counts), [[f"{count:,}" for count in counts.values()]], right=tuple(counts))
    if report.unmapped:
        terminal.warn("import.unmapped", names=", ".join(report.unmapped))
    if report.blanked:
        terminal.warn("import.blanked", count=report.blanked)
    if report.left:
        terminal.warn("import.left", count=report.left)
    for each in report.issues[:_SHOWN]:
        place = f"{each.row} {each.column}" if each.column else str(each.row)
        terminal.warn("import.issue", place=place, text=terminal.text(each.code, each.params))
    if report.error_workbook is not None:
        beside = sheet.with_name(f"{sheet.stem}.errors.xlsx")
        beside.write_bytes(report.error_workbook)
        terminal.warn("import.workbook", count=report.refused, file=beside)
    terminal.say("import.checked" if dry_run else "import.written" if report.written else "import.nothing")


@contextmanager
def _bar(terminal: Terminal) -> Iterator[Any]:
    """Show how many rows are done while they are; nothing where nobody looks."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(terminal.text("command.import.rows"), total=None)
        yield lambda rows: progress.update(task, completed=rows)
