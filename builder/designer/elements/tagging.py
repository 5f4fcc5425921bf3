"""Values in a text: designers read and write the labels of fields where the definition names their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.designer.elements.shapes import named
from builder.designer.reading import Json
from schemas.elements import Tagged
from schemas.kinds import Options
from schemas.marks import mark_of

_TAG = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def with_labels(text: str, labels: Mapping[str, str]) -> str:
    """Return a text whose tags that are just a field say what people call it; others stay formulas."""
    return _TAG.sub(lambda found: f"{{{{ {labels.get(found[1], found[1])} }}}}", text)


def with_keys(text: str, labels: Mapping[str, str]) -> str:
    """Return a text whose tags name fields by their keys. Of two fields called the same it is the first."""
    keys = {label: path for path, label in reversed(list(labels.items()))}
    return _TAG.sub(lambda found: f"{{{{ {keys.get(found[1], found[1])} }}}}", text)


def keyed(model: type[Options], wanted: Json, labels: Mapping[str, str]) -> None:
    """Let every text that was said anew name fields by their keys."""
    for name, info in named(model).items():
        if name in wanted and mark_of(Tagged, info) is not None:
            wanted[name] = _keyed(wanted[name], labels)


def _keyed(said: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(said, dict):
        return {locale: _keyed(text, labels) for locale, text in said.items()}
    return with_keys(said, labels) if isinstance(said, str) else said
