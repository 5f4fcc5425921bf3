"""The one error of the expression language: a code, a place in the text, and what the message needs."""

from schemas.errors import Invalid, Issue


class ExpressionError(Invalid, ValueError):
    """An expression that cannot be read, checked, evaluated or pushed to a database.

    ``at`` is the 1-based character of the text, 0 when the tree was not made from text. ``issues`` holds
    the same as one issue with an empty path.
    """

    def __init__(self, code: str, at: int, nearest: str | None = None, **params: object) -> None:
        super().__init__([Issue("", code, {**params, "at": at}, nearest)], code)
        self.code = code  # type: ignore[misc]  # one class for the whole family: the code is the instance's
        self.at = at
        self.params = {**params, "at": at}
