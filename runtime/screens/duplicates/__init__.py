"""Screens of duplicates: what was found, records side by side, what was merged."""

from runtime.screens.duplicates import found, past, side
from runtime.web.routing import Permission, Routes

__all__ = ["add_duplicate_screens"]

_FORM = "/a/{app}/{form}"


def add_duplicate_screens(routes: Routes) -> None:
    """Register them; before the pages of records."""
    person = Permission.person
    routes.add("GET", _FORM + "/duplicates", person)(found.show_found)
    routes.add("POST", _FORM + "/duplicates/scan", person)(found.scan_again)
    routes.add("POST", _FORM + "/duplicates/dismiss", person)(found.dismiss_group)
    routes.add("POST", _FORM + "/bulk/merge", person)(side.begin_merge)
    routes.add("GET", _FORM + "/merge", person)(side.show_sides)
    routes.add("POST", _FORM + "/merge", person)(side.merge_sides)
    routes.add("GET", _FORM + "/{id}/merges", person)(past.show_past)
    routes.add("POST", _FORM + "/merges/{merge}/undo", person)(past.undo_merge)
