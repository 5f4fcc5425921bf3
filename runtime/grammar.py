"""What a definition may say in this installation: the kinds of every engine, and who checks their meaning."""

from __future__ import annotations

from engines.flow.kinds import node_types
from engines.flow.verify import verify_flows
from engines.form.registry import field_types
from schemas.grammar import Grammar


def make_grammar() -> Grammar:
    """Collect the kinds of every family."""
    return Grammar(field_types(), (verify_flows,), nodes=node_types())
