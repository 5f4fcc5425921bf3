"""What one grant says of one form: rights are rulings united, and a trace of a decision tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from engines.access.scope import RowScope, of_grant
from engines.form import FormModel
from schemas.elements import Action, Grant, Right, Role


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one grant allows on its ``rows``: fields in full or in outline, to change and to ``fill`` anew."""

    rows: RowScope
    actions: frozenset[Action]
    clear: frozenset[str]
    outline: frozenset[str]
    edit: frozenset[str]
    fill: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A ruling and whose it is: grant number ``at`` of a role."""

    role: Role
    at: int
    grant: Grant
    ruling: Ruling


def ruling(form: FormModel, grant: Grant) -> Ruling:
    """Return what a grant says of a form."""
    clear: set[str] = set()
    outline: set[str] = set()
    edit: set[str] = set()
    fill: set[str] = set()
    for key, field in form.fields.items():
        right = grant.fields.get(key, grant.others)
        # A field the designer masked is clear only to whom a grant names it.
        veiled = field.options.masked and key not in grant.fields
        if right is not Right.hidden and Action.view in grant.actions:
            (outline if veiled or right is Right.masked else clear).add(key)
        if right is not Right.edit or field.computed is not None:
            continue
        if Action.edit in grant.actions and not veiled:
            edit.add(key)
        if Action.create in grant.actions:
            fill.add(key)
    sets = (frozenset(each) for each in (clear, outline, edit, fill))
    return Ruling(of_grant(grant), frozenset(grant.actions), *sets)
