"""Drafts as they are kept: one an application, shared by its designers, with the log of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from builder.drafting.applying import Json, apply_command
from builder.drafting.commands import Command
from builder.drafting.following import follow
from builder.drafting.steps import applied
from builder.packages.bases import published
from engines.form import AppModel
from engines.ports import Clock
from engines.store.database import Database
from engines.store.platform import design, design_step
from engines.store.publish import Also
from schemas.dumper import plain
from schemas.errors import Conflict, NotFound
from schemas.grammar import Grammar

# Revisions of one version's draft follow each other; those of the next version begin above all of them.
_A_VERSION = 1_000_000


@dataclass(frozen=True, slots=True)
class DesignDraft:
    """A definition under way. ``base``: the version it began from; ``done``: how many commands hold now.

    ``known``: how many commands there are, so ``known - done`` may be done again.
    ``changed_at``: when somebody did something last.
    """

    app: str
    base: int
    revision: int
    document: Json
    done: int = 0
    known: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """Keeps drafts. Every change looks at the revision its designer saw, so nobody overwrites another."""

    db: Database
    grammar: Grammar
    clock: Clock

    def read(self, conn: sa.Connection, app: AppModel) -> DesignDraft:
        """Return the draft of an app; where nobody changed anything, its published version."""
        row = conn.execute(sa.select(design).where(design.c.app == app.key)).mappings().first()
        if row is None:
            return DesignDraft(app.key, app.version, app.version * _A_VERSION, plain(app.definition))
        document = orjson.loads(row["document"])
        at = row["changed_at"]
        return DesignDraft(app.key, row["base"], row["revision"], document, row["done"], row["known"], at)

    def act(
        self, app: AppModel, revision: int, commands: Sequence[Command], actor: int | None
    ) -> tuple[DesignDraft, list[str]]:
        """Apply commands, all or none; also return where each one led.

        Raises Conflict when the draft moved on, NotFound and Invalid for what a command cannot do.
        """
        with self.db.write() as conn:
            draft = self._locked(conn, app, revision)
            document, places, entries = draft.document, [], []
            for command in commands:
                made = apply_command(self.grammar, document, command)
                document = made.document
                places.append(made.at)
                entries.append((command, made.steps, made.back))
                follow(conn, app.key, command.model_dump(mode="json"))
            self._forget_undone(conn, draft)
            for number, entry in enumerate(entries, draft.done + 1):
                self._log(conn, draft.app, number, actor, entry)
            done = draft.done + len(entries)
            return self._keep(conn, replace(draft, document=document, done=done, known=done)), places

    def undo(self, app: AppModel, revision: int) -> DesignDraft:
        """Take the last command back, whoever gave it. Raises Conflict, NotFound when there is none."""
        return self._turn(app, revision, "back", 0)

    def redo(self, app: AppModel, revision: int) -> DesignDraft:
        """Do again what was taken back last. Raises Conflict, NotFound when there is nothing."""
        return self._turn(app, revision, "steps", 1)

    def discard(self, app: str) -> None:
        """Forget the draft and its log."""
        with self.db.write() as conn:
            for row in self.log(conn, app, limit=_A_VERSION):
                if row["number"] <= row["done"]:
                    follow(conn, app, row["command"], back=True)
            self.forget(conn, app)

    def taken(self, app: AppModel, revision: int) -> Also:
        """Return what a publish of the draft does with it in its transaction.

        It forgets the draft and remembers the package that it was brought up to; it raises Conflict, and
        nothing is published, where somebody did one thing more meanwhile.
        """

        def take(conn: sa.Connection) -> None:
            if self._locked(conn, app, revision).document.get("key") != app.key:
                raise Conflict("draft.other_app")
            published(conn, app.key)
            self.forget(conn, app.key)

        return take

    def forget(self, conn: sa.Connection, app: str) -> None:
        """Forget the draft in a transaction that somebody else commits."""
        conn.execute(sa.delete(design).where(design.c.app == app))
        conn.execute(sa.delete(design_step).where(design_step.c.app == app))

    def log(self, conn: sa.Connection, app: str, limit: int = 100) -> Sequence[Any]:
        """Return what was done, latest first: number, at, actor, command, and whether it holds."""
        chosen = sa.select(design_step, design.c.done).join(design, design.c.app == design_step.c.app)
        statement = chosen.where(design_step.c.app == app).order_by(design_step.c.number.desc()).limit(limit)
        return conn.execute(statement).mappings().all()

    def _turn(self, app: AppModel, revision: int, side: str, ahead: int) -> DesignDraft:
        with self.db.write() as conn:
            draft = self._locked(conn, app, revision)
            number = draft.done + ahead
            turned = conn.execute(
                sa.select(design_step.c[side], design_step.c.command).where(
                    design_step.c.app == draft.app, design_step.c.number == number
                )
            ).first()
            if turned is None:
                raise NotFound("draft.nothing_to_turn")
            follow(conn, app.key, turned.command, back=side == "back")
            document = applied(draft.document, turned[0])
            return self._keep(conn, replace(draft, document=document, done=number - 1 + ahead))

    def _locked(self, conn: sa.Connection, app: AppModel, revision: int) -> DesignDraft:
        conn.execute(sa.select(design.c.app).where(design.c.app == app.key).with_for_update())
        return self.expected(conn, app, revision)

    def expected(self, conn: sa.Connection, app: AppModel, revision: int) -> DesignDraft:
        """Return the draft. Raises Conflict unless it stands at ``revision``."""
        draft = self.read(conn, app)
        if draft.revision != revision:
            error = Conflict("draft.moved_on")
            error.current = {"revision": draft.revision}
            raise error
        return draft

    def _keep(self, conn: sa.Connection, draft: DesignDraft) -> DesignDraft:
        kept = replace(draft, revision=draft.revision + 1, changed_at=self.clock.now())
        values = {
            "base": kept.base, "revision": kept.revision, "document": orjson.dumps(kept.document),
            "done": kept.done, "known": kept.known, "changed_at": kept.changed_at,
        }  # fmt: skip
        if draft.revision % _A_VERSION:
            conn.execute(sa.update(design).where(design.c.app == kept.app).values(values))
            return kept
        try:
            with conn.begin_nested():
                conn.execute(sa.insert(design).values(app=kept.app, **values))
        except sa.exc.IntegrityError:  # somebody else made the first change at the same moment
            raise Conflict("draft.moved_on") from None
        return kept

    def _forget_undone(self, conn: sa.Connection, draft: DesignDraft) -> None:
        later = sa.and_(design_step.c.app == draft.app, design_step.c.number > draft.done)
        conn.execute(sa.delete(design_step).where(later))

    def _log(
        self, conn: sa.Connection, app: str, number: int, actor: int | None, entry: tuple[Command, Any, Any]
    ) -> None:
        command, steps, back = entry
        said = command.model_dump(mode="json", exclude_defaults=False)
        row = {"app": app, "number": number, "at": self.clock.now(), "actor": actor, "command": said}
        conn.execute(sa.insert(design_step).values(**row, steps=steps, back=back))
