"""Routes and their permissions. A route without one cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from runtime.web.call import Answer, Call

Handler = Callable[[Call], Answer]


class Permission(StrEnum):
    """What a caller must hold before a handler runs; rights to records are checked further down, in the one pass."""

    public = "public"
    person = "person"  # somebody signed in, or an API key
    admin = "admin"  # administers the installation
    designer = "designer"  # may design the app of the path


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``limit`` bounds the body in bytes; ``multipart`` lets it carry files."""

    method: str
    path: str
    permission: Permission
    handler: Handler
    limit: int
    multipart: bool = False

    @property
    def api(self) -> bool:
        """Tell whether answers are JSON and keys are accepted."""
        return self.path.startswith("/api/")


@dataclass(slots=True)
class Routes:
    """A table of routes, filled by decorators."""

    table: list[Route] = field(default_factory=list)

    def add(
        self, method: str, path: str, permission: Permission, *, limit: int = 1_000_000, multipart: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register a handler."""

        def register(handler: Handler) -> Handler:
            self.table.append(Route(method, path, permission, handler, limit, multipart))
            return handler

        return register

    def __iter__(self) -> Iterator[Route]:
        """Iterate over the routes in their order: the first that matches answers."""
        return iter(self.table)
