"""Image: uploaded pictures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from engines.form.field import Example, FieldContext
from engines.form.fields.file import FileOptions
from engines.form.links import ManyIds
from engines.form.readers.lists import to_many
from schemas.kinds import kind

# What every browser shows and no browser runs; an SVG may hold a script.
Format = Literal["image/jpeg", "image/png", "image/webp", "image/gif"]


class ImageOptions(FileOptions):
    """How many pictures, how large and of which formats."""

    max_files: Annotated[int, Field(ge=1, le=100)] = 9
    accept: Annotated[tuple[Format, ...], Field(min_length=1)] = (
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
    )


@kind
class Image(ManyIds[ImageOptions]):
    """Pictures."""

    name, icon, group = "image", "photo", "file"
    Options = ImageOptions
    target = "file"
    examples = (
        Example(raw=["41"], value=(41,), json=["41"]),
        Example(raw=None, value=(), json=[]),
        Example(raw=[str(each) for each in range(1, 11)], error="field.too_many"),
        Example(raw=[{"id": "41"}], error="field.not_an_id"),
    )

    def annotation(self, options: ImageOptions, context: FieldContext) -> Any:
        """Accept the ids that uploads were given."""
        return to_many(options.max_files)
