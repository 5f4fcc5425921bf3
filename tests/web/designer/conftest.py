"""A whole installation with the shop, and its designers."""

from tests.fixtures.rest import both, chief, clerk, rest, rest_of_module, rest_shelf

__all__ = ["both", "chief", "clerk", "rest", "rest_of_module", "rest_shelf"]
