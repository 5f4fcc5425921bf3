"""What went wrong, kept as codes with what they tell: it is not known yet who reads it, in which language."""

from __future__ import annotations

from typing import Any

from schemas.elements import LOCALES, Translated, label_of
from schemas.errors import Invalid, Issue, WeftError


def problems_of(error: WeftError) -> list[dict[str, Any]]:
    """Return every problem of an error, as JSON."""
    if isinstance(error, Invalid):
        return [problem_of(each) for each in error.issues]
    return [problem_of(Issue("", error.reason, dict(error.params)))]


def problem_of(issue: Issue) -> dict[str, Any]:
    """Return one problem as JSON."""
    params = {name: _plain(value) for name, value in issue.params.items()}
    return {"path": issue.path, "code": issue.code, "params": params}


def _plain(value: object) -> Any:
    if isinstance(value, Translated):
        return {locale: label_of(value, locale) for locale in LOCALES}
    return value if value is None or isinstance(value, str | int) else str(value)
