"""Whose eyes are borrowed: a role's or a person's, with published rights or those of the draft."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property

from builder.designer.desk import Desk
from builder.designer.seeing.roles import Bounded, drafted, with_roles
from engines.access import Access
from engines.access.both import both
from engines.form import AppModel
from runtime.web.call import Call, id_in
from schemas.elements import Role
from schemas.errors import NotFound

PUBLISHED, DRAFT = "published", "draft"


@dataclass(frozen=True, slots=True)
class Eyes:
    """A holder of rights: somebody with the roles that are asked about."""

    id: int
    department_id: int | None
    departments_below: tuple[int, ...]
    role_uids: frozenset[int]
    admin: bool
    designs: frozenset[str] = frozenset()
    shared: frozenset[int] = frozenset()


@dataclass(eq=False)
class Standing:
    """One look through other eyes.

    Whoever may not see everything in the app sees through a role only what both may see, and of no person.
    """

    desk: Desk

    @property
    def call(self) -> Call:
        """Return the request of the designer."""
        return self.desk.call

    @cached_property
    def free(self) -> bool:
        """Tell whether the designer may see everything in the app, and so also what each person sees."""
        return self.call.access.unlimited(self.call.app)

    @cached_property
    def of(self) -> str:
        """Return which rights are looked at; those of a draft that cannot be read are not."""
        return DRAFT if self.call.query.get("of") == DRAFT and self._drafted is not None else PUBLISHED

    @cached_property
    def _drafted(self) -> tuple[Role, ...] | None:
        return None if self.desk.reads is None else drafted(self.call.app, self.desk.reads)

    @cached_property
    def told(self) -> AppModel:
        """Return the published app with the roles as they say; no record is read by them."""
        app = self.call.app
        roles = self._drafted if self.of == DRAFT and self._drafted is not None else app.definition.roles
        return with_roles(app, roles)

    @cached_property
    def app(self) -> AppModel:
        """Return the published app with the roles, as far as the designer may watch what they see."""
        if self.free:
            return self.told
        app = self.call.app
        own = {path: self.call.access.form(app, form) for path, form in app.forms.items() if not form.parent}
        return with_roles(app, tuple(map(Bounded(app, own).role, self.told.definition.roles)))

    @cached_property
    def who(self) -> str:
        """Return whose eyes: ``role/sales``, ``person/12``, or blank."""
        return self.call.query.get("as", "")

    @cached_property
    def role(self) -> Role | None:
        """Return the role that is looked through."""
        kind, _, key = self.who.partition("/")
        found = next((each for each in self.app.definition.roles if each.key == key), None)
        if kind == "role" and found is None:
            raise NotFound
        return found if kind == "role" else None

    @cached_property
    def person_id(self) -> int | None:
        """Return whose eyes are borrowed. Raises NotFound for nobody, and where that may not be."""
        kind, _, text = self.who.partition("/")
        if kind != "person":
            return None
        found = id_in(text)
        if found is None or not self.free or self._person(found) is None:
            raise NotFound
        return found

    def _person(self, user_id: int) -> Eyes | None:
        call = self.call
        found = call.installation.person(call.conn, user_id, call.epoch)
        if found is None:
            return None
        roles = {uid for uid in found.role_uids if uid in self.app.role_by_uid}
        return Eyes(
            found.id,
            found.department_id,
            found.departments_below,
            frozenset(roles),
            found.admin,
            shared=found.shared,
        )

    @cached_property
    def eyes(self) -> Eyes:
        """Return the holder of the rights. Who looks through a role is asked about as its only holder."""
        if self.person_id is not None:
            found = self._person(self.person_id)
            assert found is not None  # noqa: S101 - ``person_id`` looked
            return found
        if self.role is None:
            raise NotFound
        me = self.call.person
        held = frozenset({self.app.roles[self.role.key]})
        if me is None:
            return Eyes(0, None, (), held, admin=False)
        return Eyes(me.id, me.department_id, me.departments_below, held, admin=False)

    @cached_property
    def rights(self) -> Access:
        """Return what may be done; to be told of, never to be acted with."""
        return Access(self.eyes)

    @cached_property
    def access(self) -> Access:
        """Return what to read with: what these eyes and the designer may both see, and nothing to write."""
        own, eyes = self.call.access, self.eyes
        found = Access(Eyes(eyes.id, eyes.department_id, eyes.departments_below, frozenset(), admin=False))
        for form in self.app.forms.values():
            if form.parent is None:
                mine = own.form(self.call.app, form)
                found.set_form(self.app, form, both(self.rights.form(self.app, form), mine))
        return found

    @cached_property
    def seen(self) -> Call:
        """Return the request as if these eyes had sent it, for what shows records."""
        assert self.call.conn is not None  # noqa: S101 - one snapshot for both: only the request gives it back
        found = copy.copy(self.call)
        vars(found).update(app=self.app, access=self.access)
        return found

    @property
    def query(self) -> str:
        """Return what every address of this look says."""
        return f"as={self.who}&of={self.of}"

    def place_of(self, role: Role) -> str:
        """Return where a role stands in the draft; blank where it is there no more."""
        uid = self.app.roles[role.key]
        for each in self.desk.draft.document.get("roles", ()):
            names = (str(each.get("key")), *each.get("was", ()))
            if role.key in names or any(self.call.app.roles.get(name) == uid for name in names):
                return f"roles/{each['key']}"
        return ""
