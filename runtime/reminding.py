"""Reminds people of to-dos that fall due: once each, in a job that an alarm asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engines.form.columns import iso
from engines.store import notices
from engines.store.jobs import Job
from engines.store.todo_due import doers, falling_due, take_due
from engines.store.todos import KeptTodo
from engines.store.worker import JobContext
from runtime.desk import notice_of
from runtime.due import zone_among

if TYPE_CHECKING:
    from runtime.installation import Installation

JOB = "todo.due"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reminders:
    """Those of one installation."""

    installation: Installation

    def ask(self, now: datetime) -> None:
        """Ask for a round where something falls due; an idle look never takes the writer's turn."""
        box = self.installation
        with box.db.read() as conn:
            due = bool(falling_due(conn, now, 1))
        if due:
            with box.db.write() as conn:
                box.jobs.enqueue(conn, JOB, {}, unique=JOB)

    def handle(self, _: Job, context: JobContext) -> None:
        """Tell of everything that falls due, of each in a transaction of its own."""
        while True:
            now = context.clock.now()
            with context.db.read() as conn:
                due = falling_due(conn, now, _AT_ONCE)
                zone = ZoneInfo(zone_among(self.installation.published(conn)))
            for each in due:
                self._remind(each, now, zone)
            context.progress(told=len(due))
            if len(due) < _AT_ONCE:
                return

    def _remind(self, todo_id: int, now: datetime, zone: ZoneInfo) -> None:
        box = self.installation
        with box.db.write() as conn:
            kept = take_due(conn, todo_id, now)
            people = [] if kept is None else doers(conn, kept.todo)
            if kept is not None:
                notices.notify(conn, box.ids, box.clock, people, self._notice(kept, zone))
        box.store.tell(people)

    def _notice(self, kept: KeptTodo, zone: ZoneInfo) -> notices.Notice:
        due = kept.todo.due
        when = "" if due is None else due.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        texts = self.installation.renderer.texts
        return notice_of(texts, kept, "work.told_due", f"due:{due and iso(due)}", when=when)
