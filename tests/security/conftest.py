"""The REST door of a whole installation."""

from tests.fixtures.rest import both, chief, clerk, rest, rest_of_module, rest_template

__all__ = ["both", "chief", "clerk", "rest", "rest_of_module", "rest_template"]
