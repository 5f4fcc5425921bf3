"""Who may do what: grants compiled per person, and the lens through which every column is reached."""

from engines.access.grants import Access, FormAccess, Holder
from engines.access.lens import Lens
from engines.access.scope import ALL, NONE, RowScope
from engines.access.system import system_scope

__all__ = ["ALL", "NONE", "Access", "FormAccess", "Holder", "Lens", "RowScope", "system_scope"]
