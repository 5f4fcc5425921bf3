"""Bodies: read up to a limit, forms with files into temporary ones."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from runtime.web.routing import Route
from schemas.errors import Invalid, Issue, LimitReached

TRUSTED = 1_000_000  # bytes that are read before anybody is asked who they are
_PART = 4_000_000  # bytes of a field of a form that is no file
_FILES, _FIELDS = 50, 100_000  # a thousand rows of a hundred cells


def large(headers: Headers) -> bool:
    """Tell whether a body may be larger than what is read of strangers."""
    declared = headers.get("content-length")
    return "transfer-encoding" in headers if declared is None else _number(declared) > TRUSTED


async def read_body(
    scope: MutableMapping[str, Any], receive: Any, route: Route, headers: Headers
) -> tuple[bytes | None, FormData | None]:
    """Read the body up to the route's limit; None when the client went away.

    Raises LimitReached, and Invalid for a form that is none.
    """
    declared = headers.get("content-length")
    if declared is not None and _number(declared) > route.limit:
        raise LimitReached("limit.body", limit=route.limit)
    if route.multipart and headers.get("content-type", "").startswith("multipart/form-data"):
        if declared is None:
            raise LimitReached("limit.body", limit=route.limit)  # an upload of unknown length is not begun
        return b"", await _form(Request(scope, receive))
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, None
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > route.limit:
            raise LimitReached("limit.body", limit=route.limit)
        parts.append(part)
    return b"".join(parts), None


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=_FILES, max_fields=_FIELDS, max_part_size=_PART)
    except (MultiPartException, HTTPException):
        raise Invalid([Issue("", "request.not_a_form")], "request.invalid") from None


def _number(text: str) -> int:
    """Return a length; what is none is longer than anything."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 1 << 62
