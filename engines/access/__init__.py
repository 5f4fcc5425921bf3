"""Who may do what: grants compiled per person, and the lens through which every column is reached."""

from engines.access.grants import Access, FormAccess, Holder
from engines.access.lens import Lens
from engines.access.scope import ALL, NONE, RowScope
from engines.access.system import system_scope
from engines.access.trace import Asking, Sight, Trace

__all__ = [
    "ALL", "NONE", "Access", "Asking", "FormAccess", "Holder", "Lens", "RowScope", "Sight", "Trace",
    "system_scope",
]  # fmt: skip
