"""What was typed before the session ended, carried through signing in and kept as a draft."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from engines.query import Query
from engines.store import reading
from engines.store.people import Opened
from runtime.screens.drafts import keep
from runtime.screens.posted import read_posted, writable
from runtime.web.call import Call, id_in
from schemas.errors import WeftError

AT_MOST = 100_000  # characters
_PLACE = re.compile(r"/a/(?P<app>[^/]+)/(?P<form>[^/]+)/(?:new|(?P<id>\d{1,19})/edit)")
_FIELDS_AT_MOST = 20_000


def bring_back(call: Call, opened: Opened, address: str, typed: str) -> str:
    """Keep as a draft of whoever has just signed in what was typed; return the address that shows it."""
    parts = urlsplit(address)
    place = _PLACE.fullmatch(parts.path)
    if place is None or len(typed) > AT_MOST:
        return address
    known = {name: text for name, text in place.groupdict().items() if text}
    asked = Call(call.installation, "POST", parts.path, known, b"", call.headers, {}, call.address)
    try:
        version = _keep(asked, opened.user_id, typed)
    except (WeftError, ValueError):  # she may not fill this form, or what came along is no form
        return address
    finally:
        asked.release()
    shown = urlencode({"_draft": "1", **({"_version": version} if version.isdecimal() else {})})
    return f"{address}{'&' if parts.query else '?'}{shown}"


def _keep(asked: Call, user_id: int, typed: str) -> str:
    installation = asked.installation
    asked.epoch = installation.current(asked.conn)
    asked.person = installation.person(asked.conn, user_id, asked.epoch)
    pairs = parse_qsl(typed, keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST)
    vars(asked)["posted"] = pairs
    number = id_in(asked.params["id"]) if "id" in asked.params else None
    if number is not None:  # nothing is kept for a record that she may not see
        query = Query(asked.form.path, ())
        reading.get(installation.store, asked.conn, asked.app, asked.access, query, number)
    values = read_posted(asked, writable(asked, asked.form, number))
    keep(asked, asked.form, number or 0, values)
    return dict(pairs).get("_version", "")
