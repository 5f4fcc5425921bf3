"""Whom a flow turns to when nobody is found, and how it wakes up when time is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.flow.rows import Visit
from engines.store.people.meant import active
from engines.store.platform import role_member, user
from schemas.errors import Conflict
from schemas.who import ManagerOf

if TYPE_CHECKING:
    from engines.flow.run import Run
    from engines.flow.step import Step

DUE = "flow.due"


def nobody(step: Step, policy: str) -> tuple[list[int], str | None]:
    """Return who is asked where nobody was found, or what is said instead. Raises Conflict."""
    if policy in {"pass", "reject"}:
        return [], "approved" if policy == "pass" else "rejected"
    found: list[int] = []
    if policy == "manager" and (owner := step.run.graph.form.owner) is not None:
        found = step.people((ManagerOf(type="manager", field=owner.key),))
    if not found and policy != "stop":
        found = admins(step)
    if not found:
        raise Conflict("flow.nobody")
    return found, None


def admins(step: Step) -> list[int]:
    """Return who looks after a flow: those it names, else the app's administrators, else the house's."""
    run = step.run
    return step.people(run.graph.flow.admin) or _app_admins(run) or _house_admins(run)


def ask_for_time(run: Run, visit: Visit, due: datetime) -> None:
    """Ask to be woken; one that comes when the visit is over does nothing."""
    payload = {
        "app": run.graph.app.key, "instance": str(visit.instance_id), "visit": str(visit.id),
        "number": visit.reminded,
    }  # fmt: skip
    run.store.queue.enqueue(run.uow.conn, DUE, payload, due=due, unique=f"{DUE}:{visit.id}:{visit.reminded}")


def _app_admins(run: Run) -> list[int]:
    app = run.graph.app
    uids = [uid for uid, role in app.role_by_uid.items() if role.admin]
    held = sa.select(role_member.c.user_id).where(role_member.c.role_uid.in_(uids))
    return active(run.uow.conn, run.uow.conn.scalars(held.order_by(role_member.c.user_id))) if uids else []


def _house_admins(run: Run) -> list[int]:
    found = sa.select(user.c.id).where(user.c.admin, user.c.active).order_by(user.c.id)
    return list(run.uow.conn.scalars(found))
