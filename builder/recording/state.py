"""Who records in which app."""

from __future__ import annotations

from engines.store.settings import get_setting
from runtime.web.call import Call


def recording(call: Call) -> bool:
    """Tell whether the person records in the app just now."""
    return bool(get_setting(call.conn, name_of(call)))


def name_of(call: Call) -> str:
    """Return under which name it is remembered."""
    return f"recording.{call.app.key}.{call.person.id if call.person else 0}"
