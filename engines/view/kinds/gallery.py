"""Gallery: records as cards with a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from schemas.elements import FieldKey, Ref, View
from schemas.errors import Issue
from schemas.kinds import kind


class GalleryOptions(View):
    """The field of the pictures, and whether they fill their frame or are seen whole."""

    picture: Annotated[FieldKey, Ref("field")] | None = None
    fit: Literal["fill", "whole"] = "fill"


@kind
class Gallery(ViewType[GalleryOptions]):
    """Cards side by side."""

    name, icon = "gallery", "layout-grid"
    Options = GalleryOptions
    examples = ({}, {"columns": ["amount"], "fit": "whole"})

    def verify(self, options: GalleryOptions, fitting: Fitting) -> Iterator[Issue]:
        """Check that there are pictures in the field."""
        found = fitting.found(options.picture) if options.picture else None
        if found is not None and found.kind.name != "image":
            yield Issue("picture", "definition.no_picture", {"name": options.picture or ""})

    def shows(self, options: GalleryOptions) -> Sequence[str]:
        """Return the field of the pictures."""
        return tuple(filter(None, (options.picture,)))
