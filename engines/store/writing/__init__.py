"""The one write path: the only way a record changes."""

from engines.store.writing.path import check, write

__all__ = ["check", "write"]
