"""People through REST: shutting somebody out, with what is left to do in the hands of others."""

from __future__ import annotations

from engines.flow.leaving import Leaver
from runtime.leaving import deactivate
from runtime.screens.people.frame import administering
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.once import Once
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue


def add_people_routes(routes: Routes) -> None:
    """Register the routes."""
    routes.add("POST", "/api/people/{id}/deactivate", Permission.admin)(shut_out)


def shut_out(call: Call) -> Answer:
    """Shut a person out; ``to`` takes over, else the manager, the head or an administrator."""
    body = call.json_object if call.body else {}
    if issues := [Issue(key, "request.unknown_key", {"name": key}) for key in body if key != "to"]:
        raise Invalid(issues, "request.invalid")
    to = id_in(str(body["to"])) if body.get("to") else None
    if body.get("to") and to is None:
        raise Invalid([Issue("to", "todo.no_such_person")])
    leaver = Leaver(call.record_id, call.actor, to)
    asked = Once.of(call, call.body)
    with administering(call) as conn:
        answered = None if asked is None else asked.claim(conn, call.installation.clock.now())
        if answered is not None:
            return answered
        moved = deactivate(call.installation, conn, leaver)
        answer = json_answer({"id": str(leaver.id), "active": False, "handed_on": moved})
        if asked is not None:
            asked.keep(conn, answer)
    return answer
