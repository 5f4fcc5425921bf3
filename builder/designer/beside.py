"""The addresses beside the draft itself: other eyes, remarks, who is there, what an app consists of."""

from __future__ import annotations

from builder.designer.overview.diagram import show_diagram
from builder.designer.presence import tell_here
from builder.designer.publics import show_look
from builder.designer.remarks.pages import (
    add_over_rest,
    say,
    show_remarks,
    tell_remarks,
    turn,
    turn_over_rest,
)
from builder.designer.seeing.pages import show_as, show_list, show_new, show_record
from builder.designer.seeing.why import show_why, tell_why
from runtime.web.routing import Permission, Routes

_BASE, _API = "/design/{app}", "/api/builder/{app}"


def add_routes_beside(routes: Routes) -> None:
    """Register the pages around the draft, and what they answer to programs."""
    designer = Permission.designer
    routes.add("GET", _BASE + "/as", designer)(show_as)
    routes.add("GET", _BASE + "/as/{form}", designer)(show_list)
    routes.add("GET", _BASE + "/as/{form}/new", designer)(show_new)
    routes.add("GET", _BASE + "/as/{form}/{id}", designer)(show_record)
    routes.add("GET", _BASE + "/why", designer)(show_why)
    routes.add("GET", _API + "/why", designer)(tell_why)
    routes.add("GET", _BASE + "/publics/{key}/look", designer)(show_look)
    routes.add("GET", _BASE + "/diagram", designer)(show_diagram)
    routes.add("POST", _BASE + "/here", designer)(tell_here)
    routes.add("GET", _BASE + "/remarks", designer)(show_remarks)
    routes.add("POST", _BASE + "/remarks", designer)(say)
    routes.add("POST", _BASE + "/remarks/{id}", designer)(turn)
    routes.add("GET", _API + "/remarks", designer)(tell_remarks)
    routes.add("POST", _API + "/remarks", designer)(add_over_rest)
    routes.add("POST", _API + "/remarks/{id}", designer)(turn_over_rest)
