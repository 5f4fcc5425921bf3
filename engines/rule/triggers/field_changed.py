"""One field changes: from anything or certain values, to anything or certain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field, JsonValue

from engines.rule.events import Event, What, differs
from engines.rule.kinds import Effect, TriggerExample, TriggerType, Watch
from engines.rule.verify import Look
from schemas.behaviour import TriggerOptions
from schemas.elements import FieldKey, FormKey, Ref
from schemas.errors import Issue
from schemas.kinds import kind


class FieldChangedOptions(TriggerOptions):
    """Which field, and from what to what, as JSON; nothing said means whichever. A new record was blank."""

    form: Annotated[FormKey, Ref("form")]
    field: Annotated[FieldKey, Ref("field")]
    from_: Annotated[tuple[JsonValue, ...], Field(alias="from")] = ()
    to: tuple[JsonValue, ...] = ()


@kind
class FieldChanged(TriggerType[FieldChangedOptions]):
    """Fires where the field leaves one of the first values, or any, for one of the second."""

    name, icon = "field_changed", "arrow-right"
    Options = FieldChangedOptions
    examples = (
        TriggerExample(
            {"field": "stage", "to": ["done"]}, {"title": "A", "stage": "open"}, {"stage": "done"}
        ),
        TriggerExample(
            {"field": "stage", "to": ["done"]}, {"title": "A", "stage": "done"}, {"title": "B"}, fires=False
        ),
        TriggerExample(
            {"field": "stage", "from": ["new"], "to": ["done"]}, {"title": "A", "stage": "open"},
            {"stage": "done"}, fires=False,
        ),
        TriggerExample({"field": "stage", "from": [None]}, {"title": "A"}, {"stage": "open"}),
        TriggerExample({"field": "stage", "to": ["open"]}, new={"title": "A", "stage": "open"}),
        TriggerExample(
            {"field": "stage", "from": ["open"]}, {"title": "A", "stage": "open"}, {"stage": None}
        ),
    )  # fmt: skip

    def watches(self, options: FieldChangedOptions) -> Watch:
        return Watch(create=True, update=True, fields=frozenset({options.field}), filled=True)

    def happened(self, options: FieldChangedOptions, event: Event) -> bool:
        if event.what not in {What.create, What.update}:
            return False
        before = None if event.old is None else event.old.get(options.field)
        after = event.row.get(options.field)
        if not differs(before, after):
            return False
        return _among(event, options, before, options.from_) and _among(event, options, after, options.to)

    def may_follow(self, options: FieldChangedOptions, effect: Effect) -> bool:
        return not options.to or effect.values is None or any(each in options.to for each in effect.values)

    def verify(self, options: FieldChangedOptions, look: Look) -> Iterator[Issue]:
        for name, values in (("from", options.from_), ("to", options.to)):
            for index, value in enumerate(values):
                yield from look.constant(options.field, value, (name, index))


def _among(event: Event, options: FieldChangedOptions, value: Any, wanted: Iterable[JsonValue]) -> bool:
    """Tell whether a value is one of those wanted, which are read as the field reads them."""
    typed = [event.form.coercer.one({options.field: each})[0].get(options.field) for each in wanted]
    return not typed or any(not differs(value, each) for each in typed)
