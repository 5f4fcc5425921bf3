"""Import: somebody brings in rows of a sheet."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from engines.exchange.importing import import_file
from engines.exchange.options import Options as Asked
from engines.exchange.options import Target
from engines.query import Cause
from engines.scenario.kinds import Example, StepType
from engines.scenario.verify import Look
from engines.scenario.world import DOOR, World
from schemas.elements import FieldKey, Ref
from schemas.errors import Invalid, Issue
from schemas.kinds import kind
from schemas.scenarios import AForm, StepOptions

Cell = Annotated[str, Field(max_length=4000)]


class ImportOptions(StepOptions):
    """``rows``: the first holds the headings. ``key``: the field by which a record is found and changed."""

    form: AForm
    rows: Annotated[tuple[tuple[Cell, ...], ...], Field(min_length=2, max_length=1000)]
    key: Annotated[FieldKey, Ref("field@form")] | None = None
    mode: Literal["all", "each"] = "all"


@kind
class ImportRows(StepType[ImportOptions]):
    """Rows of a sheet become records."""

    name, icon = "import_rows", "file-import"
    Options = ImportOptions
    examples = (
        Example(({"type": "import_rows", "form": "order", "rows": [["Title"], ["A"], ["B"]]},)),
        Example(
            ({"type": "import_rows", "form": "order", "rows": [["Title", "Amount"], ["A", "5000"]]},),
            ("refused",),
        ),
    )

    def act(self, options: ImportOptions, world: World) -> None:
        """Bring them in as a file, through the importer. Raises Invalid where a row is refused."""
        person = world.person_id(options.by)
        with world.reading() as conn:
            access = world.access(conn, person)
        form = world.form(options.form)
        target = Target(world.store, world.app, access, form, Cause(DOOR, person))
        with tempfile.TemporaryDirectory() as folder:
            sheet = Path(folder) / "rows.csv"
            with sheet.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(options.rows)
            report = import_file(target, sheet, Asked(mode=options.mode, key=options.key))
        if report.issues:
            raise Invalid([Issue(f"{e.row}.{e.column}", e.code, e.params) for e in report.issues])

    def verify(self, options: ImportOptions, look: Look) -> Iterator[Issue]:
        """Check that every row is as long as the headings."""
        for index, row in enumerate(options.rows):
            if len(row) != len(options.rows[0]):
                yield look.issue(("rows", index), "scenario.uneven_row", expected=len(options.rows[0]))
