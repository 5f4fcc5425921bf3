"""Coded errors; texts live in ``frontend/i18n``, a status in ``runtime/web/errors.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem, placed.

    ``path``: a JSON pointer in definitions, ``amount`` or ``items.0.qty`` in records.
    """

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    suggestion: str | None = None

    def under(self, prefix: str) -> Issue:
        """Return the same problem seen from one level further out."""
        path = f"{prefix}.{self.path}" if self.path else prefix
        return Issue(path, self.code, self.params, self.suggestion)


class WeftError(Exception):
    """Base of every error a person may see."""

    code: ClassVar[str] = "error"

    def __init__(self, code: str | None = None, **params: object) -> None:
        super().__init__(code or self.code)
        self.reason = code or self.code
        self.params = params


class NotFound(WeftError):
    """Absent, foreign and unseen look alike."""

    code = "not_found"


class Forbidden(WeftError):
    """The person may not do this at all."""

    code = "forbidden"


class Unauthenticated(WeftError):
    """Nobody is signed in."""

    code = "unauthenticated"


class NotAllowed(WeftError):
    """The address exists, and does not do that."""

    code = "not_allowed"


class Failed(WeftError):
    """A mistake of ours; the person is told nothing but that."""


class Conflict(WeftError):
    """The thing moved on; ``current`` is what stands there now, where it can be shown."""

    code = "conflict"
    current: Mapping[str, object] | None = None


class LimitReached(WeftError):
    """A stated limit would be passed."""

    code = "limit.reached"


class Busy(WeftError):
    """Not now; the caller may try again after ``params['retry_after']`` seconds."""

    code = "busy"


class Invalid(WeftError):
    """Input with one or more placed problems."""

    code = "record.invalid"

    def __init__(self, issues: Iterable[Issue], code: str | None = None) -> None:
        super().__init__(code)
        self.issues: Sequence[Issue] = tuple(issues)

    def __str__(self) -> str:
        """Name every problem, so that a failing test tells what was wrong."""
        return "; ".join(f"{issue.path}: {issue.code} {dict(issue.params)}" for issue in self.issues)
