"""Created by: who created the record."""

from __future__ import annotations

from engines.form.system import SystemUser
from schemas.kinds import kind


@kind
class CreatedBy(SystemUser):
    """The person who created it."""

    name, icon = "created_by", "user-plus"
    system_column = "_created_by"
