"""Keys made from labels, so that nobody who designs ever has to think of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from engines.expression.pinyin import readings
from schemas.elements import RESERVED

_WORD = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def propose_key(label: str, taken: Collection[str], limit: int, fallback: str) -> str:
    """Return a key that reads like the label, Chinese by its pinyin, beside those that are taken."""
    spoken = _CHINESE.sub(lambda run: f" {''.join(readings(run[0])[0])} ", label)
    plain = unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode().lower()
    base = "_".join(_WORD.findall(plain))
    base = re.sub(r"^[0-9_]+", "", base)[: limit - 4].rstrip("_") or fallback
    key, number = base, 2
    while key in taken or key in RESERVED:
        key, number = f"{base}_{number}", number + 1
    return key
