"""Processor time of a server, which a busy machine disturbs less than the clock on the wall."""

import time

import psutil

_QUIET = 0.03  # seconds of processor time in a second


def spent(pid: int) -> float:
    """Return the seconds of processor time a process has used."""
    found = psutil.Process(pid).cpu_times()
    return float(found.user + found.system)


def settle(pid: int) -> None:
    """Wait until a server has nothing left to do: what follows in the background is another race."""
    for _ in range(60):
        before = spent(pid)
        time.sleep(1)
        if spent(pid) - before < _QUIET:
            return
