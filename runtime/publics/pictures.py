"""An address as a code that telephones read."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO


@lru_cache(maxsize=256)
def picture_of(address: str) -> str:
    """Return a QR code as SVG: black on white whatever the theme, with the margin that readers need."""
    import segno  # a tenth of a second that only these pages spend

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", omitsize=True, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()
