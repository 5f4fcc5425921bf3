"""What may be written in a formula: fields and functions with their help, for completion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from engines.expression import FUNCTIONS
from engines.expression.pinyin import readings
from frontend.texts import Texts

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def words(texts: Texts, fields: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return fields (path, label, type) and functions. ``find``: what else one may type for a field."""
    return {
        "fields": [
            {"key": path, "label": label, "type": texts.t(f"type.{kind}"), "find": _spoken(label)}
            for path, label, kind in fields
        ],
        "functions": [
            {
                "key": each.name,
                "signature": each.signature,
                "params": [
                    {"name": one.name, "optional": one.optional, "repeated": one.repeated}
                    for one in each.params
                ],
                "help": texts.t(each.help),
                "examples": [f"{text} = {result}" for text, result in each.examples[:1]],
            }
            for each in FUNCTIONS.values()
        ],
    }


def _spoken(label: str) -> list[str]:
    """Return the pinyin of a label, whole and as initials."""
    found = []
    for syllables in {way for run in _CHINESE.findall(label) for way in readings(run)}:
        found += ["".join(syllables), "".join(each[:1] for each in syllables)]
    return found
