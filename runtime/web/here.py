"""Who sits at this machine, and what it is called."""

from __future__ import annotations

from runtime.web.call import Call

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def host_of(call: Call) -> str:
    """Return the host that was asked for, without its port."""
    host = call.headers.get("host", "").lower()
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def at_this_machine(call: Call) -> bool:
    """Tell whether the caller sits here: not behind a proxy, nor a page that gave its host our address."""
    near = call.address in {"127.0.0.1", "::1"} and host_of(call) in LOOPBACK
    return near and not any(name in call.headers for name in _FORWARDED)
