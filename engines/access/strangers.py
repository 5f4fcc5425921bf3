"""The rights of somebody who fills in a public form: to make one record of these fields, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engines.access.grants import Access, FormAccess
from engines.access.scope import ALL, NONE, RowScope
from engines.form import AppModel, FormModel
from schemas.elements import Action

Linked = Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who is not signed in: holds no role, so sees no form."""

    id: int = 0
    department_id: int | None = None
    departments_below: tuple[int, ...] = ()
    role_uids: frozenset[int] = frozenset()
    admin: bool = False
    designs: frozenset[str] = frozenset()
    shared: frozenset[int] = frozenset()


def to_create(app: AppModel, form: FormModel, fields: Iterable[str], linked: Linked | None = None) -> Access:
    """Return the right to make a record of these fields; ``linked``: relation -> what it names."""
    access = Access(Stranger())
    seen = _let_find(access, app, form, linked or {})
    acts = {Action.create: ALL} if seen.empty else {Action.create: ALL, Action.view: seen}
    access.set_form(app, form, FormAccess(acts, {}, {}, fill=frozenset(fields)))
    return access


def to_correct(
    app: AppModel,
    form: FormModel,
    fields: Iterable[str],
    number: int,
    linked: Linked | None = None,
) -> Access:
    """Return the right to change these fields of one record, which for anything else is not there."""
    access, mine = Access(Stranger()), _only(number)
    acts = {Action.view: mine | _let_find(access, app, form, linked or {}), Action.edit: mine}
    access.set_form(app, form, FormAccess(acts, {}, dict.fromkeys(fields, mine)))
    return access


def _let_find(access: Access, app: AppModel, form: FormModel, linked: Linked) -> RowScope:
    """Let links find their records, of which no field can be read; return those of the form itself."""
    seen: dict[str, RowScope] = {}
    for key, numbers in linked.items():
        target = str(form.fields[key].target)
        seen[target] = seen.get(target, NONE) | _only(*numbers)
    own = seen.pop(form.key, NONE)
    for target, rows in seen.items():
        access.set_form(app, app.form(target), FormAccess({Action.view: rows}, {}, {}))
    return own


def _only(*numbers: int) -> RowScope:
    return RowScope(frozenset(frozenset({("all", f"_id = {each}")}) for each in numbers))
