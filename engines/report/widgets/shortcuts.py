"""Shortcuts: records to begin, lists and dashboards to open, each one click away."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.elements import FormKey, Key, Ref
from schemas.kinds import kind

_MOST = 12


class ShortcutsOptions(WidgetOptions):
    """Forms to begin a record of or to open, dashboards; without any, whatever the viewer may begin."""

    new: Annotated[tuple[Annotated[FormKey, Ref("form")], ...], Field(max_length=_MOST)] = ()
    open: Annotated[tuple[Annotated[FormKey, Ref("form")], ...], Field(max_length=_MOST)] = ()
    dashboards: Annotated[tuple[Annotated[Key, Ref("dashboard")], ...], Field(max_length=_MOST)] = ()


@kind
class Shortcuts(Piece[ShortcutsOptions]):
    """Large buttons to where one goes every day."""

    name, icon, size = "shortcuts", "bolt", (4, 3)
    Options = ShortcutsOptions
    examples = ({}, {"new": ["order"], "open": ["order"], "dashboards": ["board"]})
