"""Guides as files: what each step asks for, in words that only the file knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from runtime.demo import EXAMPLES
from schemas.elements import Key, LongText, Text
from schemas.errors import NotFound
from schemas.kinds import Options

FOLDER = EXAMPLES / "guides"


class Asked(Options):
    """One thing that a draft shall have. Labels are found in either language.

    ``form``: a form so called; with ``field`` one that it has, of a ``type`` if one is named; with
    ``leads_to`` a relation to that form. ``options``: of a select of the form, as many at least.
    ``flow``: stages or an approval of the form. ``widgets``: a dashboard with as many. ``rule``: one of the
    form. ``published``: all of it is in use.
    """

    text: Text
    form: Text | None = None
    field: Text | None = None
    type: str | None = None
    leads_to: Text | None = None
    options: Annotated[int, Field(ge=1)] | None = None
    flow: Literal["stages", "any"] | None = None
    rule: bool = False
    widgets: Annotated[int, Field(ge=1)] | None = None
    published: bool = False


class Step(Options):
    """A step and what it asks for."""

    title: Text
    text: LongText
    checks: tuple[Asked, ...]


class BuildGuide(Options):
    """A guide through building one kind of application."""

    key: Key
    title: Text
    text: LongText
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


def guides(folder: Path = FOLDER) -> dict[str, BuildGuide]:
    """Return the guides there are, by key."""
    found = (BuildGuide.model_validate_json(each.read_bytes()) for each in sorted(folder.glob("*.json")))
    return {each.key: each for each in found}


def guide_named(name: str, folder: Path = FOLDER) -> BuildGuide:
    """Return one; without a name, the first. Raises NotFound."""
    found = guides(folder)
    chosen = found.get(name) if name else next(iter(found.values()), None)
    if chosen is None:
        raise NotFound
    return chosen
