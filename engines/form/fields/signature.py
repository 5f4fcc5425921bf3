"""Signature: a name drawn by hand, kept as a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from engines.form.field import Example, FieldContext
from engines.form.fields.file import FileOptions
from engines.form.links import ManyIds
from engines.form.readers.lists import to_many
from schemas.kinds import kind


class SignatureOptions(FileOptions):
    """One picture of a few kilobytes."""

    max_files: Literal[1] = 1
    max_mb: Annotated[int, Field(ge=1, le=10)] = 1
    accept: tuple[Literal["image/png"], ...] = ("image/png",)


@kind
class Signature(ManyIds[SignatureOptions]):
    """A signature, drawn with a finger, a pen or a mouse, or set from a typed name."""

    name, icon, group = "signature", "pencil", "file"
    Options = SignatureOptions
    target = "file"
    examples = (
        Example(raw=["51"], value=(51,), json=["51"]),
        Example(raw=None, value=(), json=[]),
        Example(raw=["51", "52"], error="field.too_many"),
        Example(raw=["x"], error="field.not_an_id"),
    )

    def annotation(self, options: SignatureOptions, context: FieldContext) -> Any:
        """Accept the id that the upload was given."""
        return to_many(options.max_files)
