"""The kinds of view of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from engines.view.kind import ViewType
from schemas.kinds import Registry, collect


def view_types(plugged: Iterable[ModuleType] = ()) -> Registry[ViewType[Any]]:
    """Collect the kinds of view; called once by the installation."""
    return collect("engines.view.kinds", ViewType, plugged)
