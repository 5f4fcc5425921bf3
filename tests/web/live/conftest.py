"""The streams of a whole installation."""

from tests.fixtures.rest import both, rest, rest_shelf

__all__ = ["both", "rest", "rest_shelf"]
