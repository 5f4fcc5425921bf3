"""Scenarios: who is there, what they do one after the other, and what is expected of the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from schemas.behaviour import KindOf
from schemas.elements import App, Element, FieldKey, FormKey, Key, Line, LongText, Ref, Text, Yields
from schemas.kinds import Options

PersonKey = Annotated[Key, Ref("person")]
RecordKey = Annotated[Key, Ref("record")]
AForm = Annotated[FormKey, Ref("form")]
_Given = Annotated[JsonValue, Yields(reads="nothing", wrapped=True, keyed=True)]
# Values of fields: as JSON, or ``{"formula": …}`` about the moment; people, departments and records by name.
Named = dict[Annotated[FieldKey, Ref("field@form")], _Given]
EARLIEST = datetime(2026, 1, 2)  # noqa: DTZ001 - on the wall clock of the app


def _moment(value: str) -> str:
    try:
        if datetime.fromisoformat(value) >= EARLIEST:
            return value
    except ValueError:
        pass
    raise PydanticCustomError("scenario.bad_moment", "no moment", {"name": value[:30]})


Moment = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"), AfterValidator(_moment)
]


class ExpectationOptions(Options):
    """What every expectation says."""

    type: str


class StepOptions(Options):
    """What every step says: whose it is, and in ``then`` what is expected afterwards.

    ``parts``: lists of kinds that stand behind the options of the kind itself.
    """

    parts: ClassVar[Mapping[str, KindOf]] = {"then": KindOf("expectations")}
    type: str
    label: Text | None = None
    by: PersonKey | None = None


class Actor(Options):
    """Somebody who takes part. ``account``: the account that a flow or a rule names, else the key."""

    key: Key
    name: Line
    roles: tuple[Annotated[Key, Ref("role")], ...] = ()
    manager: PersonKey | None = None
    department: Line | None = None
    head: bool = False
    account: Line | None = None


class Prepared(Options):
    """A record that is there before anything happens."""

    form: AForm
    record: RecordKey | None = None
    set: Named = {}


class Scenario(Element):
    """An example of how the application behaves, which can be run.

    ``at``: when it begins, on the wall clock of the app. A step without ``by`` is the first person's.
    """

    description: LongText | None = None
    at: Moment = "2026-03-02T09:00"
    people: Annotated[tuple[Actor, ...], Field(min_length=1)]
    given: tuple[Prepared, ...] = ()
    steps: Annotated[tuple[StepOptions, ...], KindOf("steps")] = ()


def scenarios_of(app: App) -> Sequence[Scenario]:
    """Return the scenarios of a definition, none where no engine brought kinds of step."""
    said: Sequence[object] = app.tests
    return [each for each in said if isinstance(each, Scenario)]


def expected_of(step: StepOptions) -> Sequence[ExpectationOptions]:
    """Return what is expected after a step."""
    found: Sequence[ExpectationOptions] = getattr(step, "then", ())
    return found
