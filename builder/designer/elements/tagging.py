"""Values in a text: designers read and write the labels of fields where the definition names their keys."""

from __future__ import annotations

import re
from collections import Counter
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
    known = _told_apart(labels)
    return _TAG.sub(lambda found: f"{{{{ {known.get(found[1], found[1])} }}}}", text)


def with_keys(text: str, labels: Mapping[str, str]) -> str:
    """Return a text whose tags name fields by their keys."""
    keys = {label: path for path, label in _told_apart(labels).items()}
    return _TAG.sub(lambda found: f"{{{{ {keys.get(found[1], found[1])} }}}}", text)


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels that belong to one field alone; others would lead back to the wrong one."""
    times = Counter(labels.values())
    return {path: label for path, label in labels.items() if times[label] == 1}


def keyed(model: type[Options], element: Json, wanted: Json, labels: Mapping[str, str]) -> None:
    """Let every text that was said anew name fields by their keys; what says the same is not said."""
    for name, info in named(model).items():
        if name in wanted and mark_of(Tagged, info) is not None:
            wanted[name] = _keyed(wanted[name], labels)
            if wanted[name] == element.get(name):
                del wanted[name]


def _keyed(said: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(said, dict):
        return {locale: _keyed(text, labels) for locale, text in said.items()}
    return with_keys(said, labels) if isinstance(said, str) else said
