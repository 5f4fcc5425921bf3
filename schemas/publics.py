"""Public forms: what people fill in who do not sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from schemas.elements import App, Color, Element, FieldKey, FormKey, Key, LongText, Ref, Text, Values
from schemas.kinds import Options
from schemas.who import Who


def _local_moment(value: str) -> str:
    try:
        found = datetime.strptime(value, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - on the wall clock of the app
    except ValueError:
        problem = PydanticCustomError("definition.bad_moment", "no moment", {"value": value[:30]})
    else:
        return found.strftime("%Y-%m-%dT%H:%M")
    raise problem


Moment = Annotated[str, Field(max_length=16), AfterValidator(_local_moment)]
Origin = Annotated[str, Field(max_length=200, pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
Address = Annotated[str, Field(max_length=1000, pattern=r"^https?://[^\s\\\"'<>]+$")]


class Question(Options):
    """A field that a public form asks for, in words of its own where it has them."""

    field: Annotated[FieldKey, Ref("field")]
    label: Text | None = None
    help: LongText | None = None
    required: bool = False


class PublicForm(Element):
    """A page on which strangers make records of one form: the questions it asks, and nothing else.

    ``channel``: takes the channel of the link; ``about``: takes the record that a link is about. ``owners``:
    whose the records are, in turn. ``managers``: the roles that make links, beside those who may do anything.
    """

    form: Annotated[FormKey, Ref("form")]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    enabled: bool = True
    intro: LongText | None = None
    color: Color = "blue"
    cover: Literal["plain", "waves", "dots", "rings"] = "waves"
    opens: Moment | None = None
    closes: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    limit_each: Annotated[int, Field(ge=1, le=1000)] | None = None
    thanks: LongText | None = None
    thanks_url: Address | None = None
    edit_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    channel: Annotated[FieldKey, Ref("field")] | None = None
    about: Annotated[FieldKey, Ref("field")] | None = None
    given: Values = {}
    owners: tuple[Who, ...] = ()
    managers: tuple[Annotated[Key, Ref("role")], ...] = ()
    origins: tuple[Origin, ...] = ()


def publics_of(app: App) -> tuple[PublicForm, ...]:
    """Return the public forms of a definition."""
    said: tuple[object, ...] = app.publics
    return tuple(each for each in said if isinstance(each, PublicForm))
