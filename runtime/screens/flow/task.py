"""A task: what is asked, the record as far as the task lets see it, and the buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engines.flow.options import Button
from engines.flow.pressing import Press
from engines.flow.reading import trail
from engines.form import FormModel, Storage
from engines.query import Page, Uow
from frontend.flows import TaskButton, TaskForm, TaskPage
from frontend.views import FieldView, Link
from frontend.views import Issue as Shown
from runtime.allowed import may
from runtime.api.picking import choices
from runtime.giving import offer, people_found
from runtime.screens.errors import by_path, summary
from runtime.screens.flow.once import Going, do_once, token
from runtime.screens.flow.trails import Telling, problems
from runtime.screens.inputs import input_view, raw_ids, raw_of, sections
from runtime.screens.people.frame import chosen_id
from runtime.screens.posted import read_posted
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import Showing, names_for, record_title
from runtime.tasks import Met, button_name, meet, node_name
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.elements import Action as Doing
from schemas.errors import Conflict, Invalid, Issue, NotFound

_STYLES = {"approve": ("primary", "check"), "submit": ("primary", "check"), "reject": ("danger", "x"),
           "return": ("normal", "arrow-back-up"), "transfer": ("normal", "switch-horizontal")}  # fmt: skip
_OFFERED = 20


@dataclass(slots=True)
class Typed:
    """What stands in the form of a task, and what is wrong with it."""

    raw: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    issues: tuple[Issue, ...] = ()


def show_task(call: Call) -> Answer:
    """Answer the page of a task."""
    return _answer(call, meet(call, call.record_id), Typed())


def press_button(call: Call) -> Answer:
    """Do what a button says and go back to where work waits, or show the form again with what is wrong."""
    met = meet(call, call.record_id)
    _stand_in(call, met)
    values = read_posted(call, met.editable)
    comment, button = call.field("comment"), call.field("button")
    asked = Press(button, comment, values, chosen_id(call, "to"))
    typed = Typed(dict(values), comment)

    def work(uow: Uow) -> Going:
        call.installation.flows.decide(uow, met.task.id, asked)
        return _home(call, met), texts_of(call).t("screen.flow.done")

    try:
        return do_once(call, met.app, work)
    except Invalid as error:
        typed.issues = tuple(error.issues)
        return _answer(call, meet(call, met.task.id), typed, 422)
    except Conflict as error:
        alert = text_of(texts_of(call), error.reason, dict(error.params))
        return _answer(call, meet(call, met.task.id), Typed(), 409, alert)


def find_people(call: Call) -> Answer:
    """Answer who else might do it."""
    meet(call, call.record_id)
    return offer(people_found(call, call.query.get("search", "")))


def find_choices(call: Call) -> Answer:
    """Answer what may be chosen in a field that the task lets write."""
    met = meet(call, call.record_id)
    outer, _, inner = call.params["field"].partition(".")
    found = next((each for each in met.editable if each.key == outer), None)
    if found is not None and inner:
        found = found.rows.fields.get(inner) if found.rows is not None else None
    if found is None or found.target in {None, "file"}:
        raise NotFound
    _stand_in(call, met)
    return json_answer({"data": choices(call, found, call.query.get("search", ""), _OFFERED)})


def _stand_in(call: Call, met: Met) -> None:
    """Let what is shown and looked up have the rights of the task, and no more."""
    vars(call).update(app=met.app, form=met.graph.form, access=met.access)


def _home(call: Call, met: Met) -> str:
    """Return where to go when it is done: the record, where the person sees it anyway."""
    own = call.installation.access(call.person, call.epoch)
    record_id = met.instance.record_id
    store, who = call.installation.store, (met.app, own)
    if may(store, call.conn, who, met.graph.form, (record_id, Doing.view)):
        return f"{form_url(met.graph.form)}/{record_id}"
    return f"/tasks/{met.task.id}"


# -------------------------------------------------------------------- what is shown


def _answer(call: Call, met: Met, typed: Typed, status: int = 200, alert: str = "") -> Answer:
    home = _home(call, met)
    texts = texts_of(call)
    told = trail(call.conn, call.installation.flows.graphs, met.app, met.instance)
    view = None if told is None else Telling(call, [told]).view(told, actions=False)
    title, shown, form = texts.t("screen.flow.task"), (), None
    if met.sees:
        _stand_in(call, met)
        found = met.read(labels=True)
        title = record_title(met.graph.form, found.records[0])
        form = task_form(call, met, found, typed)
        shown = record_sections(call, met, found, {each.key for each in met.editable} if form else set())
    model = TaskPage(
        title=title,
        state=texts.t(f"screen.flow.task_state.{met.task.state.value}"),
        form=form,
        sections=shown,
        trail=view if met.sees else None,
        record_url="" if home.startswith("/tasks/") else home,
        alert=alert,
    )
    vars(call).pop("access", None)
    crumbs = [Link(texts.label(met.graph.form.definition.label), "")]
    return page(call, "runtime/task.html", model, crumbs, status=status)


def task_form(call: Call, met: Met, found: Page, typed: Typed) -> TaskForm | None:
    """Return the form of a task with what stands in it; None where nothing can be done."""
    buttons = met.buttons
    if not buttons:
        return None
    texts, form = texts_of(call), met.graph.form
    errors = by_path(typed.issues, texts)
    transfer = next((each for each in buttons if each.type == "transfer"), None)
    notes = [each.comment for each in buttons if each is not transfer]
    own = tuple(f"{each.key}" for each in met.editable)
    return TaskForm(
        title=node_name(met.graph, met.visit.node, texts),
        url=f"/tasks/{met.task.id}",
        request=token(),
        flow=met.graph.name(texts.locale),
        note=texts.t(f"screen.flow.note.{met.task.kind}"),
        sections=sections(
            Showing(call, form, _labels(call, met, found, typed)),
            form,
            _inputs(call, met, found, typed, errors),
        ),
        buttons=tuple(_button(each, call) for each in buttons if each is not transfer),
        comment=typed.comment,
        comment_needed=bool(notes) and all(each == "required" for each in notes),
        commented=any(each != "none" for each in notes),
        errors=errors.get("comment", ()),
        issues=_issues(call, form, errors, own),
        transfer=None if transfer is None else _transfer(call, met, errors.get("to", ())),
        transfer_button=None if transfer is None else _button(transfer, call),
        due=None if met.visit.due is None else _moment(call, met, met.visit.due),
        problems=tuple(problems(texts, met.visit)),
    )


def _button(button: Button, call: Call) -> TaskButton:
    style, icon = _STYLES[button.type]
    if button.key == "skip":
        style, icon = "normal", "chevrons-right"
    return TaskButton(button.key, button_name(button, texts_of(call)), style, icon)


def _inputs(
    call: Call, met: Met, found: Page, typed: Typed, errors: Mapping[str, tuple[str, ...]]
) -> dict[str, FieldView]:
    showing = Showing(call, met.graph.form, _labels(call, met, found, typed))
    rights, views = met.rights, {}
    for each in met.editable:
        raw = typed.raw.get(each.key, raw_of(showing, each, found.records[0].get(each.key)))
        view = input_view(showing, each, raw, errors)
        options = dict(view.options)
        if "lookup_url" in options:
            options["lookup_url"] = f"/tasks/{met.task.id}/lookup/{each.key}"
        views[each.key] = replace(view, required=rights[each.key] == "required", options=options)
    return views


def _labels(call: Call, met: Met, found: Page, typed: Typed) -> dict[str, Mapping[int, str]]:
    labels = dict(found.labels)
    unknown = [
        (path, each, missing)
        for path, each, ids in raw_ids(met.editable, typed.raw)
        if (missing := ids - set(labels.get(path, ())))
    ]
    for path, names in names_for(call, unknown).items():
        labels[path] = {**labels.get(path, {}), **names}
    return labels


def _issues(
    call: Call, form: FormModel, errors: Mapping[str, tuple[str, ...]], own: tuple[str, ...]
) -> tuple[Shown, ...]:
    texts = texts_of(call)
    found = list(
        summary(form, {path: said for path, said in errors.items() if path not in {"comment", "to"}}, texts)
    )
    for name in ("comment", "to"):
        found += [Shown(text, name, texts.t(f"screen.flow.{name}")) for text in errors.get(name, ())]
    return tuple(
        each if each.name.split(".")[0] in {*own, "comment", "to"} else replace(each, name="")
        for each in found
    )


def _transfer(call: Call, met: Met, errors: tuple[str, ...]) -> FieldView:
    options = {
        "lookup_url": f"/tasks/{met.task.id}/people",
        "choices": [{"id": each.key, "text": each.text} for each in people_found(call, "")],
    }
    return FieldView("to", "member", texts_of(call).t("screen.flow.to"), options=options, errors=errors)


def _moment(call: Call, met: Met, value: Any) -> Any:
    formats = call.installation.renderer.formats[texts_of(call).locale]
    return formats.moment(met.app.definition.time_zone, call.installation.clock.now())(value)


def record_sections(call: Call, met: Met, found: Page, without: set[str]) -> Any:
    """Return the record as the task lets see it, without what is asked for above."""
    form = met.graph.form
    showing = Showing(call, form, found.labels)
    rights = call.access.form(met.app, form)
    views = {
        key: replace(
            showing.filled(showing.view(each), each, found.records[0].get(key), masked=key in rights.masked),
            read_only=True,
        )
        for key, each in form.fields.items()
        if key in found.records[0] and key not in without and not each.options.hidden
        and each.storage is not Storage.none
    }  # fmt: skip
    return sections(showing, form, views, texts_of(call).t("screen.section.more"))
