"""The roles of a draft held against what is published: its records are there, the draft's are not yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engines.access import FormAccess, system_scope
from engines.expression import ExpressionError, check_condition, parse, references
from engines.form import AppModel, FormModel
from schemas.elements import App, Element, Form, Grant, Role

_NOWHERE = "-"  # names no form, so a grant that is left out speaks of none


def known_by(app: AppModel, role: Role) -> int | None:
    """Return the uid of the published role that a role of the draft is; None for a new one."""
    return next((app.roles[key] for key in (role.key, *role.was) if key in app.roles), None)


def with_roles(app: AppModel, roles: tuple[Role, ...]) -> AppModel:
    """Return the app with other roles; new ones get numbers that nobody holds."""
    uids = {each.key: known_by(app, each) or -index for index, each in enumerate(roles, 1)}
    definition = app.definition.model_copy(update={"roles": roles})
    return replace(app, definition=definition, roles=uids, _kept={})


def drafted(app: AppModel, draft: App) -> tuple[Role, ...]:
    """Return the roles of a draft in the words of the published app.

    What is not published yet is left out, and so is a grant whose condition today's records cannot answer.
    """
    forms = {each.key: each for each in draft.forms}
    return tuple(
        role.model_copy(update={"grants": tuple(_published(app, forms, each) for each in role.grants)})
        for role in draft.roles
    )


def _published(app: AppModel, forms: Mapping[str, Form], grant: Grant) -> Grant:
    said = forms.get(grant.form)
    key = None if said is None else next((each for each in _names(said) if each in app.forms), None)
    if said is None or key is None:
        return _without(grant)
    form, known = app.forms[key], dict(_fields(app.forms[key], said))
    if grant.where is not None and not _askable(form, known, grant.where):
        return _without(grant)
    fields = {known[name]: right for name, right in grant.fields.items() if name in known}
    return grant.model_copy(update={"form": key, "fields": fields})


def _names(element: Element) -> tuple[str, ...]:
    return (element.key, *element.was)


def _fields(form: FormModel, said: Form) -> Iterator[tuple[str, str]]:
    """Yield the fields of a draft's form that are published: their keys there and here."""
    for each in said.fields:
        for name in _names(each):
            if name in form.fields:
                yield each.key, name
                break


def _askable(form: FormModel, known: Mapping[str, str], where: str) -> bool:
    try:
        node = parse(where)
        check_condition(node, form)
    except ExpressionError:
        return False
    return all(known.get(path[0], path[0]) == path[0] for path in references(node))


def _without(grant: Grant) -> Grant:
    return grant.model_copy(update={"form": _NOWHERE, "fields": {}, "where": None})


@dataclass(frozen=True, slots=True)
class Bounded:
    """Roles as far as somebody may watch them: a list tells which records meet the conditions of grants."""

    app: AppModel
    own: Mapping[str, FormAccess]

    def role(self, role: Role) -> Role:
        """Return a role without the grants whose rows depend on what the watcher may not see."""
        grants = tuple(each if self._open(each) else _without(each) for each in role.grants)
        return role.model_copy(update={"grants": grants})

    def _open(self, grant: Grant) -> bool:
        form = self.app.forms.get(grant.form)
        return form is None or all(self._clear(form, path) for path in _asked(form, grant))

    def _clear(self, form: FormModel, path: tuple[str, ...]) -> bool:
        own, key = self.own[form.path], path[0]
        if len(path) > 1:
            return False
        if key not in form.fields:
            return system_scope(form, own, key).covers(own.rows)
        return own.usable(key) and own.read[key].covers(own.rows)


def _asked(form: FormModel, grant: Grant) -> Iterator[tuple[str, ...]]:
    """Yield what the rows of a grant depend on."""
    if grant.where is not None:
        yield from references(parse(grant.where))
    if (grant.scope or "all") != "all" and form.owner is not None:
        yield (form.owner.key,)
    if grant.scope == "joined":
        yield from ((key,) for key in form.definition.joined)
