"""Time limits: those who are waited for are reminded, once for each time that is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engines.flow.options import Limit
from engines.flow.rows import TaskState, Visit, VisitState
from engines.flow.tasks import source_of, title_of
from engines.flow.waiting import ask_for_time
from engines.query import Uow
from engines.store.history import ensure_cause
from engines.store.notices import Level, Notice, notify
from engines.store.people.meant import active
from engines.store.said import Said
from schemas.errors import NotFound

if TYPE_CHECKING:
    from engines.flow.flows import Flows
    from engines.flow.run import Run

_OVER = {"zh-CN": "已到时限，请尽快处理。", "en": "The time for it is over, please see to it."}


def fall_due(flows: Flows, uow: Uow, instance_id: int, visit_id: int, number: int) -> None:
    """Remind for the ``number``-th time. For a visit that is over, or a number that had its turn, nothing."""
    try:
        run = flows.open_any(uow, instance_id)
        visit = run.book.visit(visit_id)
    except (NotFound, KeyError):
        return
    limit = getattr(run.graph.node(visit.node).options, "limit", None)
    late = visit.state is not VisitState.open or not run.instance.running or visit.reminded != number
    if late or not isinstance(limit, Limit):
        return
    visit.reminded += 1
    visit.detail["reminded_at"] = run.book.now.isoformat()
    run.book.touch(visit)
    _tell(run, visit)
    following = _following(limit, visit, run.book.now)
    if following is not None:
        ask_for_time(run, visit, following)
    run.book.save()


def _tell(run: Run, visit: Visit) -> None:
    tasks = [each for each in run.book.of_visit(visit.id) if each.state is TaskState.open]
    graph, link = run.graph, None
    if tasks:
        for task in tasks:
            _remind(run, visit, [task.user_id], f"/tasks/{task.id}")
        return
    owner = graph.form.owner
    found = None if owner is None else run.record.get(owner.key)
    _remind(run, visit, active(run.uow.conn, [found]), link)


def _remind(run: Run, visit: Visit, people: list[int], link: str | None) -> None:
    graph = run.graph
    notice = Notice(
        graph.app.key, title_of(run, visit), Said.plain(_OVER), Level.must, graph.form.uid,
        run.instance.record_id, ensure_cause(run.uow), unique=f"flow:{visit.id}:due:{visit.reminded}",
        source=source_of(run.instance.id, visit.id), link=link,
    )  # fmt: skip
    notify(run.uow.conn, run.uow.ids, run.uow.clock, people, notice)


def _following(limit: Limit, visit: Visit, now: datetime) -> datetime | None:
    """Return when to remind again; what was missed while nobody was there is not made up for."""
    if limit.repeat_hours is None or visit.reminded >= limit.at_most or visit.due is None:
        return None
    step = timedelta(hours=limit.repeat_hours)
    missed = max(0, (now - visit.due) // step)
    return visit.due + (missed + 1) * step
