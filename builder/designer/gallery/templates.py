"""The templates there are: files of the examples, read when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from runtime.demo import EXAMPLES
from schemas.errors import NotFound

Json = Mapping[str, Any]
_ENDING = "_template.json"


def templates(folder: Path = EXAMPLES) -> dict[str, Json]:
    """Return the definitions by the names of their files."""
    return {
        each.name.removesuffix(_ENDING): orjson.loads(each.read_bytes())
        for each in sorted(folder.glob(f"*{_ENDING}"))
    }


def template(name: str, folder: Path = EXAMPLES) -> Json:
    """Return one. Raises NotFound."""
    found = templates(folder).get(name)
    if found is None:
        raise NotFound
    return found
