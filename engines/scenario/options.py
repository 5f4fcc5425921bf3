"""What several kinds of step and expectation say alike."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.elements import Line
from schemas.kinds import Options
from schemas.scenarios import AForm, PersonKey, RecordKey

Times = Annotated[int, Field(ge=0, le=1000)]
Comment = Annotated[str, Field(max_length=4000)]


class Recorded(Options):
    """A record, by its form and the name it has in the scenario."""

    form: AForm
    record: RecordKey


class Told(Options):
    """A text that somebody has, or not: all of it that ``title`` says, about a record if one is named."""

    person: PersonKey
    title: Line | None = None
    record: RecordKey | None = None
    times: Times = 1
