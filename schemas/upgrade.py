"""Old formats load for ever: one function a step, each from its format to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemas.elements import FORMAT
from schemas.errors import Invalid, Issue

Step = Callable[[dict[str, Any]], dict[str, Any]]
# Keyed by the format a step starts from. Format 1 is the first: the chain is empty until there is a second.
STEPS: Mapping[int, Step] = {}


def upgrade(raw: dict[str, Any], steps: Mapping[int, Step] = STEPS, target: int = FORMAT) -> dict[str, Any]:
    """Return the document in the present format. Raises ``Invalid`` for a format that is unknown or newer."""
    found = raw.get("weft")
    if not isinstance(found, int) or isinstance(found, bool):
        raise Invalid([Issue("/weft", "definition.missing", {"name": "weft"})], "definition.invalid")
    if not 1 <= found <= target:
        raise Invalid([Issue("/weft", "definition.unknown_format", {"format": found})], "definition.invalid")
    for step in range(found, target):
        raw = steps[step](raw) | {"weft": step + 1}
    return raw
