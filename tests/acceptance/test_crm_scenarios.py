"""The scenarios of the CRM example: they come out as expected, and would not if the rules did nothing."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli import app as command
from runtime.demo import EXAMPLES

TEMPLATE = EXAMPLES / "crm_template.json"
BY_RULES = {"quote_submitted", "stalled", "stalled_anew", "new_lead", "complaint", "ticket", "care"}


def played(file: Path) -> tuple[int, dict[str, bool]]:
    """Play every scenario of a definition: the exit status, and what each came to."""
    result = CliRunner().invoke(command, ["app", "test", str(file), "--json"])
    told: dict[str, Any] = json.loads(result.stdout)
    wrong = [each for each in told["scenarios"] if not each["good"]]
    return result.exit_code, {each["key"]: each not in wrong for each in told["scenarios"]}


def test_the_example_behaves_as_its_scenarios_say():
    status, found = played(TEMPLATE)

    assert (status, {key for key, good in found.items() if not good}) == (0, set())
    assert found.keys() > BY_RULES


def test_without_its_rules_it_does_not(tmp_path: Path):
    definition = json.loads(TEMPLATE.read_bytes())
    for rule in definition["rules"]:
        rule["enabled"] = False
    file = tmp_path / "crm.json"
    file.write_text(json.dumps(definition), encoding="utf-8")

    status, found = played(file)

    assert status == 1
    assert {key for key, good in found.items() if not good} == BY_RULES
