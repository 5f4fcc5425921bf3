"""Routes and their permissions. A route without one cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from runtime.web.call import Answer, Call

Handler = Callable[[Call], Answer]


class Permission(StrEnum):
    """What a caller must hold before a handler runs; rights to records are checked in the one pass."""

    public = "public"
    person = "person"  # somebody signed in, or an API key
    admin = "admin"  # administers the installation
    designer = "designer"  # may design the app of the path


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``limit`` bounds the body in bytes; ``multipart`` lets it carry files.

    ``in_unit``: the handler touches nothing outside one ``Call.unit``, which looks again at who calls.
    ``resume``: answers a form that comes with the token of another session, and writes nothing.
    ``admit``: of a page for strangers whose forms carry a ticket of their own, in place of a token held
    against a cookie; asked before more is read of a stranger than of any other.
    """

    method: str
    path: str
    permission: Permission
    handler: Handler
    limit: int
    multipart: bool = False
    in_unit: bool = False
    resume: Handler | None = None
    admit: Callable[[Call], None] | None = None

    @property
    def api(self) -> bool:
        """Tell whether answers are JSON and keys are accepted."""
        return self.path.startswith("/api/")


class Table:
    """Finds the route of an address by its segments; ``{name}`` stands for one segment that is not empty."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._by_size: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in self.routes:
            parts = tuple(route.path.split("/"))
            self._by_size.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the first route that matches, with what stood in its places."""
        parts = path.split("/")
        for wanted, route in self._by_size.get((method, len(parts)), ()):
            params: dict[str, str] = {}
            for want, part in zip(wanted, parts, strict=True):
                if want[:1] == "{" and part:
                    params[want[1:-1]] = part
                elif want != part:
                    break
            else:
                return route, params
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods under which an address leads somewhere."""
        known = sorted({method for method, _ in self._by_size})
        found = [method for method in known if self.find(method, path) is not None]
        return sorted({*found, "HEAD"}) if "GET" in found else found


class Register(Protocol):
    """Takes the handler of a route, and what answers instead where the token is of another session."""

    def __call__(self, handler: Handler, resume: Handler | None = None) -> Handler:
        """Return the handler."""


@dataclass(slots=True)
class Routes:
    """A table of routes, filled by decorators."""

    table: list[Route] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        permission: Permission,
        *,
        limit: int = 1_000_000,
        multipart: bool = False,
        in_unit: bool = False,
    ) -> Register:
        """Register a handler."""

        def register(handler: Handler, resume: Handler | None = None) -> Handler:
            self.table.append(Route(method, path, permission, handler, limit, multipart, in_unit, resume))
            return handler

        return register

    def for_strangers(self, path: str, handler: Handler, admit: Callable[[Call], None], limit: int) -> None:
        """Register what takes a form from somebody who does not sign in."""
        public = Permission.public
        self.table.append(Route("POST", path, public, handler, limit, multipart=True, admit=admit))

    def __iter__(self) -> Iterator[Route]:
        """Iterate over the routes in their order: the first that matches answers."""
        return iter(self.table)
