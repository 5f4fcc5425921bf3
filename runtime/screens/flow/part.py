"""What the page of a record shows of its flows: stages, what is asked of the reader, what may be begun."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engines.flow.graph import Graph
from engines.flow.moving import may_move, moves_of, offered
from engines.flow.options import Move
from engines.flow.placing import stage_options
from engines.flow.reading import stays, task_about, trails
from engines.form import FormModel
from frontend.flows import StageBar, StageView, TaskForm, TrailView
from frontend.formats import Moment
from frontend.views import Action
from runtime.flows import Place, starts, where
from runtime.screens.flow.moving import asks
from runtime.screens.flow.once import token
from runtime.screens.flow.task import Typed, task_form
from runtime.screens.flow.trails import Telling
from runtime.screens.shell import form_url, texts_of
from runtime.tasks import meet, node_name
from runtime.web.call import Call


def stage_bars(call: Call, form: FormModel, record_id: int) -> tuple[StageBar, ...]:
    """Return where a record is in each pipeline whose field the reader may see."""
    rights = call.access.form(call.app, form)
    places = list(where(call, form, record_id))
    return tuple(
        _bar(call, form, record_id, each)
        for each in places
        if each.graph.field is not None and rights.usable(each.graph.field.key)
    )


def quiet(bars: tuple[StageBar, ...]) -> tuple[StageBar, ...]:
    """Return the bars with plain buttons, beside something that matters more."""
    return tuple(
        replace(bar, moves=tuple(replace(each, style="normal") for each in bar.moves)) for bar in bars
    )


def trail_views(call: Call, form: FormModel, record_id: int) -> tuple[TrailView, ...]:
    """Return how the record's approvals went, the newest first."""
    graphs = call.installation.flows.graphs
    found = [e for e in trails(call.conn, graphs, call.app, form, record_id) if e.graph.flow.field is None]
    return Telling(call, found).views() if found else ()


def start_actions(call: Call, form: FormModel, record_id: int) -> Iterator[Action]:
    """Yield a button for each flow that the reader may begin."""
    texts = texts_of(call)
    for graph in starts(call, form, record_id):
        label = graph.start.options.label
        text = (
            texts.label(label)
            if label is not None
            else texts.t("screen.flow.start", name=graph.name(texts.locale))
        )
        url = f"{form_url(form)}/{record_id}/flows/{graph.flow.key}"
        yield Action(text, url, "post", "send", fields=(("request", token()),))


def asked_here(call: Call, form: FormModel, record_id: int) -> TaskForm | None:
    """Return the form of what the reader is asked about this record."""
    task = task_about(call.conn, call.person.id if call.person else 0, form, record_id)
    if task is None:
        return None
    met = meet(call, task.id)
    kept = {name: vars(call).get(name) for name in ("app", "form", "access")}
    vars(call).update(app=met.app, form=met.graph.form, access=met.access)
    try:
        return task_form(call, met, met.read(labels=True), Typed())
    finally:
        vars(call).update({name: value for name, value in kept.items() if value is not None})


def _bar(call: Call, form: FormModel, record_id: int, place: Place) -> StageBar:
    texts, graph = texts_of(call), place.graph
    since = None
    if graph.field is not None:
        for each in stays(call.conn, graph.field.uid, record_id):
            since = each.entered_at
    options = None if place.stage is None else stage_options(graph, place.stage)
    waiting = place.visit is not None and place.stage is None
    return StageBar(
        title=graph.name(texts.locale),
        stages=tuple(_stages(call, graph, place)),
        since=None if since is None else _moment(call, since),
        due=None if place.visit is None or place.visit.due is None else _moment(call, place.visit.due),
        guide="" if options is None else texts.label(options.guide),
        moves=tuple(_moves(call, form, record_id, place)),
        waiting=node_name(graph, place.visit.node, texts) if waiting and place.visit is not None else "",
    )


def _stages(call: Call, graph: Graph, place: Place) -> Iterator[StageView]:
    """Yield the stages in the order of the options; of those aside of the road only the present one."""
    texts, field = texts_of(call), graph.field
    current = None if field is None else place.record.get(field.key)
    choices: list[Any] = list(getattr(field.options, "options", ())) if field is not None else []
    keys = [each.key for each in choices]
    here = keys.index(current) if current in keys else -1
    aside = {each.key for each in choices if _aside(graph, each.key, choices)}
    for index, each in enumerate(choices):
        if each.key in aside and each.key != current:
            continue
        state = "now" if index == here else "past" if index < here and current not in aside else "next"
        yield StageView(texts.label(each.label), state, each.color or "")


def _aside(graph: Graph, value: str, choices: list[Any]) -> bool:
    """Tell whether a stage lies aside of the road: nothing leads on, and another such comes before it."""
    ends = []
    for each in choices:
        stage = graph.stage_of(each.key)
        if stage is not None and not moves_of(graph, stage):
            ends.append(each.key)
    return value in ends[1:]


def _moves(call: Call, form: FormModel, record_id: int, place: Place) -> Iterator[Action]:
    if place.stage is None:
        return
    graph, store = place.graph, call.installation.store
    found = [
        each
        for each in offered(graph, place.stage, place.record, place.context)
        if may_move(store, call.conn, graph, call.access, record_id, each)
    ]
    lead = next((each for each in found if each.primary), found[0] if found else None)
    for each in found:
        yield _action(call, f"{form_url(form)}/{record_id}/move/{each.key}", each, primary=each is lead)


def _action(call: Call, url: str, move: Move, *, primary: bool) -> Action:
    text, style = texts_of(call).label(move.label), "primary" if primary else "normal"
    if asks(move):
        return Action(text, url, style=style)
    return Action(text, url, "post", style=style, fields=(("request", token()),))


def _moment(call: Call, value: Any) -> Moment:
    formats = call.installation.renderer.formats[texts_of(call).locale]
    return formats.moment(call.app.definition.time_zone, call.installation.clock.now())(value)
