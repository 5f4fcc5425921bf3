"""Answers that last: sent as they come, until the client, the server or the source ends."""

from __future__ import annotations

import asyncio
from typing import Any

from runtime.web.call import Answer


def raw_headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer as ASGI wants them."""
    headers = [
        (name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in answer.headers.items()
    ]
    headers.append((b"content-type", answer.type.encode("latin-1")))
    return headers + [(b"set-cookie", each.encode("latin-1")) for each in answer.cookies]


async def stream(answer: Answer, receive: Any, send: Any) -> None:
    """Send what ``events`` yields; a client that goes away is noticed at once."""
    assert answer.events is not None  # noqa: S101 - the caller looked
    sending = asyncio.ensure_future(_send(answer, send))
    leaving = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (sending, leaving):
            each.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        await answer.events.aclose()


async def _send(answer: Answer, send: Any) -> None:
    assert answer.events is not None  # noqa: S101 - likewise
    await send({"type": "http.response.start", "status": answer.status, "headers": raw_headers(answer)})
    async for chunk in answer.events:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
