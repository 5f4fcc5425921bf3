"""The fold of a text: the form in which two texts are compared, stored beside every short text."""

import unicodedata

_IDEOGRAPHIC_SPACE = 0x3000


def _width_table() -> dict[int, str]:
    table = {}
    for point in (_IDEOGRAPHIC_SPACE, *range(0xFF00, 0xFFF0)):
        tag, _, target = unicodedata.decomposition(chr(point)).partition(" ")
        if tag in {"<wide>", "<narrow>"}:
            table[point] = chr(int(target, 16))
    return table


_WIDTH = _width_table()


def fold(text: str) -> str:
    """Return ``text`` in NFC, in its ordinary width and in simple lower case. Idempotent."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text.translate(_WIDTH))
    # Full lower case differs from the simple one in these two letters only: it lengthens the first
    # and makes the second depend on its neighbours, which would break prefixes.
    lowered = composed.replace("İ", "i").replace("Σ", "σ").lower()
    return unicodedata.normalize("NFC", lowered)
