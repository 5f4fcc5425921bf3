"""Refuse the save, or the button, with a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from engines.form import AppModel, FormModel
from engines.rule.carrying import Refused
from engines.rule.doing import Doing
from engines.rule.facts import Path
from engines.rule.kinds import ActionExample, ActionType, Phase
from engines.rule.problems import problem_of
from engines.rule.verify import Look
from engines.store.wording import Wording
from schemas.behaviour import ActionOptions
from schemas.elements import FieldKey, Message, Ref
from schemas.errors import Issue
from schemas.kinds import kind


class VetoOptions(ActionOptions):
    """What a person reads then, and beside which field."""

    message: Message
    field: Annotated[FieldKey, Ref("field")] | None = None


@dataclass(frozen=True, slots=True)
class _Veto:
    message: Wording
    field: str


@kind
class Veto(ActionType[VetoOptions, _Veto]):
    """Nothing is saved, and nothing else that the save would have led to happens."""

    name, icon = "veto", "ban"
    Options = VetoOptions
    phases = (Phase.before, Phase.during)
    examples = (
        ActionExample({"message": "Not {{ title }}", "field": "title"}, {"title": "A"}, {"refused": "Not A"}),
    )

    def prepare(self, options: VetoOptions, app: AppModel, form: FormModel) -> _Veto:
        return _Veto(Wording.of(app, form, options.message), options.field or "")

    def paths(self, prepared: _Veto) -> frozenset[Path]:
        return prepared.message.paths

    def wish(self, prepared: _Veto, doing: Doing) -> Issue:
        return Issue(prepared.field, "rule.vetoed", {"message": doing.tell(prepared.message)})

    def run(self, prepared: _Veto, doing: Doing) -> Mapping[str, Any]:
        raise Refused([self.wish(prepared, doing)])

    def foresee(self, prepared: _Veto, doing: Doing) -> Mapping[str, Any]:
        return {"problems": [problem_of(self.wish(prepared, doing))]}

    def verify(self, options: VetoOptions, look: Look) -> Iterator[Issue]:
        yield from look.text(options.message, ("message",))
