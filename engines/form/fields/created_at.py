"""Created at: when the record was created."""

from __future__ import annotations

from engines.form.system import SystemInstant
from schemas.kinds import kind


@kind
class CreatedAt(SystemInstant):
    """The instant of creation."""

    name, icon = "created_at", "calendar-event"
    system_column = "_created_at"
