"""To-dos, notices and flows one began, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.flow.rows import Instance
from engines.form.columns import iso
from engines.store.notices import KeptNotice
from engines.store.people import names
from engines.store.todos import KeptTodo, TodoState
from runtime import desk
from runtime.desk import Desk, person_of


def todo_json(told: Desk, kept: KeptTodo) -> dict[str, Any]:
    """Return a to-do as JSON, told to the caller."""
    todo, call = kept.todo, told.call
    late = todo.due is not None and todo.due < call.installation.clock.now()
    return {
        "id": str(kept.id), "kind": todo.kind.value, "state": kept.state.value,
        **_said(told, todo.app, todo), "due": _moment(todo.due),
        "overdue": late and kept.state is TodoState.open, "offered": todo.user_id is None,
        "outcome": kept.outcome, "created_at": _moment(kept.created_at), "ended_at": _moment(kept.ended_at),
        "steps": _steps(told, kept), "acts": list(desk.acts(kept, person_of(call))),
    }  # fmt: skip


def _steps(told: Desk, kept: KeptTodo) -> list[dict[str, Any]]:
    ids = {each[key] for each in kept.steps for key in ("by", "from", "to") if each.get(key)}
    known_ = names(told.call.conn, ids) if ids else {}
    return [
        {
            "what": each["what"], "at": each["at"], "comment": each.get("comment"),
            **{key: known_.get(each.get(key) or 0) for key in ("by", "from", "to")},
        }
        for each in kept.steps
    ]  # fmt: skip


def notice_json(told: Desk, kept: KeptNotice) -> dict[str, Any]:
    """Return a notice as JSON, told to the caller."""
    notice = kept.notice
    return {
        "id": str(kept.id), "level": notice.level.value, "copy": notice.copy,
        **_said(told, notice.app, notice), "created_at": _moment(kept.created_at),
        "read_at": _moment(kept.read_at),
    }  # fmt: skip


def _said(told: Desk, app: str, what: Any) -> Mapping[str, Any]:
    about = told.about(app, what.form_uid, what.record_id)
    return {
        "app": app, "form": about.form or None, "record": about.id or None,
        "title": told.told(app, what.title, what.form_uid, what.record_id),
        "body": told.told(app, what.body, what.form_uid, what.record_id) or None,
        "about": about.label or None, "link": what.link or about.url or None,
    }  # fmt: skip


def flow_json(told: Desk, each: Instance) -> dict[str, Any]:
    """Return a flow that somebody began as JSON, told to the caller."""
    about = told.about(each.app, each.form_uid, each.record_id)
    return {
        "id": str(each.id), "app": each.app, "flow": told.flow(each), "state": each.state.value,
        "form": about.form or None, "record": about.id or None, "about": about.label or None,
        "started_at": _moment(each.started_at), "ended_at": _moment(each.ended_at),
    }  # fmt: skip


def _moment(value: Any) -> str | None:
    return None if value is None else iso(value)
