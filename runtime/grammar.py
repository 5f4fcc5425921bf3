"""What a definition may say in this installation: the kinds of every engine, and who checks their meaning."""

from __future__ import annotations

from engines.form.registry import field_types
from engines.report.registry import widgets
from engines.report.verify import verify as verify_dashboards
from schemas.grammar import Grammar


def make_grammar() -> Grammar:
    """Collect the kinds of every family."""
    return Grammar(field_types(), (verify_dashboards,), widgets=widgets())
