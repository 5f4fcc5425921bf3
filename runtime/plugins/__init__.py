"""Plug-ins: kinds and functions that an operator puts beside the data, without touching the source tree."""

from runtime.plugins.loading import Plugin, Plugins

__all__ = ["Plugin", "Plugins"]
