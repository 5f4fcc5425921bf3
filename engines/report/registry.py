"""The widgets of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from engines.report.widget import Widget
from schemas.kinds import Registry, collect


def widgets(plugged: Iterable[ModuleType] = ()) -> Registry[Widget[Any]]:
    """Collect the widgets; called once by the installation."""
    return collect("engines.report.widgets", Widget, plugged)
