"""What designers' doors answer alike."""

from __future__ import annotations

from typing import Any

from engines.store.plan import Line
from frontend.texts import Texts
from runtime.web.errors import text_of


def line_json(texts: Texts, line: Line) -> dict[str, Any]:
    """Return a line of a plan with its sentence."""
    return {
        "kind": line.kind, "path": line.path, "code": line.code, "count": line.count,
        "blocking": line.blocking, "text": text_of(texts, line.code, dict(line.params)),
    }  # fmt: skip
