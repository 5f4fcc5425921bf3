"""Why a file is not read."""

from __future__ import annotations


class Refused(Exception):
    """``code`` is a text's key; ``params`` are what the text names."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
