"""The one write path: the only way a record changes."""

from engines.store.writing.path import write

__all__ = ["write"]
