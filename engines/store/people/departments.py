"""Departments: a tree with heads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from engines.expression import fold
from engines.form.readers.texts import one_line
from engines.ports import Ids
from engines.store.models import bump_epoch
from engines.store.platform import department, user
from schemas.errors import Conflict, Invalid, Issue, NotFound

NAME_AT_MOST = 100
_CHANGEABLE = frozenset({"name", "parent_id", "head_id", "pos"})


@dataclass(frozen=True, slots=True)
class Department:
    """One department; ``head_id`` names a person."""

    id: int
    name: str
    parent_id: int | None
    head_id: int | None
    pos: int


class Tree:
    """All departments at one moment."""

    def __init__(self, departments: Collection[Department]) -> None:
        self.by_id: Mapping[int, Department] = {each.id: each for each in departments}
        self._children: dict[int | None, list[Department]] = {}
        for each in sorted(departments, key=lambda each: (each.pos, each.id)):
            self._children.setdefault(each.parent_id, []).append(each)

    def children(self, department_id: int | None) -> tuple[Department, ...]:
        """Return the departments directly below one, or those at the top."""
        return tuple(self._children.get(department_id, ()))

    def below(self, department_id: int) -> tuple[int, ...]:
        """Return a department and everything below it."""
        found = (department_id,) if department_id in self.by_id else ()
        return found + tuple(under for each in self.children(department_id) for under in self.below(each.id))

    def above(self, department_id: int) -> tuple[Department, ...]:
        """Return a department and everything above it, the top last."""
        found = []
        here = self.by_id.get(department_id)
        while here is not None:
            found.append(here)
            here = self.by_id.get(here.parent_id) if here.parent_id is not None else None
        return tuple(found)

    def path(self, department_id: int) -> str:
        """Return ``Sales/East``: the names from the top."""
        return "/".join(each.name for each in reversed(self.above(department_id)))

    def find(self, path: str) -> Department | None:
        """Return the department of that path; a lone name finds it anywhere if only one bears it."""
        wanted = _parts(path)
        if len(wanted) == 1:
            named = [each for each in self.by_id.values() if fold(each.name) == fold(wanted[0])]
            return named[0] if len(named) == 1 else self._child(None, wanted[0])
        here: Department | None = None
        for name in wanted:
            here = self._child(None if here is None else here.id, name)
            if here is None:
                return None
        return here

    def listing(self, under: int | None = None, depth: int = 0) -> Iterator[tuple[Department, int]]:
        """Iterate over the departments as an indented list: each with its depth, parents first."""
        for each in self.children(under):
            yield each, depth
            yield from self.listing(each.id, depth + 1)

    def _child(self, parent_id: int | None, name: str) -> Department | None:
        return next((each for each in self.children(parent_id) if fold(each.name) == fold(name)), None)


def load_tree(conn: sa.Connection) -> Tree:
    """Read all departments."""
    return Tree([Department(*row) for row in conn.execute(_EVERY)])


def add_department(
    conn: sa.Connection, ids: Ids, name: str, parent_id: int | None = None, head_id: int | None = None
) -> int:
    """Add a department at the end of its siblings. Raises Invalid."""
    bump_epoch(conn)
    tree, department_id = load_tree(conn), ids.next()
    pos = max((each.pos for each in tree.children(parent_id)), default=-1) + 1
    made = Department(department_id, one_line(name), parent_id, head_id, pos)
    _check(conn, tree, made)
    conn.execute(sa.insert(department).values(asdict(made)))
    return department_id


def ensure_department(conn: sa.Connection, ids: Ids, path: str) -> int:
    """Return the department of a path, adding what is missing of it. Raises Invalid."""
    found = load_tree(conn).find(path)
    if found is not None:
        return found.id
    *above, name = _parts(path) or [""]
    return add_department(conn, ids, name, ensure_department(conn, ids, "/".join(above)) if above else None)


def update_department(conn: sa.Connection, department_id: int, **changes: object) -> None:
    """Change ``name``, ``parent_id``, ``head_id`` or ``pos``. Raises NotFound, and Invalid for a cycle."""
    if not changes.keys() <= _CHANGEABLE:
        raise TypeError(f"cannot be changed: {sorted(changes.keys() - _CHANGEABLE)}")
    bump_epoch(conn)
    tree = load_tree(conn)
    if department_id not in tree.by_id:
        raise NotFound
    made = replace(tree.by_id[department_id], **changes)  # type: ignore[arg-type]  # names are checked above
    made = replace(made, name=one_line(made.name))
    _check(conn, tree, made)
    conn.execute(sa.update(department).where(department.c.id == department_id).values(asdict(made)))


def delete_department(conn: sa.Connection, department_id: int) -> None:
    """Delete an empty department. Raises NotFound, and Conflict while it has people or departments."""
    bump_epoch(conn)
    tree = load_tree(conn)
    if department_id not in tree.by_id:
        raise NotFound
    people = conn.scalar(sa.select(user.c.id).where(user.c.department_id == department_id).limit(1))
    if people is not None or tree.children(department_id):
        raise Conflict("department.not_empty")
    conn.execute(sa.delete(department).where(department.c.id == department_id))


def department_names(conn: sa.Connection, department_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those that exist."""
    wanted = sa.select(department.c.id, department.c.name).where(department.c.id.in_(department_ids))
    return {row.id: row.name for row in conn.execute(wanted)}


_EVERY = sa.select(*(department.c[name] for name in Department.__slots__))


def _check(conn: sa.Connection, tree: Tree, made: Department) -> None:
    issues = []
    if not made.name or len(made.name) > NAME_AT_MOST or "/" in made.name:
        issues.append(Issue("name", "department.bad_name", {"max": NAME_AT_MOST}))
    if made.parent_id is not None and made.parent_id not in tree.by_id:
        issues.append(Issue("parent_id", "field.not_found", {"value": str(made.parent_id)}))
    elif made.parent_id is not None and made.parent_id in tree.below(made.id):
        issues.append(Issue("parent_id", "department.cycle"))
    if any(fold(e.name) == fold(made.name) and e.id != made.id for e in tree.children(made.parent_id)):
        issues.append(Issue("name", "department.name_taken", {"value": made.name}))
    if (
        made.head_id is not None
        and conn.scalar(sa.select(user.c.id).where(user.c.id == made.head_id)) is None
    ):
        issues.append(Issue("head_id", "field.not_found", {"value": str(made.head_id)}))
    if issues:
        raise Invalid(issues)


def _parts(path: str) -> list[str]:
    return [part.strip() for part in path.replace("／", "/").split("/") if part.strip()]
