"""Start a flow for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from engines.form import AppModel, FormModel
from engines.rule.doing import Doing
from engines.rule.kinds import ActionExample, ActionType, Phase
from engines.rule.verify import Look
from schemas.behaviour import ActionOptions
from schemas.elements import Key, Ref
from schemas.errors import Conflict, Issue, WeftError
from schemas.kinds import kind


class StartFlowOptions(ActionOptions):
    """Which flow, of the same form."""

    flow: Annotated[Key, Ref("flow")]


@kind
class StartFlow(ActionType[StartFlowOptions, str]):
    """Starts it once for each time the rule fires; where it runs for the record already, that is enough."""

    name, icon = "start_flow", "player-play"
    Options = StartFlowOptions
    phases = (Phase.after, Phase.during)
    examples = (ActionExample({"flow": "check"}, {"title": "A"}, {"flows": ["check"]}),)

    def prepare(self, options: StartFlowOptions, app: AppModel, form: FormModel) -> str:
        return options.flow

    def run(self, prepared: str, doing: Doing) -> Mapping[str, Any]:
        if doing.tools.flows is None:
            raise WeftError("rule.no_flows")
        try:
            instance = doing.tools.flows.start(doing.system(), prepared, doing.event.id, doing.key)
        except Conflict as error:
            if error.reason != "flow.already_running":
                raise
            return {"flow": prepared, "already": True}
        return {"flow": prepared, "instance": str(instance)}

    def foresee(self, prepared: str, doing: Doing) -> Mapping[str, Any]:
        return {"flow": prepared}

    def verify(self, options: StartFlowOptions, look: Look) -> Iterator[Issue]:
        flow = next((each for each in look.app.flows if each.key == options.flow), None)
        form = getattr(flow, "form", None)
        if flow is not None and form != look.form.key:
            yield look.issue(("flow",), "rule.flow_of_another_form", name=options.flow)
