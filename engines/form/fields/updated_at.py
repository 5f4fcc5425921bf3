"""Updated at: when the record was changed last."""

from __future__ import annotations

from engines.form.system import SystemInstant
from schemas.kinds import kind


@kind
class UpdatedAt(SystemInstant):
    """The instant of the last change."""

    name, icon = "updated_at", "history"
    system_column = "_updated_at"
