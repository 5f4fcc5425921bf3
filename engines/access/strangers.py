"""The rights of somebody who fills in a public form: to make one record of these fields, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engines.access.grants import Access, FormAccess
from engines.access.scope import ALL, RowScope
from engines.form import AppModel, FormModel
from schemas.elements import Action


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


def to_create(
    app: AppModel, form: FormModel, fields: Iterable[str], linked: Mapping[str, int] | None = None
) -> Access:
    """Return the right to make a record of these fields; ``linked``: relation -> the record that it names."""
    access = Access(Stranger())
    for key, number in (linked or {}).items():
        # A link must find its record; of that record no field can be read.
        target = app.form(str(form.fields[key].target))
        access.set_form(app, target, FormAccess({Action.view: _only(number)}, {}, {}))
    access.set_form(app, form, FormAccess({Action.create: ALL}, {}, {}, fill=frozenset(fields)))
    return access


def to_correct(app: AppModel, form: FormModel, fields: Iterable[str], number: int) -> Access:
    """Return the right to change these fields of one record, which for anything else is not there."""
    access, mine = Access(Stranger()), _only(number)
    acts = {Action.view: mine, Action.edit: mine}
    access.set_form(app, form, FormAccess(acts, {}, dict.fromkeys(fields, mine)))
    return access


def _only(number: int) -> RowScope:
    return RowScope(frozenset({frozenset({("all", f"_id = {number}")})}))
