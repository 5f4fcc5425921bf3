"""One consideration of a rule as one person is told of it, ready for either door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field, or of what lies beyond one. ``hidden``: the reader may not know it."""

    path: str
    label: str
    value: Any = None
    text: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison of the condition, the values it met, and whether it held."""

    text: str
    result: bool | str | None
    values: tuple[Value, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A record, or what else a rule made; without a title where the reader may not see it."""

    form: str
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Did:
    """What an action did, or would do. ``hidden``: the reader may not know more than that."""

    index: int
    type: str
    set: tuple[Value, ...] = ()
    people: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    todos: tuple[str, ...] = ()
    record: Made | None = None
    already: bool = False
    flow: str = ""
    instance: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """One consideration of a rule as its reader is told. ``path``: the rules that led to it.

    ``reason``: a code. ``problems``: codes with their sentences.
    """

    id: str
    rule: str
    label: str
    state: str
    reason: str
    event: str
    at: datetime | None
    actor: str
    record: Made
    path: tuple[str, ...] = ()
    changes: tuple[tuple[Value, Value], ...] = ()
    parts: tuple[Part, ...] = ()
    actions: tuple[Did, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    attempts: int = 0
    step: int = 0
