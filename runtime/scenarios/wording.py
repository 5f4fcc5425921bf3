"""What came of scenarios, as people and tools read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.scenario.kinds import Miss
from engines.scenario.report import Missed, ScenarioReport, StepReport
from engines.scenario.world import local_time
from frontend.texts import Texts
from schemas.behaviour import flows_of, rules_of
from schemas.elements import App
from schemas.errors import Invalid, WeftError
from schemas.scenarios import Scenario, StepOptions
from schemas.tags import split

_DESIGNED = frozenset({"label", "message", "form", "field", "flow"})
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Wording:
    """Tells about the scenarios of an app in one language."""

    app: App
    texts: Texts

    def report(self, found: ScenarioReport) -> dict[str, Any]:
        """Return a report as JSON: each step in words, and what it was found wanting in."""
        scenario = found.scenario
        told: dict[str, Any] = {
            "key": scenario.key, "label": self.texts.label(scenario.label), "good": found.good,
            "seconds": round(found.seconds, 3), "total": len(scenario.steps),
            "steps": [self._step(scenario, each) for each in found.steps],
        }  # fmt: skip
        if found.prepared is not None:
            place = found.prepared.at or 0
            said = {
                "record": scenario.given[place].record or _NOTHING,
                "form": self._form(scenario.given[place].form),
            }
            told["prepared"] = self._miss(f"given/{place}", found.prepared, said)
        return told

    def step(self, scenario: Scenario, step: StepOptions) -> str:
        """Return what happens in a step."""
        if step.label is not None:
            return self.texts.label(step.label)
        return self.texts.t(f"step.{step.type}.told", **dict(self._params(scenario, step)))

    def _step(self, scenario: Scenario, each: StepReport) -> dict[str, Any]:
        at = f"steps/{each.place}"
        return {
            "place": each.place + 1, "text": self.step(scenario, each.step), "good": each.good,
            "at": local_time(each.at, self.app.time_zone),
            "misses": [
                self._miss(at if one.at is None else f"{at}/then/{one.at}", one, {}) for one in each.missed
            ],
            "notes": [self._note(one) for one in each.notes],
        }  # fmt: skip

    def _miss(self, at: str, missed: Missed, more: Mapping[str, Any]) -> dict[str, Any]:
        miss = missed.miss
        params = {**more, **self._words(miss)}
        return {
            "at": at, "code": miss.code, "text": self.texts.t(f"expectation.miss.{miss.code}", **params),
            **{
                name: _plain(miss.params[name], params[name])
                for name in ("expected", "found") if name in miss.params
            },
        }  # fmt: skip

    def _note(self, miss: Miss) -> str:
        return self.texts.t(f"expectation.miss.{miss.code}", **self._words(miss))

    def _words(self, miss: Miss) -> dict[str, Any]:
        return {name: self._shown(name, value) for name, value in miss.params.items()}

    def _shown(self, name: str, value: Any) -> Any:
        if isinstance(value, WeftError):
            return self.error(value)
        if name == "state":
            return self.texts.t(f"why.state.{value}")
        if name in _DESIGNED and not isinstance(value, str):
            return self.texts.label(value)
        if isinstance(value, list | tuple):
            return self.texts.t("expectation.between").join(str(each) for each in value) or _NOTHING
        if isinstance(value, bool):
            return self.texts.t(f"expectation.{str(value).lower()}")
        return _NOTHING if value is None or value == "" else value

    def error(self, error: WeftError) -> str:
        """Return why something was refused."""
        issues = error.issues if isinstance(error, Invalid) else ()
        told = [
            (f"{each.path}: " if each.path else "") + self._said(each.code, each.params) + f" [{each.code}]"
            for each in issues
        ]
        return "; ".join(told) or f"{self._said(error.reason, error.params)} [{error.reason}]"

    def _said(self, code: str, params: Mapping[str, object]) -> str:
        named: dict[str, Any] = {
            name: self.texts.label(value) if name in {"label", "message"} else value  # type: ignore[arg-type]  # what a designer wrote
            for name, value in params.items()
        }
        return self.texts.t(code, **named)

    def _params(self, scenario: Scenario, step: StepOptions) -> Iterator[tuple[str, Any]]:
        """Yield what the sentence of a step may say: its options, with labels in the place of keys."""
        names = {each.key: each.name for each in scenario.people}
        yield "by", names.get(step.by or scenario.people[0].key, "")
        for name in type(step).model_fields.keys() - {"type", "by", "label"}:
            value = getattr(step, name)
            if name == "form":
                yield name, self._form(value)
            elif name in {"flow", "move", "button"}:
                yield name, self._called(value)
            elif name == "record":
                yield name, "" if value is None else self.texts.t("step.named", record=value)
            elif name == "rows":
                yield "count", len(value) - 1
            elif value is None or isinstance(value, str | int):
                yield name, "" if value is None else value
        if hasattr(step, "span"):
            yield "span", self._span(step)

    def _span(self, step: Any) -> str:
        minutes = int(step.span.total_seconds()) // 60
        parts = (("days", minutes // 1440), ("hours", minutes // 60 % 24), ("minutes", minutes % 60))
        return " ".join(self.texts.t(f"step.advance.{name}_said", count=each) for name, each in parts if each)

    def _form(self, key: str) -> str:
        form = self.app.form(key)
        return key if form is None else self.texts.label(form.label)

    def _called(self, key: str) -> str:
        """Return the label of a flow, of a button or a move; its key where it has none."""
        for each in self._labelled():
            if each.key == key and each.label is not None:
                return "".join(part for part in split(self.texts.label(each.label)) if isinstance(part, str))
        code = f"screen.flow.button.{key}"
        return self.texts.t(code) if self.texts.has(code) else key

    def _labelled(self) -> Iterator[Any]:
        yield from rules_of(self.app)
        for flow in flows_of(self.app):
            yield flow
            for node in flow.nodes:
                yield from getattr(node, "moves", ())
                yield from getattr(node, "buttons", ())


def _plain(raw: Any, shown: Any) -> Any:
    """Return a value for tools: as it is where JSON knows it, else in words."""
    return raw if isinstance(raw, str | int | bool | list | None) else str(shown)


def totals(reports: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a whole run: every report, and how many are good."""
    found = list(reports)
    bad = sum(not each["good"] for each in found)
    return {"good": not bad, "passed": len(found) - bad, "failed": bad, "scenarios": found}
