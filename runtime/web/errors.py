"""Errors to answers: one mapping to status, RFC 9457 problems for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from frontend.texts import Texts
from runtime.web.call import Answer, json_answer
from schemas.elements import Translated
from schemas.errors import (
    Busy,
    Conflict,
    Failed,
    Forbidden,
    Invalid,
    Issue,
    LimitReached,
    NotAllowed,
    NotFound,
    Unauthenticated,
    WeftError,
)

_STATUS: dict[type[WeftError], int] = {
    NotFound: 404, Forbidden: 403, Unauthenticated: 401, Conflict: 409, Invalid: 422, LimitReached: 413,
    Busy: 503, NotAllowed: 405, Failed: 500,
}  # fmt: skip
_TRY_AGAIN = {"40001", "40P01", "55P03"}  # PostgreSQL: not serialisable, deadlock, lock not granted in time
# Problems of the request itself, not of a record in it.
_BAD_REQUEST = {"query.invalid", "request.invalid"}
_DUPLICATE = "duplicate."


def status_of(error: WeftError) -> int:
    """Return the HTTP status of an error."""
    if error.reason in _BAD_REQUEST:
        return 400
    if error.reason == "sign_in.locked":
        return 429
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def known_error(error: Exception) -> WeftError:
    """Return an error of ours for any: what comes of several writers meeting is worth another try."""
    if isinstance(error, WeftError):
        return error
    again = isinstance(error, sa.exc.TimeoutError) or (
        isinstance(error, sa.exc.DBAPIError)
        and (getattr(error.orig, "sqlstate", None) in _TRY_AGAIN or "database is locked" in str(error.orig))
    )
    return Busy(retry_after=1) if again else Failed()


def text_of(texts: Texts, code: str, params: dict[str, Any]) -> str:
    """Return the sentence for a code; texts that a designer wrote come along as a parameter."""
    found = {
        name: texts.label(value) if isinstance(value, Translated) else value for name, value in params.items()
    }
    if code == "record.check_failed":
        return str(found.get("message", ""))
    records: Any = found.get("records")
    if records:
        titles = (each["title"] or f"#{each['id']}" for each in records)
        found["title"] = texts.t("ui.common.separator").join(titles)
    return texts.t(code, **found)


def is_warning(issue: Issue) -> bool:
    """Tell whether an issue only asks whether one is sure."""
    return issue.code.startswith("duplicate.likely")


def issues_json(issues: Iterable[Issue], texts: Texts) -> list[dict[str, Any]]:
    """Return issues as they stand in a problem."""
    found = []
    for each in issues:
        shown: dict[str, Any] = {
            "path": each.path, "code": each.code, "text": text_of(texts, each.code, dict(each.params)),
        }  # fmt: skip
        if each.code.startswith(_DUPLICATE):
            shown["severity"] = "warning" if is_warning(each) else "error"
            shown["records"] = each.params.get("records", [])
        found.append(shown | ({"suggestion": each.suggestion} if each.suggestion else {}))
    return found


def problem(error: WeftError, texts: Texts) -> Answer:
    """Return an RFC 9457 problem; a stale write is answered with the record as it stands now."""
    status = status_of(error)
    body: dict[str, Any] = {
        "type": "about:blank", "title": text_of(texts, error.reason, dict(error.params)), "status": status,
        "code": error.reason,
    }  # fmt: skip
    if isinstance(error, Invalid):
        body["issues"] = issues_json(error.issues, texts)
    if isinstance(error, Conflict) and error.current is not None:
        body["record"] = error.current
    answer = json_answer(body, status)
    answer.type = "application/problem+json"
    if isinstance(error, Unauthenticated):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.params.get("retry_after", 1))
    return answer
