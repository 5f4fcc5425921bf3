"""Errors to answers: one mapping to status, RFC 9457 problems for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from frontend.texts import Texts
from runtime.web.call import Answer, json_answer
from schemas.elements import Translated
from schemas.errors import Busy, Conflict, Forbidden, Invalid, Issue, LimitReached, NotFound, Unauthenticated, WeftError

_STATUS: dict[type[WeftError], int] = {
    NotFound: 404, Forbidden: 403, Unauthenticated: 401, Conflict: 409, Invalid: 422, LimitReached: 413, Busy: 503,
}  # fmt: skip
# Problems of the request itself, not of a record in it.
_BAD_REQUEST = {"query.invalid", "request.invalid"}


def status_of(error: WeftError) -> int:
    """Return the HTTP status of an error."""
    if error.reason in _BAD_REQUEST:
        return 400
    if error.reason.startswith("sign_in.too_many"):
        return 429
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def text_of(texts: Texts, code: str, params: dict[str, Any]) -> str:
    """Return the sentence for a code; texts that a designer wrote come along as a parameter."""
    found = {name: texts.label(value) if isinstance(value, Translated) else value for name, value in params.items()}
    if code == "record.check_failed":
        return str(found.get("message", ""))
    return texts.t(code, **found)


def issues_json(issues: Iterable[Issue], texts: Texts) -> list[dict[str, Any]]:
    """Return issues as they stand in a problem."""
    found = []
    for each in issues:
        shown = {"path": each.path, "code": each.code, "text": text_of(texts, each.code, dict(each.params))}
        found.append(shown | ({"suggestion": each.suggestion} if each.suggestion else {}))
    return found


def problem(error: WeftError, texts: Texts, **more: Any) -> Answer:
    """Return an RFC 9457 problem."""
    status = status_of(error)
    body: dict[str, Any] = {
        "type": "about:blank", "title": text_of(texts, error.reason, dict(error.params)), "status": status,
        "code": error.reason,
    }  # fmt: skip
    if isinstance(error, Invalid):
        body["issues"] = issues_json(error.issues, texts)
    answer = json_answer(body | more, status)
    answer.type = "application/problem+json"
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.params.get("retry_after", 1))
    return answer
