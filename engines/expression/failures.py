"""Error values: results that travel through a formula until IFERROR, IFNA or ISERROR meets them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """One of Excel's errors, by the text it is shown with."""

    code: str

    def __str__(self) -> str:
        return self.code


DIV0 = ErrorValue("#DIV/0!")
NA = ErrorValue("#N/A")
NAME = ErrorValue("#NAME?")
NULL = ErrorValue("#NULL!")
NUM = ErrorValue("#NUM!")
REF = ErrorValue("#REF!")
VALUE = ErrorValue("#VALUE!")

# In the order in which ERROR.TYPE counts them.
ERRORS = (NULL, DIV0, VALUE, REF, NAME, NUM, NA)
BY_CODE = {error.code: error for error in ERRORS}


class Failure(Exception):
    """Leaves a function with an error value as its result; never leaves a formula."""

    def __init__(self, error: ErrorValue) -> None:
        super().__init__(error.code)
        self.error = error
