"""A flow's own write: the one thing that may move a stage, and change a record that is being decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.query import Uow

DOOR = "flow"


@dataclass(slots=True)
class FlowUow(Uow):
    """A unit for one write of one record. ``forced``: typed values that the flow gives, whoever acts.

    ``armed`` until that write was checked: what follows from it in the same unit is nobody's privilege.
    """

    forced: Mapping[str, Any] = field(default_factory=dict)
    record_id: int = 0
    armed: bool = True
