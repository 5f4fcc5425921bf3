"""Flows on the screen: stages and trails on the page of a record, tasks on a page of their own."""

from runtime.screens.flow import acting, moving, task
from runtime.web.routing import Permission, Routes

__all__ = ["add_flow_screens"]

_RECORD = "/a/{app}/{form}/{id}"
_FILLED = 256_000_000  # bytes of a form sent with its files


def add_flow_screens(routes: Routes) -> None:
    """Register the screens of flows."""
    person = Permission.person
    routes.add("GET", "/tasks/{id}", person)(task.show_task)
    routes.add("POST", "/tasks/{id}", person, limit=_FILLED, multipart=True)(task.press_button)
    routes.add("GET", "/tasks/{id}/people", person)(task.find_people)
    routes.add("GET", "/tasks/{id}/lookup/{field}", person)(task.find_choices)
    routes.add("GET", _RECORD + "/move/{move}", person)(moving.ask)
    routes.add("POST", _RECORD + "/move/{move}", person, limit=_FILLED, multipart=True)(moving.make)
    routes.add("POST", _RECORD + "/flows/{flow}", person)(acting.start)
    routes.add("GET", _RECORD + "/withdraw/{instance}", person)(acting.ask_withdrawing)
    routes.add("POST", _RECORD + "/withdraw/{instance}", person)(acting.withdraw)
