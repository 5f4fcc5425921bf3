"""Roles compiled to what one person may do with one form."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from engines.access.derived import Source, narrowed, sources
from engines.access.rulings import Ruling, Said, ruling
from engines.access.scope import ALL, NONE, RowScope
from engines.access.shared import with_shared
from engines.form import AppModel, FormModel
from schemas.elements import Action, Role


class Holder(Protocol):
    """A person, as far as rights are concerned."""

    @property
    def id(self) -> int:
        """Return the person's id."""

    @property
    def department_id(self) -> int | None:
        """Return the main department."""

    @property
    def departments_below(self) -> tuple[int, ...]:
        """Return the main department and every one below it."""

    @property
    def role_uids(self) -> frozenset[int]:
        """Return the uids of the roles the person holds, of all apps."""

    @property
    def admin(self) -> bool:
        """Tell whether the person administers the installation."""

    @property
    def designs(self) -> frozenset[str]:
        """Return the apps that the person may design beside what roles say."""

    @property
    def shared(self) -> frozenset[int]:
        """Return the uids of forms of which records were shared with the person."""


@dataclass(frozen=True, slots=True)
class FormAccess:
    """What one person may do with one form.

    ``act``: action -> rows it may be done to. ``read`` and ``edit``: field key -> rows where the field may be
    read or changed; a key that is missing names a field that does not exist for this person. ``fill``: fields
    that may be given to a new record. ``masked``: fields that are shown only in outline, and that no filter,
    sort, group, search or figure may use. ``outline``: of fields that are clear on some rows, further rows
    that show them in outline.
    """

    act: Mapping[Action, RowScope]
    read: Mapping[str, RowScope]
    edit: Mapping[str, RowScope]
    masked: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()
    outline: Mapping[str, RowScope] = field(default_factory=dict)

    @property
    def rows(self) -> RowScope:
        """Return the rows that may be seen."""
        return self.act.get(Action.view, NONE)

    def may(self, action: Action) -> bool:
        """Tell whether the action may be done to any row at all."""
        return not self.act.get(action, NONE).empty

    @property
    def whole(self) -> bool:
        """Tell whether every row and field that exists for this person is seen in full."""
        scopes = (self.rows, *self.read.values())
        return not self.masked and not self.outline and all(each.everything for each in scopes)

    def readable(self, key: str) -> bool:
        """Tell whether the field exists for this person."""
        return key in self.read

    def usable(self, key: str) -> bool:
        """Tell whether filters, sorts, groups, search and figures may use the field."""
        return key in self.read and key not in self.masked

    def editable(self, key: str) -> bool:
        """Tell whether the field may be written at all, in a new record or in some that is there."""
        return key in self.edit or key in self.fill

    @property
    def fingerprint(self) -> str:
        """Return what changes when the rights to see change, the same in every process; cursors hold it."""
        scopes = (
            {key: scope.signature for key, scope in sorted(some.items())}
            for some in (self.read, self.outline)
        )
        told = (self.rows.signature, *scopes, sorted(self.masked))
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(slots=True)
class Access:
    """The rights of one actor. ``holder`` None is the system itself, which may do everything."""

    holder: Holder | None
    _forms: dict[tuple[str, int, str], FormAccess] = field(default_factory=dict)

    @property
    def user_id(self) -> int | None:
        """Return the acting person's id."""
        return self.holder.id if self.holder else None

    def roles(self, app: AppModel) -> tuple[Role, ...]:
        """Return the roles the person holds in the app."""
        held = self.holder.role_uids if self.holder else frozenset()
        return tuple(role for uid, role in app.role_by_uid.items() if uid in held)

    def unlimited(self, app: AppModel) -> bool:
        """Tell whether the actor may do everything in the app."""
        return self.holder is None or self.holder.admin or any(role.admin for role in self.roles(app))

    def may_design(self, app: AppModel) -> bool:
        """Tell whether the actor may change the app's definition."""
        if self.holder is None or self.holder.admin or app.key in self.holder.designs:
            return True
        return any(role.design or role.admin for role in self.roles(app))

    def form(self, app: AppModel, form: FormModel) -> FormAccess:
        """Return the rights to one form; those of a subform are its parent's."""
        key = (app.key, app.version, form.path)
        if key not in self._forms:
            self._forms[key] = self._compile(app, form)
        return self._forms[key]

    def set_form(self, app: AppModel, form: FormModel, rights: FormAccess) -> None:
        """Let other rights to one form take the place of what the roles say."""
        self._forms[(app.key, app.version, form.path)] = rights

    def _compile(self, app: AppModel, form: FormModel) -> FormAccess:
        off = frozenset() if self.holder is None else app.definition.off
        if form.path.partition(".")[0] in off:
            return FormAccess({}, {}, {})
        found = self._full(app, form)
        return _without(found, leading_to(form, off)) if off else found

    def _full(self, app: AppModel, form: FormModel) -> FormAccess:
        if self.unlimited(app):
            everything = dict.fromkeys(form.fields, ALL)
            written = {key: ALL for key, each in form.fields.items() if each.computed is None}
            return FormAccess(dict.fromkeys(Action, ALL), everything, written, fill=frozenset(written))
        granted = self._granted(app, form.path)
        if not form.computed:
            return granted
        read, outline = (
            narrowed(app, form, shown, partial(self._granted, app))
            for shown in (granted.read, granted.outline)
        )
        return replace(granted, read=read, masked=granted.masked & read.keys(), outline=outline)

    def _granted(self, app: AppModel, path: str) -> FormAccess:
        """Return what the grants say; what computed fields are made of is not looked at."""
        found = _united(each.ruling for each in self.said(app, path))
        top = app.forms[path.partition(".")[0]]
        shared = self.holder is not None and top.uid in self.holder.shared
        return with_shared(found) if shared else found

    def said(self, app: AppModel, path: str) -> Iterator[Said]:
        """Yield what each grant says of a form that the person holds by some role."""
        for role in self.roles(app):
            for at, grant in enumerate(role.grants):
                if grant.form == path:
                    yield Said(role, at, grant, ruling(app.forms[path], grant))

    def sources(self, app: AppModel, form: FormModel, key: str) -> Iterator[Source]:
        """Yield what a computed value is made of, as far as the person must see it to see the value."""
        each = form.fields[key]
        if each.computed is not None and not each.computed.expose and not self.unlimited(app):
            yield from sources(app, each, partial(self._granted, app))


def leading_to(form: FormModel, forms: Collection[str]) -> frozenset[str]:
    """Return the fields that link a form with others, and those that read over such a link."""
    links = {key for key, each in form.fields.items() if getattr(each.options, "form", None) in forms}
    over = {
        key for key, each in form.fields.items()
        if {getattr(each.options, "via", None), getattr(each.options, "of", None)} & links
    }  # fmt: skip
    return frozenset(links | over)


def _without(found: FormAccess, fields: Collection[str]) -> FormAccess:
    """Return the rights as if some fields did not exist."""

    def kept(said: Mapping[str, RowScope]) -> dict[str, RowScope]:
        return {key: rows for key, rows in said.items() if key not in fields}

    gone = frozenset(fields)
    return FormAccess(
        found.act, kept(found.read), kept(found.edit), found.masked - gone, found.fill - gone,
        kept(found.outline),
    )  # fmt: skip


def _united(rulings: Iterable[Ruling]) -> FormAccess:
    act: dict[Action, RowScope] = {}
    clear: dict[str, RowScope] = {}
    outline: dict[str, RowScope] = {}
    edit: dict[str, RowScope] = {}
    fill: set[str] = set()
    for each in rulings:
        said: list[tuple[dict[Any, RowScope], frozenset[Any]]] = [
            (act, each.actions), (clear, each.clear), (outline, each.outline), (edit, each.edit),
        ]  # fmt: skip
        for kept, named in said:
            for name in named:
                kept[name] = kept.get(name, NONE) | each.rows
        fill |= each.fill
    # Where one grant shows a field and another only its outline, the outline lies around the clear rows.
    masked = {key: rows for key, rows in outline.items() if key not in clear}
    around = {key: rows for key, rows in outline.items() if key in clear and not clear[key].covers(rows)}
    return FormAccess(act, clear | masked, edit, frozenset(masked), frozenset(fill), around)
