"""A form that is filled in step by step: a tab at a time, each looked at by the server before the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.form import FormModel
from engines.query import Cause, Change, Op
from engines.store.writing import check
from frontend.records import Steps
from frontend.views import Section, Tab
from runtime.web.call import Call
from schemas.errors import Issue


def in_steps(form: FormModel, *, new: bool) -> bool:
    """Tell whether a record is filled in by steps: a new one, where the layout says so."""
    layout = form.definition.layout
    return new and layout.steps and len(layout.tabs) > 1


def asked_step(call: Call) -> tuple[int, int] | None:
    """Return from which step to which somebody goes; None for who saves."""
    here, there = call.field("_at"), call.field("_step")
    if not there:
        return None
    return tuple(int(each) if each in {*map(str, range(100))} else 0 for each in (here, there))  # type: ignore[return-value]  # two


def wrong_so_far(
    call: Call, form: FormModel, values: Mapping[str, Any], tabs: Sequence[Tab], here: int
) -> tuple[Issue, ...]:
    """Return what is wrong with the steps up to this one; of what comes later nobody was asked yet."""
    store = call.installation.store
    uow = store.uow(call.conn, call.app, call.access, Cause(call.door, call.access.user_id))
    (result,) = check(store, uow, form, [Change(Op.create, values)])
    later = {each.key for tab in tabs[here + 1 :] for part in tab.sections for each in part.fields}
    return tuple(each for each in result.issues if each.path and each.path.partition(".")[0] not in later)


def steps_of(above: Sequence[Section], tabs: Sequence[Tab], wanted: int, *, on: bool) -> Steps | None:
    """Return the steps with the one to show: the first with a mistake, else the wanted one that is there.

    ``on``: somebody goes on, so that what is not there is passed over forwards.
    """
    there = [at for at, each in enumerate(tabs) if not each.absent]
    if not there:
        return None
    wrong = next((at for at in there if tabs[at].wrong), None)
    if any(each.wrong for each in above):
        wrong = there[0]
    at = wrong if wrong is not None else _nearest(there, wanted, on=on)
    place = there.index(at)
    before = there[place - 1] if place else None
    after = there[place + 1] if place + 1 < len(there) else None
    shown = tuple(replace(each, open=index == at) for index, each in enumerate(tabs))
    return Steps(shown, at, before, after, place + 1, len(there))


def _nearest(there: Sequence[int], wanted: int, *, on: bool) -> int:
    ahead: Iterator[int] = (at for at in there if at >= wanted)
    behind = [at for at in there if at <= wanted]
    return next(ahead, there[-1]) if on or not behind else behind[-1]
