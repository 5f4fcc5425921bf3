"""Values as the browser's evaluator reads them: ``{"kind", "value"}``."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any


def cell(value: Any) -> dict[str, Any]:  # noqa: PLR0911 one case after the other
    """Return a typed value with its kind; blank is a text without one."""
    match value:
        case None | str() | bool():
            return {"kind": "bool" if isinstance(value, bool) else "text", "value": value}
        case Decimal():
            return {"kind": "number", "value": str(value)}
        case datetime():
            return {"kind": "datetime", "value": value.isoformat()}
        case date():
            return {"kind": "date", "value": value.isoformat()}
        case time():
            return {"kind": "time", "value": value.isoformat()}
        case tuple():
            return {"kind": "list", "value": [cell(item) for item in value]}
    return {"kind": "id", "value": str(value)}
