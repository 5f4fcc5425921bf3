"""Every address of public forms."""

from __future__ import annotations

from runtime.publics.managing import add_managing_routes
from runtime.publics.serving import add_public_routes
from runtime.publics.tying import add_tying_routes
from runtime.web.routing import Routes


def add_publics(routes: Routes) -> None:
    """Register what strangers open, and what those open who make links."""
    add_public_routes(routes)
    add_managing_routes(routes)
    add_tying_routes(routes)
