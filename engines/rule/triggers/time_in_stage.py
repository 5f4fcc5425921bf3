"""A record stays in a stage for some time, and nobody does anything about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue

from engines.form.columns import millis
from engines.rule.events import Event, What
from engines.rule.kinds import Due, Keep, TimedTrigger, TriggerExample, Watch
from engines.rule.verify import Look
from schemas.behaviour import TriggerOptions
from schemas.elements import FieldKey, FormKey, Ref
from schemas.errors import Issue
from schemas.kinds import Options, kind


class Related(Options):
    """Records of another form, and the field of theirs that leads to the record."""

    form: Annotated[FormKey, Ref("form")]
    via: Annotated[FieldKey, Ref("field@form")]


class TimeInStageOptions(TriggerOptions):
    """Which stay, and how long.

    ``updates``: a change of the record begins the time anew. ``related``: so does a record of these forms.
    ``repeat_days``: fires again every so many days until somebody acts.
    """

    form: Annotated[FormKey, Ref("form")]
    field: Annotated[FieldKey, Ref("field")]
    values: Annotated[tuple[JsonValue, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=0, le=3660)] = 0
    hours: Annotated[int, Field(ge=0, le=240)] = 0
    updates: bool = True
    related: tuple[Related, ...] = ()
    repeat_days: Annotated[int, Field(ge=1, le=365)] | None = None


@kind
class TimeInStage(TimedTrigger[TimeInStageOptions]):
    """Fires once after so much time in which nothing happened; what the rule writes itself is nothing."""

    name, icon = "time_in_stage", "clock"
    Options = TimeInStageOptions
    examples = (
        TriggerExample(
            {"field": "stage", "values": ["open"], "days": 3},
            new={"title": "A", "stage": "open"},
            after=timedelta(days=3),
        ),
        TriggerExample(
            {"field": "stage", "values": ["open"], "hours": 2},
            new={"title": "A", "stage": "done"},
            fires=False,
        ),
        TriggerExample(
            {"field": "stage", "values": ["open", "done"], "hours": 2},
            {"title": "A", "stage": "new"},
            {"stage": "done"},
            after=timedelta(hours=2),
        ),
    )

    def watches(self, options: TimeInStageOptions) -> Watch:
        return Watch(create=True, update=True, fields=None if options.updates else frozenset({options.field}))

    def fields(self, options: TimeInStageOptions) -> frozenset[str]:
        return frozenset({options.field})

    def counts(self, options: TimeInStageOptions) -> Mapping[str, str]:
        return {each.form: each.via for each in options.related}

    def plan(self, options: TimeInStageOptions, event: Event, zone: ZoneInfo) -> Due | Keep | None:
        if event.what is What.delete or event.row.get(options.field) not in options.values:
            return None
        entered = event.what in {What.create, What.restore} or options.field in event.changed
        acted = event.what is What.activity or (event.what is What.update and options.updates)
        if not entered and (event.own or not acted):
            return Keep()
        stay = timedelta(days=options.days, hours=options.hours)
        return Due(event.now + stay, str(millis(event.now)))

    def again(self, options: TimeInStageOptions, due: Due, now: datetime) -> Due | None:
        if options.repeat_days is None:
            return None
        stay, _, times = due.anchor.partition("+")
        return Due(now + timedelta(days=options.repeat_days), f"{stay}+{int(times or 0) + 1}")

    def verify(self, options: TimeInStageOptions, look: Look) -> Iterator[Issue]:
        for index, value in enumerate(options.values):
            yield from look.constant(options.field, value, ("values", index))
        if not options.days and not options.hours:
            yield look.issue(("days",), "rule.no_time")
        for index, each in enumerate(options.related):
            if not look.leads_back(each.form, each.via):
                params = {"name": each.via, "form": options.form}
                yield look.issue(("related", index, "via"), "definition.not_a_way_back", **params)
