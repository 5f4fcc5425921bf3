"""What is worth a look although it stands in nobody's way: unused elements, roles without people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from builder.designer.overview.used import Used
from engines.report.answering import boards_of
from engines.store.platform import role_member, user
from frontend.design import Problem
from schemas.elements import Action, App, Form, MenuItem, Role

_NAMED = 5


def hints(used: Used) -> Iterator[Problem]:
    """Yield what is worth a look, as sentences with the way to it."""
    if used.desk.reads is None:
        return
    yield from _unseen(used, used.desk.reads)
    yield from _menu(used, used.desk.reads)
    yield from _roles(used, used.desk.reads)
    yield from _fields(used, used.desk.reads)
    yield from _resting(used, used.desk.reads)


def _say(used: Used, code: str, place: str, **params: object) -> Problem:
    desk = used.desk
    return Problem(desk.texts.t(f"overview.hint.{code}", **params), "", desk.url_of(place))


def _unseen(used: Used, app: App) -> Iterator[Problem]:
    """Yield the forms whose records no role shows."""
    shown = {
        grant.form for role in app.roles for grant in role.grants if Action.view in grant.actions
    }  # fmt: skip
    for form in app.forms:
        if form.key not in shown and not any(role.admin for role in app.roles):
            yield _say(used, "unseen", "roles", name=used.desk.texts.label(form.label))


def _menu(used: Used, app: App) -> Iterator[Problem]:
    """Yield what stands in no menu, where there is one."""
    if not app.menu:
        return
    offered = set(_offered(app.menu))
    label = used.desk.texts.label
    for form in app.forms:
        if ("form", form.key) not in offered:
            yield _say(used, "form_not_in_menu", "menu", name=label(form.label))
    for board in boards_of(app):
        # A home is the first page of its people without standing in a menu.
        if ("dashboard", board.key) not in offered and not board.home:
            yield _say(used, "board_not_in_menu", "menu", name=label(board.label))


def _offered(items: tuple[MenuItem, ...]) -> Iterator[tuple[str, str | None]]:
    for each in items:
        yield from (("form", each.form), ("dashboard", each.dashboard))
        yield from _offered(each.items)


def _roles(used: Used, app: App) -> Iterator[Problem]:
    """Yield roles that say nothing, and published ones that nobody holds."""
    call = used.desk.call
    held = sa.select(role_member.c.role_uid).join(user, user.c.id == role_member.c.user_id)
    uids = set(call.conn.scalars(held.where(user.c.active).distinct()))
    for role in app.roles:
        name, place = used.desk.texts.label(role.label), f"roles/{role.key}"
        silent = not (role.admin or role.design or role.grants)
        if silent and ("role", role.key) not in used.index:
            yield _say(used, "empty_role", place, name=name)
        elif _uid(used, role) is not None and _uid(used, role) not in uids:
            found = _say(used, "role_of_nobody", place, name=name)
            people = f"/people/roles/{call.app.key}/{role.key}"
            known = role.key in call.app.roles and call.person is not None and call.person.admin
            yield replace(found, url=people) if known else found


def _uid(used: Used, role: Role) -> int | None:
    known = used.desk.call.app.roles
    return next((known[key] for key in (role.key, *role.was) if key in known), None)


def _fields(used: Used, app: App) -> Iterator[Problem]:
    """Yield for each form the fields that nothing names, unless that is all of them."""
    for form in app.forms:
        idle = [each for each in form.fields if not _named(used, form, each.key)]
        if not idle or len(idle) == len(form.fields):
            continue
        label, t = used.desk.texts.label, used.desk.texts.t
        names = t("ui.common.separator").join(label(each.label) for each in idle[:_NAMED])
        code = "idle_fields" if len(idle) <= _NAMED else "more_idle_fields"
        place = f"forms/{form.key}/fields/{idle[0].key}"
        yield _say(used, code, place, form=label(form.label), names=names, count=len(idle))


def _named(used: Used, form: Form, key: str) -> bool:
    field = form.field(key)
    inside = getattr(field, "fields", ())
    paths = [f"{form.key}.{key}", *(f"{form.key}.{key}.{each.key}" for each in inside)]
    return any(("field", path) in used.index for path in paths)


def _resting(used: Used, app: App) -> Iterator[Problem]:
    """Yield the rules that are switched off."""
    for rule in app.rules:
        if getattr(rule, "enabled", True) is False:
            yield _say(used, "rule_off", f"rules/{rule.key}", name=used.desk.texts.label(rule.label))
