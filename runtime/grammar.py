"""What a definition may say in this installation: the kinds of every engine, and who checks their meaning."""

from __future__ import annotations

import inspect

from engines.flow.kinds import node_types
from engines.flow.verify import verify_flows
from engines.form.publics import verify_publics
from engines.form.registry import field_types
from engines.report.registry import widgets
from engines.report.verify import verify as verify_dashboards
from engines.rule.kinds import action_types, trigger_types
from engines.rule.verify import verify_rules
from engines.scenario.kinds import expectation_types, step_types
from engines.scenario.verify import verify_scenarios
from engines.view.registry import view_types
from engines.view.verify import verify_views
from runtime.plugins.checking import check_plugins
from runtime.plugins.loading import Plugins
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from schemas.kinds import TwoKinds


def make_grammar(plugins: Plugins | None = None) -> Grammar:
    """Collect the kinds of every family, those of plug-ins too. Raises Invalid where one is not right."""
    plugins = plugins or Plugins()
    try:
        grammar = _grammar(plugins)
    except TwoKinds as error:
        raise _taken(plugins, error) from None
    check_plugins(plugins, grammar)
    return grammar


def _grammar(plugins: Plugins) -> Grammar:
    more = plugins.modules
    return Grammar(
        field_types(more),
        verifiers=(
            verify_views,
            verify_flows,
            verify_rules,
            verify_dashboards,
            verify_publics,
            verify_scenarios,
        ),
        views=view_types(more),
        nodes=node_types(more),
        triggers=trigger_types(more),
        actions=action_types(more),
        widgets=widgets(more),
        steps=step_types(more),
        expectations=expectation_types(more),
    )


def _taken(plugins: Plugins, error: TwoKinds) -> Invalid:
    owner = next(each for each in plugins.loaded if each.owns(error.later))
    place = owner.place(inspect.getfile(error.later), inspect.getsourcelines(error.later)[1])
    return Invalid([Issue(place, "plugin.name_taken", {"name": error.name})], "plugin.refused")
