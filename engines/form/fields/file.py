"""File: uploaded files."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engines.form.field import Example, FieldContext
from engines.form.links import ManyIds
from engines.form.readers.lists import to_many
from schemas.elements import FieldOptions
from schemas.kinds import kind


class FileOptions(FieldOptions):
    """How many files, and how large each may be."""

    max_files: Annotated[int, Field(ge=1, le=100)] = 10
    max_mb: Annotated[int, Field(ge=1, le=1000)] = 20


@kind
class File(ManyIds[FileOptions]):
    """Files; the value names them, and the file row says who may read them."""

    name, icon, group = "file", "paperclip", "file"
    Options = FileOptions
    target = "file"
    examples = (
        Example(raw=["31", "32"], value=(31, 32), json=["31", "32"]),
        Example(raw="31", value=(31,), json=["31"]),
        Example(raw=[], value=(), json=[]),
        Example(raw=["31", "32"], error="field.too_many", options={"max_files": 1}),
        Example(raw=["report.pdf"], error="field.not_an_id"),
    )

    def annotation(self, options: FileOptions, context: FieldContext) -> Any:
        """Accept the ids that uploads were given."""
        return to_many(options.max_files)
