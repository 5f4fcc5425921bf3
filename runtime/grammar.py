"""What a definition may say in this installation: the kinds of every engine, and who checks their meaning."""

from __future__ import annotations

from engines.flow.kinds import node_types
from engines.flow.verify import verify_flows
from engines.form.registry import field_types
from engines.report.registry import widgets
from engines.report.verify import verify as verify_dashboards
from engines.rule.kinds import action_types, trigger_types
from engines.rule.verify import verify_rules
from engines.scenario.kinds import expectation_types, step_types
from engines.scenario.verify import verify_scenarios
from schemas.grammar import Grammar


def make_grammar() -> Grammar:
    """Collect the kinds of every family."""
    return Grammar(
        field_types(),
        verifiers=(verify_flows, verify_rules, verify_dashboards, verify_scenarios),
        nodes=node_types(),
        triggers=trigger_types(),
        actions=action_types(),
        widgets=widgets(),
        steps=step_types(),
        expectations=expectation_types(),
    )
