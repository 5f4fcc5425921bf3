"""Rows of to-dos, flows and notices, as their lists and the home page show them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from engines.access import Access
from engines.flow.rows import Instance
from engines.form import AppModel, FormModel
from engines.store.notices import KeptNotice, Level
from engines.store.todo_lists import Which
from engines.store.todos import KeptTodo, TodoState
from frontend.views import Action, Link
from frontend.work import WorkRow
from runtime import desk
from runtime.desk import NOTICES, TODOS, Desk, person_of
from runtime.screens.people.frame import moments
from runtime.screens.shell import form_url, texts_of
from runtime.web.call import Call
from schemas.elements import Action as May

_ASKED = {"transfer", "edit"}  # on a page of their own
_SIMPLE = {"done", "take"}  # stand apart
_ICONS = {
    "edit": "edit", "done": "check", "take": "user-check", "transfer": "switch-horizontal",
    "reopen": "arrow-back-up", "drop": "trash",
}  # fmt: skip
_COLORS = {"running": "blue", "approved": "green", "done": "green", "rejected": "red"}
_RELATED = 4  # records of other forms that can be begun from one row


def todo_row(told: Desk, kept: KeptTodo, which: Which, back: str = "") -> WorkRow:
    """Return a to-do with what may be done about it; ``back``: where to go on from there."""
    call, todo = told.call, kept.todo
    about = told.about(todo.app, todo.form_uid, todo.record_id)
    late = kept.state is TodoState.open and todo.due is not None and todo.due < call.installation.clock.now()
    over = kept.state is TodoState.done
    moment = kept.ended_at if over else todo.due
    when = None if moment is None else moments(call)(moment)
    code = "work.done_at" if over else "work.due_at"
    return WorkRow(
        told.told(todo.app, todo.title, todo.form_uid, todo.record_id),
        told.told(todo.app, todo.body, todo.form_uid, todo.record_id), todo.link or about.url, about.label,
        when, texts_of(call).t(code, when=when.text) if when else "",
        tuple(_marks(told, kept, which, late=late)), late, tuple(_acts(call, kept, back)),
        tuple(_steps(told, kept)), more=tuple(_beginnings(told, kept, about)) if not over else (),
        check=_simple(call, kept, "done", back), lead=_simple(call, kept, "take", back),
    )  # fmt: skip


def _marks(told: Desk, kept: KeptTodo, which: Which, *, late: bool) -> Iterator[str]:
    t, todo = texts_of(told.call).t, kept.todo
    if late:
        yield t("work.late")
    if todo.user_id is None and kept.state is TodoState.open:
        yield t("work.offered")
    if which is Which.assigned:
        if kept.state is TodoState.done:
            yield t("work.done_by", name=told.name(kept.ended_by))
        elif todo.user_id is not None:
            yield t("work.with", name=told.name(todo.user_id))
    elif todo.maker not in {None, person_of(told.call).id}:
        yield t("work.given_by", name=told.name(todo.maker))


def _simple(call: Call, kept: KeptTodo, name: str, back: str) -> Action | None:
    """Return what is one click, where it may be done."""
    if name not in desk.acts(kept, person_of(call)):
        return None
    fields, text = (("next", back),) if back else (), texts_of(call).t(f"work.act.{name}")
    return Action(text, f"{TODOS}/{kept.id}/{name}", "post", _ICONS[name], fields=fields)


def _acts(call: Call, kept: KeptTodo, back: str) -> Iterator[Action]:
    """Yield what else may be done here; handing over is asked about on a page of its own."""
    t = texts_of(call).t
    fields = (("next", back),) if back else ()
    for name in desk.acts(kept, person_of(call)):
        if name in _SIMPLE:
            continue
        method, url = "get" if name in _ASKED else "post", f"{TODOS}/{kept.id}/{name}"
        asks = t("work.drop_confirm") if name == "drop" else ""
        yield Action(
            t(f"work.act.{name}"), url, method, _ICONS[name], confirm=asks,
            style="danger" if name == "drop" else "normal", fields=fields if method == "post" else (),
        )  # fmt: skip


def _beginnings(told: Desk, kept: KeptTodo, about: desk.About) -> Iterator[Link]:
    """Yield the records of other forms that belong to what it is about and can be begun at once."""
    form = told.form(kept.todo.app, kept.todo.form_uid)
    if form is None or not about.id:
        return
    app, label = told.apps[kept.todo.app], texts_of(told.call).label
    for other, through in related_forms(app, told.call.access, form):
        new = texts_of(told.call).t("search.new", name=label(other.definition.label))
        url = f"{form_url(other)}/new?{urlencode({through: about.id, '_back': TODOS})}"
        yield Link(new, url, other.definition.icon or "plus")


def related_forms(app: AppModel, access: Access, form: FormModel) -> list[tuple[FormModel, str]]:
    """Return the forms whose records belong to those of a form and may be created, with the relation."""
    found: dict[str, tuple[FormModel, str]] = {}
    for field in form.definition.fields:
        other, through = str(getattr(field, "form", "")), str(getattr(field, "via", ""))
        if field.type == "related" and other in app.forms and other not in found:
            rights = access.form(app, app.forms[other])
            if rights.may(May.create) and through in rights.fill:
                found[other] = (app.forms[other], through)
    return [*found.values()][:_RELATED]


def _steps(told: Desk, kept: KeptTodo) -> Iterator[str]:
    """Yield who handed it over, and why."""
    for each in kept.steps:
        if each["what"] == "transferred":
            said = each.get("comment", "")
            code = "work.handed_by_with" if said else "work.handed_by"
            yield texts_of(told.call).t(code, name=told.name(each.get("by")), comment=said)


def flow_row(told: Desk, instance: Instance) -> WorkRow:
    """Return a flow that the person began."""
    call = told.call
    t, about = texts_of(call).t, told.about(instance.app, instance.form_uid, instance.record_id)
    state = t(f"screen.flow.state.{instance.state.value}")
    when = moments(call)(instance.started_at)
    return WorkRow(
        told.flow(instance) or t("work.gone_flow"), "", about.url, about.label, when,
        t("work.started_at", when=when.text), (state,), color=_COLORS.get(instance.state.value, "gray"),
    )  # fmt: skip


def notice_row(told: Desk, kept: KeptNotice, back: str = "") -> WorkRow:
    """Return a notice with what may be done about it; ``back``: where to go on from there."""
    call, notice = told.call, kept.notice
    t = texts_of(call).t
    about = told.about(notice.app, notice.form_uid, notice.record_id)
    marks = [t("work.must")] if notice.level is Level.must and kept.read_at is None else []
    marks += [t("work.copy")] if notice.copy else []
    when, known = moments(call)(kept.created_at), ""
    if notice.level is Level.must and kept.read_at is not None:
        known = t("work.acknowledged_at", when=moments(call)(kept.read_at).text)
    word = "work.acknowledge" if notice.level is Level.must else "work.read"
    act = Action(t(word), f"{NOTICES}/{kept.id}/read", "post", "check", fields=(("next", back or call.path),))
    return WorkRow(
        told.told(notice.app, notice.title, notice.form_uid, notice.record_id),
        told.told(notice.app, notice.body, notice.form_uid, notice.record_id), notice.link or about.url,
        about.label, when, "", tuple(marks), kept.read_at is None, () if kept.read_at else (act,),
        (known,) if known else (),
    )  # fmt: skip
