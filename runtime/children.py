"""How a child process behaves, whatever it does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading

_NICE = 5  # requests go first where processors are few


def stand_back(memory: int) -> None:
    """Take no more bytes than allowed, stand back where processors are few, and never outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it is the parent's to decide
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        os.nice(_NICE)
    threading.Thread(target=_leave_with_parent, name="weft-parent", daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
