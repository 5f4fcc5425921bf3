"""Within a save: what rules that fire do at once, and what is kept of every decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.query import ChangeSet, Op, Touched
from engines.rule.chain import Endless, fresh
from engines.rule.deciding import Decision, Scene, decide
from engines.rule.doing import Doing
from engines.rule.events import Event, What, filled
from engines.rule.facts import Facts
from engines.rule.kinds import Phase
from engines.rule.model import ActionModel, FormRules, RuleModel
from engines.rule.runs import Run, RunState, add_runs, give_up, unfinished
from schemas.elements import LOCALES, label_of
from schemas.errors import Invalid, Issue, WeftError

JOB = "rule.run"
_EXPLAINED = 200  # of a larger set of changes only what fired is kept
_A_JOB = 50
_WHAT = {Op.create: What.create, Op.update: What.update}


class Refused(Invalid):
    """A rule does not want it so; its message is all there is to say."""


def after_save(scene: Scene, rules: FormRules, facts: Callable[[], Facts], changes: ChangeSet) -> None:
    """Decide about what was written, do what is to be done within the save, ask for the rest."""
    if fresh(scene.uow) and all(rules.saves.asleep(each.op, each.new) for each in changes.touched):
        return
    link, form = scene.link, rules.form
    waiting: list[tuple[Touched, list[RuleModel], list[Decision]]] = []
    for each in changes.touched:
        if each.op not in _WHAT:
            continue
        known = link.decided.pop((form.uid, each.id), [])
        seen = {decision.rule.uid for decision in known}
        moved = filled(each.new) if each.op is Op.create else each.new
        woken = [rule for rule in rules.saves.woken(each.op, moved) if rule.uid not in seen]
        if woken or known:
            waiting.append((each, woken, known))
    if not waiting:
        return
    rows = facts().load(scene.uow.conn, [each.id for each, *_ in waiting], scene.context)
    decisions: list[Decision] = []
    for each, woken, known in waiting:
        if each.id in rows:
            row = {**each.new, **rows[each.id]}  # what no rule reads is told as it was written
            event = _event(scene, rules, each, row)
            made = [_decided(scene, rule, event) for rule in woken]
            again = _about(row, known)
            decisions += sorted(
                [*again, *(one for one in made if one is not None)], key=lambda one: one.rule.order
            )
    explain = len(changes.touched) <= _EXPLAINED
    carry_out(scene, [each for each in decisions if explain or each.fires])


def _event(scene: Scene, rules: FormRules, touched: Touched, row: Mapping[str, Any]) -> Event:
    old = None if touched.op is Op.create else {**row, **touched.old}
    now = scene.context.now
    return Event(_WHAT[touched.op], rules.form, touched.id, row, now, old, frozenset(touched.new))


def _decided(scene: Scene, rule: RuleModel, event: Event) -> Decision | None:
    return decide(scene, rule, replace(event, own=True) if rule.uid == scene.link.by else event)


def _about(row: Mapping[str, Any], decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Return decisions made before the save, about the record as it was written."""
    told: list[tuple[Event, Event]] = []
    for each in decisions:
        if not told or told[-1][0] is not each.event:
            told.append((each.event, replace(each.event, row=row)))
        each.event = told[-1][1]
    return decisions


def carry_out(scene: Scene, decisions: Sequence[Decision]) -> None:
    """Do what is to be done within the transaction, keep the runs, and ask for what follows the commit."""
    uow, runs = scene.uow, []
    if not decisions:
        return
    # What firing rules make in between comes in between.
    quiet = not any(each.fires for each in decisions)
    ids = iter(uow.ids.many(len(decisions)) if quiet else iter(uow.ids.next, None))
    for each in decisions:
        run = _run_of(scene, each, next(ids))
        if each.fires:
            _fire(scene, each, run)
        run.detail = _detail(scene, each)
        runs.append(run)
    add_runs(uow.conn, runs)
    later = [run.id for run in runs if run.state is RunState.waiting]
    for start in range(0, len(later), _A_JOB):
        payload = {"app": uow.app.key, "runs": [str(each) for each in later[start : start + _A_JOB]]}
        scene.tools.store.queue.enqueue(uow.conn, JOB, payload)


def _run_of(scene: Scene, decision: Decision, number: int) -> Run:
    uow, rule, event, origin = scene.uow, decision.rule, decision.event, decision.origin
    origin.id = origin.id or uow.ids.next()
    return Run(
        number, uow.app.key, rule.uid, rule.form.uid, event.id, event.what,
        scene.context.now, decision.state, event.row.get("_version"), scene.link.person, uow.cause_id,
        origin.id, decision.reason,
    )  # fmt: skip


def _fire(scene: Scene, decision: Decision, run: Run) -> None:
    """Do the actions that belong into the transaction; the run waits if there are others."""
    rule = decision.rule
    others = [] if rule.rule.mode == "parallel" else unfinished(scene.uow.conn, rule.uid, decision.event.id)
    if others and rule.rule.mode == "single":
        run.state, run.reason = RunState.skipped, "under_way"
        return
    if others:
        give_up(scene.uow.conn, others, "restarted")
    doing = scene.doing(decision, run.id)
    early = {each["at"] for each in decision.done}
    for action in rule.actions:
        if action.phase is not Phase.after and action.index not in early:
            decision.done.append(act(action, doing))
    decision.done.sort(key=lambda each: each["at"])
    run.cause_id = scene.uow.cause_id
    run.state = RunState.waiting if rule.of(Phase.after) else RunState.done


def act(action: ActionModel, doing: Doing) -> dict[str, Any]:
    """Do one action and return what is kept of it. Raises Invalid, which names the rule."""
    try:
        result = action.kind.run(action.prepared, doing.at(action.index))
    except (Endless, Refused):
        raise
    except WeftError as error:
        told = Issue("", "rule.failed", {"rule": doing.rule.label})
        issues = error.issues if isinstance(error, Invalid) else [Issue("", error.reason, dict(error.params))]
        raise Invalid([told, *(Issue("", each.code, each.params) for each in issues)]) from error
    return {"at": action.index, "type": action.kind.name, **result}


def _detail(scene: Scene, decision: Decision) -> dict[str, Any]:
    path = [{locale: label_of(each, locale) for locale in LOCALES} for each in scene.link.path]
    return decision.detail() | ({"path": path} if path else {})
