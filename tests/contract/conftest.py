"""Kinds that are asked through a door need an installation."""

from tests.fixtures.rest import both, rest, rest_shelf

__all__ = ["both", "rest", "rest_shelf"]
