"""Duplicates through REST: pairs that were found, several records made one, and that taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import FormModel
from engines.form.columns import iso
from engines.query import Query, Uow
from engines.store import reading
from engines.store.merging import Merge, Merged, merges_of, unmerge
from engines.store.merging.book import merge_by_id
from engines.store.merging.proposal import Eyes
from engines.store.merging.unmerge import Unmerged
from runtime.api.answering import writing
from runtime.api.parameters import known
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue, NotFound

_FORM = "/api/{app}/{form}"
_KEYS = ("ids", "survivor", "choices", "versions")


def add_merge_routes(routes: Routes) -> None:
    """Register the routes; before those of records."""
    person = Permission.person
    routes.add("GET", _FORM + "/merge", person)(preview)
    routes.add("POST", _FORM + "/merge", person, in_unit=True)(merge)
    routes.add("POST", _FORM + "/merges/{merge}/undo", person, in_unit=True)(undo)
    routes.add("GET", _FORM + "/{id}/merges", person)(list_merges)


def preview(call: Call) -> Answer:
    """Answer what a merge of ``ids`` would choose and re-point."""
    known(call, "ids", "survivor")
    ids = [_id("ids", each) for each in call.query.get("ids", "").split(",") if each]
    stays = call.query.get("survivor")
    work = _work(call, call.form, ids, None if stays is None else _id("survivor", stays))
    proposal = work.proposal(call.conn)
    moves = work.moves(call.conn, proposal)
    rights = call.access.form(call.app, call.form)
    choices = {key: str(each) for key, each in proposal.choices.items() if rights.usable(key)}
    seen = {path: count for path, count in moves.records.items() if _known_form(call, path)}
    return json_answer(
        {"survivor": str(proposal.survivor), "choices": choices, "records": seen, "beside": moves.rows}
    )


def _known_form(call: Call, path: str) -> bool:
    rights = call.access.form(call.app, call.app.forms[path])
    return any(rights.may(action) for action in rights.act)


def _work(
    call: Call,
    form: FormModel,
    ids: list[int],
    survivor: int | None,
    choices: Mapping[str, int | str] | None = None,
) -> Merge:
    return Merge(call.installation.store, call.app, form, call.access, ids, survivor, choices or {})


def merge(call: Call) -> Answer:
    """Merge ``ids``; ``choices`` say of which record a field's value is, ``all`` for lists."""
    _ = call.form  # whoever may not see it learns nothing about the body either
    body = call.json_object
    unknown = [Issue(each, "request.unknown_key", {"name": each[:40]}) for each in body if each not in _KEYS]
    if unknown:
        raise Invalid(unknown, "request.invalid")
    ids = body.get("ids")
    if not isinstance(ids, list):
        raise Invalid([Issue("ids", "request.not_a_list")], "request.invalid")
    stays, said = body.get("survivor"), _object(body, "choices")
    choices: dict[str, int | str] = {
        key: "all" if each == "all" else _id(key, each) for key, each in said.items()
    }
    versions = {_id("versions", key): each for key, each in _object(body, "versions").items()}
    survivor = None if stays is None else _id("survivor", stays)
    numbers = [_id("ids", each) for each in ids]

    def work(uow: Uow, form: FormModel) -> Answer:
        doing = Merge(call.installation.store, uow.app, form, uow.access, numbers, survivor, choices)
        made = doing.carry_out(uow, versions)
        found = merge_by_id(uow.conn, made)
        return json_answer({"merge": str(made), "survivor": str(found.survivor if found else 0)})

    return writing(call, work)


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise Invalid([Issue(name, "request.not_an_object")], "request.invalid")
    return found


def _id(name: str, raw: object) -> int:
    found = id_in(raw) if isinstance(raw, str) else None
    if found is None:
        raise Invalid([Issue(name, "field.not_an_id", {"value": str(raw)[:40]})], "request.invalid")
    return found


def undo(call: Call) -> Answer:
    """Take a merge back; ``left`` says what stays, because somebody changed it since."""
    _ = call.form
    number = id_in(call.params["merge"])

    def work(uow: Uow, form: FormModel) -> Answer:
        made = None if number is None else merge_by_id(uow.conn, number)
        if made is None:
            raise NotFound
        done = unmerge(uow, Eyes(call.installation.store, uow.app, uow.access, form), made)
        return json_answer(_undone(call, uow, done))

    return writing(call, work)


def _undone(call: Call, uow: Uow, done: Unmerged) -> dict[str, Any]:
    left = []
    for path, record_id, fields in done.left:
        rights = uow.access.form(uow.app, uow.app.forms[path])
        seen = [each for each in fields if rights.readable(each)]
        if seen and _may_see(call, uow, path, record_id):
            left.append({"form": path, "id": str(record_id), "fields": seen})
    return {"restored": done.restored, "returned": done.returned, "left": left}


def _may_see(call: Call, uow: Uow, path: str, record_id: int) -> bool:
    try:
        reading.get(call.installation.store, uow.conn, uow.app, uow.access, Query(path, ()), record_id)
    except NotFound:
        return False
    return True


def list_merges(call: Call) -> Answer:
    """Answer what was merged into one record, the latest first."""
    known(call)
    store, form = call.installation.store, call.form
    reading.get(store, call.conn, call.app, call.access, Query(form.path, ()), call.record_id)
    return json_answer({"data": [_told(each) for each in merges_of(call.conn, form.uid, call.record_id)]})


def _told(made: Merged) -> dict[str, Any]:
    return {
        "merge": str(made.id), "at": iso(made.at), "actor": None if made.actor is None else str(made.actor),
        "absorbed": [str(each) for each in made.absorbed],
        "undone_at": None if made.undone_at is None else iso(made.undone_at),
    }  # fmt: skip
