"""Everybody in the organisation: departments, members, invitations and roles; for administrators."""

from runtime.screens.people import bulk, departments, designing, invitations, members, person, roles
from runtime.web.routing import Permission, Routes

__all__ = ["add_people_routes"]

_LIST = 20_000_000  # bytes of a list sent as a file


def add_people_routes(routes: Routes) -> None:
    """Register the pages about people; fixed words before ids."""
    admin = Permission.admin
    routes.add("GET", "/people", admin)(members.show_members)
    routes.add("GET", "/people/find", admin)(members.find)
    routes.add("GET", "/people/bulk", admin)(bulk.show_bulk)
    routes.add("POST", "/people/bulk", admin, limit=_LIST, multipart=True)(bulk.take_bulk)
    routes.add("GET", "/people/new", admin)(person.new_person)
    routes.add("POST", "/people/new", admin)(person.create_person)
    _add_departments(routes)
    routes.add("GET", "/people/invitations", admin)(invitations.show_invitations)
    routes.add("POST", "/people/invitations", admin)(invitations.invite_all)
    routes.add("POST", "/people/invitations/csv", admin)(invitations.download_links)
    routes.add("GET", "/people/roles", admin)(roles.show_roles)
    routes.add("GET", "/people/roles/{of}/{role}", admin)(roles.show_role)
    routes.add("POST", "/people/roles/{of}/{role}", admin)(roles.change_role)
    routes.add("GET", "/people/designers", admin)(designing.show_designers)
    routes.add("GET", "/people/designers/{of}", admin)(designing.show_app)
    routes.add("POST", "/people/designers/{of}", admin)(designing.change)
    routes.add("GET", "/people/{id}", admin)(person.show_person)
    routes.add("POST", "/people/{id}", admin)(person.update_person)
    routes.add("GET", "/people/{id}/link", admin)(person.back)
    routes.add("POST", "/people/{id}/link", admin)(invitations.invite_one)
    routes.add("POST", "/people/{id}/link/withdraw", admin)(invitations.withdraw)
    routes.add("GET", "/people/{id}/deactivate", admin)(person.show_leaving)
    routes.add("POST", "/people/{id}/deactivate", admin)(person.deactivate)
    routes.add("POST", "/people/{id}/activate", admin)(person.activate)


def _add_departments(routes: Routes) -> None:
    admin, one = Permission.admin, "/people/departments/{id}"
    routes.add("GET", "/people/departments", admin)(departments.back)
    routes.add("POST", "/people/departments", admin)(departments.add)
    routes.add("GET", one, admin)(departments.back)
    routes.add("POST", one, admin)(departments.change)
    routes.add("POST", one + "/move", admin)(departments.move)
    routes.add("POST", one + "/delete", admin)(departments.delete)
