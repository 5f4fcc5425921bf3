"""Records of every form at once."""

from __future__ import annotations

from runtime.api.parameters import known, number
from runtime.searching import LONGEST, search_records
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue

_MOST = 20


def add_search_routes(routes: Routes) -> None:
    """Register the search over everything."""
    routes.add("GET", "/api/search", Permission.person)(search)


def search(call: Call) -> Answer:
    """Answer what is found in each form that the caller may see. ``limit``: records a form, 5 by default."""
    known(call, "search", "limit")
    limit = number(call, "limit", 5)
    if not 1 <= limit <= _MOST:
        raise Invalid([Issue("limit", "query.limit", {"max": _MOST})], "query.invalid")
    text = call.query.get("search", "").strip()[:LONGEST]
    found = [
        {"app": each.app.key, "form": each.form.key, "more": each.more,
         "records": [{"id": str(hit.id), "title": hit.title, "facts": list(hit.facts)} for hit in each.hits]}
        for each in search_records(call, text, limit)
    ]  # fmt: skip
    return json_answer({"data": found})
