"""The field types of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from engines.form.field import FieldType
from schemas.kinds import Registry, collect


def field_types(plugged: Iterable[ModuleType] = ()) -> Registry[FieldType[Any, Any]]:
    """Collect the field types; called once by the installation."""
    return collect("engines.form.fields", FieldType, plugged)
