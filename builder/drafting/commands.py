"""What a designer can say to a draft. A gesture on screen and a call of a tool are the same few commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from schemas.errors import Invalid, Issue
from schemas.kinds import Options

# Keys and places from the top: ``forms/order/fields/note``; "" is the app itself.
Place = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=40)]


class Add(Options):
    """Put a new element into a list, before one of its elements or last."""

    do: Literal["add"]
    to: Place
    value: dict[str, JsonValue]
    before: Name | None = None


class Update(Options):
    """Say some properties of an element anew; null leaves one unsaid."""

    do: Literal["update"]
    at: Place
    set: dict[str, JsonValue]


class Upgrade(Options):
    """Say properties of the app anew as a package does; ``package``: its digest."""

    do: Literal["upgrade"]
    at: Literal[""] = ""
    set: dict[str, JsonValue]
    package: Annotated[str, Field(max_length=64)]


class Move(Options):
    """Put an element before another, or last; into another list where ``to`` names one."""

    do: Literal["move"]
    at: Place
    to: Place | None = None
    before: Name | None = None


class Remove(Options):
    """Take an element out."""

    do: Literal["remove"]
    at: Place


class Rename(Options):
    """Give an element another key, everywhere it is named. ``keep``: data may stand under the former one."""

    do: Literal["rename"]
    at: Place
    key: Name
    keep: bool = True


Single = Annotated[Add | Update | Upgrade | Move | Remove | Rename, Field(discriminator="do")]


class Batch(Options):
    """Several commands that are one gesture: done together, and undone together."""

    do: Literal["batch"]
    commands: Annotated[tuple[Single, ...], Field(min_length=1, max_length=200)]


Command = Annotated[Add | Update | Upgrade | Move | Remove | Rename | Batch, Field(discriminator="do")]
_ONE: TypeAdapter[Command] = TypeAdapter(Command)


def read_command(raw: Any) -> Command:
    """Read one command. Raises Invalid."""
    try:
        return _ONE.validate_python(raw)
    except ValidationError as error:
        issues = [
            Issue(".".join(map(str, each["loc"])), "draft.bad_command", {"problem": each["type"]})
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid(issues, "draft.refused") from None
