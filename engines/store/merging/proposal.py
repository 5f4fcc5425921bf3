"""Which record stays, and which value of each field: proposed, and decided by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access import NONE, Access, Lens
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Query
from engines.store import reading
from engines.store.store import Store
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, Issue, NotFound

AT_MOST = 5
UNITED = "all"  # the choice of a list that takes what stands in every record
_CHOSEN = frozenset({Storage.column, Storage.links, Storage.rows})
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Records side by side. ``survivor``: the fullest; ``choices``: field -> id of a record, or ``all``."""

    form: FormModel
    records: Sequence[Record]
    survivor: int
    choices: Mapping[str, int | str]

    def value(self, key: str, choice: int | str) -> Any:
        """Return what a choice gives a field."""
        field = self.form.fields[key]
        if choice == UNITED:
            return united(field, [each[key] for each in self.records])
        chosen = next(each for each in self.records if each["_id"] == choice)
        if field.rows is None or choice == self.survivor:
            return chosen[key]
        return tuple(_new_row(row) for row in chosen[key])


def propose(form: FormModel, records: Sequence[Record], survivor: int | None = None) -> Proposal:
    """Propose that the fullest record stays and gets what it lacks from the newest that has it."""
    fields = chosen_fields(form)
    by_age = sorted(records, key=lambda each: (each["_updated_at"], each["_id"]), reverse=True)
    fullest = max(by_age, key=lambda each: sum(not is_blank(each[key]) for key in fields))
    stays = fullest if survivor is None else next(each for each in records if each["_id"] == survivor)
    # The one that stays stands first, so that its own come first in lists too.
    ordered = [stays, *(each for each in by_age if each is not stays)]
    choices: dict[str, int | str] = {}
    for key, field in fields.items():
        full = [each for each in ordered if not is_blank(each[key])]
        several = field.plural and len(full) > 1
        choices[key] = UNITED if several else int((full or ordered)[0]["_id"])
    return Proposal(form, ordered, int(stays["_id"]), choices)


def chosen_fields(form: FormModel) -> dict[str, FieldModel]:
    """Return the fields of which one value must be chosen: those that people fill in."""
    return {
        key: each
        for key, each in form.fields.items()
        if each.storage in _CHOSEN and each.computed is None and not each.kind.write_once
    }


def united(field: FieldModel, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return what stands in any of several lists, each once; rows of others become new rows."""
    if field.rows is None:
        return tuple(dict.fromkeys(one for value in values for one in value))
    own, *others = values
    return (*own, *(_new_row(row) for rows in others for row in rows))


def _new_row(row: Record) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "_id"}


def is_blank(value: Any) -> bool:
    """Tell whether nothing is said; the number 0 says something."""
    return value is None or value == () or value is False


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who merges records of a form."""

    store: Store
    app: AppModel
    access: Access
    form: FormModel

    @property
    def lens(self) -> Lens:
        """Return the form as the person sees it."""
        return self.store.lens(self.app, self.access, self.form)

    def load(self, conn: sa.Connection, ids: Sequence[int]) -> list[Record]:
        """Return whole living records, whoever asks. Raises NotFound where one is gone."""
        query = Query(self.form.path, (*chosen_fields(self.form),), ids=tuple(ids), limit=AT_MOST)
        found = reading.read(self.store, conn, self.app, Access(None), query).records
        if len(found) != len(set(ids)):
            raise NotFound
        return [dict(each) for each in found]

    def require_rights(self, conn: sa.Connection, ids: Sequence[int]) -> None:
        """Let only those merge who may see, edit and delete all of the records.

        What one reads in some records must be readable in all: it comes to stand where one reads it.

        Raises NotFound for an unseen one, Forbidden for one that may not be changed, Invalid for too many.
        """
        if not 1 <= len(set(ids)) <= AT_MOST:
            raise Invalid([Issue("ids", "merge.count", {"max": AT_MOST})])
        lens, table = self.lens, self.form.table
        if not lens.access.may(Action.view):
            raise NotFound
        may = [lens.within(lens.access.act.get(each, NONE)) for each in (Action.edit, Action.delete)]
        may += self._read_in_part(lens) if len(set(ids)) > 1 else []
        living = table.c["_trashed_at"].is_(None)
        statement = sa.select(sa.and_(*may)).where(table.c["_id"].in_(ids), living, lens.rows())
        found = conn.scalars(statement).all()
        if len(found) != len(set(ids)):
            raise NotFound
        if not all(found):
            raise Forbidden("merge.forbidden")

    def _read_in_part(self, lens: Lens) -> list[sa.ColumnElement[bool]]:
        """Return where each field may be read of which the person reads some, not all."""
        keys = (key for key in chosen_fields(self.form) if lens.access.usable(key))
        return [where for key in keys if (where := lens.partial(key)) is not None]

    def refuse_choices(
        self, conn: sa.Connection, proposal: Proposal, choices: Mapping[str, int | str]
    ) -> None:
        """Refuse choices among values that the person may not read, or not write. Raises Invalid."""
        known, issues = [int(each["_id"]) for each in proposal.records], []
        for key, choice in choices.items():
            field = chosen_fields(self.form).get(key)
            if field is None or not self.lens.access.usable(key):
                issues.append(Issue(key, "field.unknown", {"value": ""}))
            elif (choice != UNITED or not field.plural) and choice not in known:
                issues.append(Issue(key, "merge.not_a_choice", {"value": str(choice)[:40]}))
            elif choice != proposal.choices[key] and not self.open(conn, key, known):
                issues.append(Issue(key, "field.read_only"))
        if issues:
            raise Invalid(issues)

    def open(self, conn: sa.Connection, key: str, ids: Sequence[int]) -> bool:
        """Tell whether the person may read and write a field in each of some records."""
        lens = self.lens
        scope = lens.access.edit.get(key, NONE)
        if self.form.fields[key].options.read_only or scope.empty or not lens.access.usable(key):
            return False
        shown = lens.partial(key)
        if scope.everything and shown is None:
            return True
        both = sa.and_(lens.within(scope), sa.true() if shown is None else shown)
        return all(conn.scalars(sa.select(both).where(self.form.table.c["_id"].in_(ids))))
