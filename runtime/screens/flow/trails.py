"""The trail of an instance as people read it: times, people, opinions, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from engines.flow.flows import withdrawable
from engines.flow.graph import Graph
from engines.flow.nodes.branch import BranchOptions
from engines.flow.reading import Trail
from engines.flow.rows import Decision, State, Task, TaskState, Visit, VisitState
from engines.store.people import names
from frontend.flows import Opinion, TrailStep, TrailView
from frontend.formats import Moment
from frontend.texts import Texts
from frontend.views import Action, Person
from runtime.screens.shell import form_url, texts_of
from runtime.tasks import node_name
from runtime.web.call import Call
from runtime.web.errors import text_of

_STATES = {
    State.running: "blue", State.approved: "green", State.rejected: "red", State.cancelled: "gray",
    State.withdrawn: "gray", State.done: "green",
}  # fmt: skip
_LOOKS = {
    "approve": ("check", "green"), "submit": ("check", "green"), "reject": ("x", "red"),
    "return": ("arrow-back-up", "orange"), "transfer": ("switch-horizontal", "blue"),
    "reassign": ("switch-horizontal", "blue"), "retry": ("refresh", "blue"),
    "skip": ("chevrons-right", "orange"), "move": ("arrow-right", "blue"),
}  # fmt: skip


@dataclass(eq=False)
class Telling:
    """Tells trails of one record to one reader."""

    call: Call
    trails: Sequence[Trail]

    @cached_property
    def texts(self) -> Texts:
        """Return the texts in the reader's language."""
        return texts_of(self.call)

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Return the names of everybody who is in any of the trails."""
        found: set[int] = set()
        for trail in self.trails:
            found |= {each for each in (trail.instance.started_by,) if each}
            for some in trail.tasks.values():
                found |= {each.user_id for each in some}
            for acts in trail.decisions.values():
                found |= {each.user_id for each in acts if each.user_id} | set(_mentioned(acts))
        return names(self.call.conn, found)

    def moment(self, value: datetime) -> Moment:
        """Return a point in time."""
        formats = self.call.installation.renderer.formats[self.texts.locale]
        zone = self.trails[0].graph.app.definition.time_zone
        return formats.moment(zone, self.call.installation.clock.now())(value)

    def views(self) -> tuple[TrailView, ...]:
        """Return the trails, the newest first."""
        return tuple(self.view(each) for each in self.trails)

    def view(self, trail: Trail, *, actions: bool = True) -> TrailView:
        """Return one trail."""
        t, instance = self.texts.t, trail.instance
        return TrailView(
            title=trail.graph.name(self.texts.locale),
            state=t(f"screen.flow.state.{instance.state.value}"),
            color=_STATES[instance.state],
            began=t("screen.flow.began", name=self.name(instance.started_by)),
            when=self.moment(instance.started_at),
            steps=tuple(self._step(trail, each) for each in trail.visits if self._worth_telling(trail, each)),
            actions=tuple(self._actions(trail)) if actions else (),
            open=instance.running,
        )

    def name(self, user_id: int | None) -> str:
        """Return what somebody is called; nobody is the system."""
        return self.people.get(user_id or 0) or self.texts.t("screen.history.system")

    def _worth_telling(self, trail: Trail, visit: Visit) -> bool:
        node = trail.graph.nodes.get(visit.node)
        return node is None or node.kind.name not in {"join", "split"} or visit.state is VisitState.failed

    def _actions(self, trail: Trail) -> Iterator[Action]:
        person = self.call.person
        if person is None or trail.instance.started_by != person.id:
            return
        if withdrawable(trail.graph, trail.instance):
            url = f"{form_url(trail.graph.form)}/{trail.instance.record_id}/withdraw/{trail.instance.id}"
            yield Action(self.texts.t("screen.flow.withdraw"), url, icon="arrow-back-up")

    def _step(self, trail: Trail, visit: Visit) -> TrailStep:
        t, graph = self.texts.t, trail.graph
        node = graph.nodes.get(visit.node)
        icon, color = self._look(visit, "circle-check" if node is None else node.kind.icon)
        left = visit.left_at
        return TrailStep(
            kind="start" if node is None else node.kind.name,
            title=node_name(graph, visit.node, self.texts),
            icon=icon,
            color=color,
            state=visit.state.value,
            entered=self.moment(visit.entered_at),
            again=t("screen.flow.again", number=visit.number) if visit.number > 1 else "",
            took="" if left is None or left == visit.entered_at else self.took(left - visit.entered_at),
            opinions=tuple(self._opinions(trail, visit)),
            facts=tuple(self._facts(graph, visit)),
            problems=tuple(problems(self.texts, visit)),
        )

    def _look(self, visit: Visit, icon: str) -> tuple[str, str]:
        if visit.state is VisitState.failed:
            return "alert-triangle", "red"
        if visit.state is VisitState.open:
            return icon, "blue"
        known = {"approved": "green", "submitted": "green", "rejected": "red", "returned": "orange"}
        return icon, "gray" if visit.state is VisitState.cancelled else known.get(visit.outcome or "", "teal")

    def took(self, span: timedelta) -> str:
        """Return how long something took, in its largest unit."""
        minutes = int(span.total_seconds() // 60)
        for unit, size in (("days", 1440), ("hours", 60)):
            if minutes >= size:
                return self.texts.t(f"screen.flow.took.{unit}", count=minutes // size)
        return self.texts.t("screen.flow.took.minutes", count=max(minutes, 1))

    def _opinions(self, trail: Trail, visit: Visit) -> Iterator[Opinion]:
        for each in trail.decisions.get(visit.id, ()):
            yield self._opinion(trail.graph, visit, each)
        t = self.texts.t
        for task in trail.tasks.get(visit.id, ()):
            who = self._person(task.user_id)
            if task.state in {TaskState.open, TaskState.waiting}:
                code = "waiting_turn" if task.state is TaskState.waiting else f"asked.{task.kind}"
                yield Opinion(
                    who, t(f"screen.flow.{code}"), "blue" if task.state is TaskState.open else "gray"
                )
            elif task.state is TaskState.told:
                yield Opinion(who, t("screen.flow.told"), "teal", "send")
            elif _passed(visit, task):
                yield Opinion(who, t("screen.flow.passed"), "green", "check")

    def _opinion(self, graph: Graph, visit: Visit, each: Decision) -> Opinion:
        icon, color = _LOOKS.get(each.act, ("check", "gray"))
        text = self.texts.t(f"screen.flow.act.{each.act}", button=self._button(graph, visit, each))
        to = each.detail.get("to")
        if to is not None:
            text = self.texts.t(f"screen.flow.act.{each.act}_to", name=self.name(int(to)))
        return Opinion(
            self._person(each.user_id), text, color, icon, self.moment(each.at), each.comment or ""
        )

    def _button(self, graph: Graph, visit: Visit, each: Decision) -> str:
        """Return what the pressed button was called; one with the usual name says nothing more."""
        node = graph.nodes.get(visit.node)
        options: Any = None if node is None else node.options
        for one in (*getattr(options, "buttons", ()), *getattr(options, "moves", ())):
            if one.key == each.button and one.label is not None:
                return self.texts.label(one.label)
        return self.texts.t(f"screen.flow.button.{each.act}")

    def _person(self, user_id: int | None) -> Person:
        return Person(str(user_id or 0), self.name(user_id))

    def _facts(self, graph: Graph, visit: Visit) -> Iterator[str]:
        t = self.texts.t
        if (policy := visit.detail.get("nobody")) is not None:
            yield t(f"screen.flow.nobody.{policy}")
        if (uids := visit.detail.get("set")) is not None:
            labels = [self.texts.label(e.options.label) for e in graph.form.fields.values() if e.uid in uids]
            yield t("screen.flow.changed", fields=t("ui.common.separator").join(labels))
        node = graph.nodes.get(visit.node)
        if node is not None and isinstance(node.options, BranchOptions) and visit.outcome:
            arm = next((each for each in node.options.arms if each.key == visit.outcome), None)
            yield t("screen.flow.otherwise") if arm is None else self.texts.label(arm.label)
        if visit.reminded:
            yield t("screen.flow.reminded", count=visit.reminded)
        if visit.detail.get("skipped"):
            yield t("screen.flow.skipped")


def problems(texts: Texts, visit: Visit) -> Iterator[str]:
    """Yield what a visit stumbled over, in sentences."""
    error = visit.detail.get("error")
    if error is None or visit.state is not VisitState.failed:
        return
    issues = error.get("issues") or [error]
    for each in issues:
        yield text_of(texts, each["code"], dict(each["params"]))


def _passed(visit: Visit, task: Task) -> bool:
    return task.state is TaskState.done and str(task.user_id) in visit.detail.get("passed", ())


def _mentioned(decisions: Iterable[Decision]) -> Iterator[int]:
    for each in decisions:
        if (to := each.detail.get("to")) is not None:
            yield int(to)
