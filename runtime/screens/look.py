"""How a table looks, as its address says it: height of rows, a column that stays, widths of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engines.form import FormModel

NARROWEST, WIDEST = 60, 800  # pixels
_STEP = 60


@dataclass(frozen=True, slots=True)
class Look:
    """``compact``: lower rows; ``frozen``: the first column stays; ``widths``: field key and pixels."""

    compact: bool = False
    frozen: bool = False
    widths: tuple[tuple[str, int], ...] = ()

    def pairs(self) -> dict[str, str]:
        """Return the parameters that say this; blank for what is as usual."""
        words = [word for word, said in (("compact", self.compact), ("frozen", self.frozen)) if said]
        widths = ",".join(f"{key}:{width}" for key, width in self.widths)
        return {"look": ",".join(words), "width": widths}

    def width(self, key: str) -> int | None:
        """Return the width of a column, None where its content says."""
        return dict(self.widths).get(key)

    def wider(self, key: str, usual: int, steps: int) -> Look:
        """Return this with one column wider, or narrower, by some steps."""
        found = _within((self.width(key) or usual) + steps * _STEP)
        return replace(self, widths=tuple({**dict(self.widths), key: found}.items()))


def read_look(said: Mapping[str, str], form: FormModel) -> Look:
    """Read what parameters say; what means nothing is left out."""
    words = said.get("look", "").split(",")
    widths: dict[str, int] = {}
    for part in said.get("width", "")[:4000].split(","):
        key, _, width = part.partition(":")
        if key in form.fields and width.isascii() and width.isdecimal() and len(width) <= 4:
            widths[key] = _within(int(width))
    return Look("compact" in words, "frozen" in words, tuple(widths.items()))


def _within(width: int) -> int:
    return min(max(width, NARROWEST), WIDEST)
