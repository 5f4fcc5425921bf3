"""The REST door of a whole installation."""

from tests.fixtures.rest import both, chief, clerk, rest, rest_of_module, rest_shelf

__all__ = ["both", "chief", "clerk", "rest", "rest_of_module", "rest_shelf"]
