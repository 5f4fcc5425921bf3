"""Refused: the step was refused, for this reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.world import World
from schemas.elements import Line, label_of
from schemas.errors import Invalid, Issue, WeftError
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions


class RefusedOptions(ExpectationOptions):
    """``code``: of the error or one of its problems; ``field``: where; ``says``: words of a check or rule."""

    reason: Annotated[Line | None, Field(alias="code")] = None
    field: Line | None = None
    says: Line | None = None


@kind
class Refused(ExpectationType[RefusedOptions]):
    """The step before was refused, and changed nothing."""

    name, icon = "refused", "ban"
    Options = RefusedOptions
    examples = (
        Example((
            {"type": "update", "form": "order", "record": "old", "set": {"amount": "5000"}},
            {"type": "refused", "field": "amount", "says": "Too much"},
        )),
        Example((
            {"type": "update", "form": "order", "record": "old", "set": {"amount": "5000"}},
            {"type": "refused", "code": "flow.may_not_start"},
        ), ("refused_otherwise",)),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
             {"type": "refused"}),
            ("not_refused",),
        ),
    )  # fmt: skip

    def misses(self, options: RefusedOptions, world: World) -> Iterator[Miss]:
        """Compare why."""
        error = world.refusal
        if error is None:
            yield Miss("not_refused", {"expected": options.reason or options.field or options.says or ""})
            return
        wanted = {"code": options.reason, "field": options.field, "says": options.says}
        said = {name: each for name, each in wanted.items() if each is not None}
        if not any(_fits(options, error.reason, each) for each in _issues(error)):
            yield Miss("refused_otherwise", {"expected": ", ".join(said.values()), "found": error})


def _issues(error: WeftError) -> list[Issue]:
    found = list(error.issues) if isinstance(error, Invalid) else []
    return found or [Issue("", error.reason, error.params)]


def _fits(options: RefusedOptions, reason: str, issue: Issue) -> bool:
    message = issue.params.get("message")
    texts = [message] if isinstance(message, str) else [label_of(message, each) for each in ("zh-CN", "en")]  # type: ignore[arg-type]  # what a designer wrote
    return (
        options.reason in {None, reason, issue.code}
        and options.field in {None, issue.path}
        and (options.says is None or any(options.says in each for each in texts))
    )
