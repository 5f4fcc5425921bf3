"""Problems of plain forms, beside their inputs and in the summary above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from frontend.texts import Texts
from frontend.views import Issue as Shown
from runtime.web.errors import text_of
from schemas.errors import Issue

Inputs = Mapping[str, tuple[str, str]]


def told(texts: Texts, issues: Iterable[Issue], inputs: Inputs) -> tuple[Shown, ...]:
    """Return what a template shows; ``inputs``: path of an issue -> name of its input, code of its label."""
    found = []
    for each in issues:
        name, label = inputs.get(each.path, ("", ""))
        found.append(
            Shown(text_of(texts, each.code, dict(each.params)), name, texts.t(label) if label else "")
        )
    return tuple(found)
