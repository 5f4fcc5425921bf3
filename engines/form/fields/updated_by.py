"""Updated by: who changed the record last."""

from __future__ import annotations

from engines.form.system import SystemUser
from schemas.kinds import kind


@kind
class UpdatedBy(SystemUser):
    """The person who changed it last."""

    name, icon = "updated_by", "user-check"
    system_column = "_updated_by"
