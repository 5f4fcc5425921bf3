"""What every kind of step and of expectation of a scenario must do."""

from typing import Any

import pytest

from engines.scenario.kinds import Example, expectation_types, step_types
from engines.scenario.report import ScenarioReport
from frontend.texts import LOCALES, Texts
from tests.fixtures.playing import codes, definition, played, scenario

FAMILIES: dict[str, Any] = {"step": step_types(), "expectation": expectation_types()}
CASES = [
    (f"{family}_{name}_{place}", family, example)
    for family, kinds in FAMILIES.items()
    for name, kind in kinds.items()
    for place, example in enumerate(kind.examples)
]
KINDS = [(family, name) for family, kinds in FAMILIES.items() for name in kinds]


def steps_of(family: str, example: Example) -> list[dict[str, Any]]:
    steps = [dict(each) for each in example.steps]
    if family == "step":
        return steps
    return [*steps[:-2], {**steps[-2], "then": [steps[-1]]}]


@pytest.fixture(scope="module")
def reports() -> dict[str, ScenarioReport]:
    """Every example, played once."""
    tests = [scenario(*steps_of(family, example), key=key) for key, family, example in CASES]
    return {each.scenario.key: each for each in played(definition(*tests))}


@pytest.mark.parametrize(
    ("key", "example"), [pytest.param(key, example, id=key) for key, _, example in CASES]
)
def test_examples_hold(reports: dict[str, ScenarioReport], key: str, example: Example):
    report = reports[key]

    assert codes(report) == list(example.misses)
    assert len(report.steps) == len(report.scenario.steps)


@pytest.mark.parametrize(("family", "name"), KINDS)
def test_every_kind_is_complete(family: str, name: str):
    """Examples of doing and of refusing or missing, and its words in both languages."""
    kind = FAMILIES[family][name]
    common = {"type", "label", "by"}
    own = [info.alias or key for key, info in kind.Options.model_fields.items() if key not in common]
    wanted = [*("label", "help"), *own, *(["told"] if family == "step" else [])]

    assert any(not each.misses for each in kind.examples)
    assert name == "advance" or any(each.misses for each in kind.examples)
    for locale in LOCALES:
        texts = Texts(locale)
        assert [each for each in wanted if not texts.has(f"{family}.{name}.{each}")] == []
        for example in kind.examples:
            missing = [each for each in example.misses if not texts.has(f"expectation.miss.{each}")]
            assert missing == []
