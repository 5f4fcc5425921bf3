"""The parent's side: starts a child process for each import, hears how far it is, and stops it."""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

import orjson

from engines.store.jobs import Job
from runtime.imports.child import serve

if TYPE_CHECKING:
    from runtime.installation import Settings


class Interrupted(Exception):
    """The child left before it was done; what it committed stays, and the job goes on from there."""


class _Child:
    """One child process and what it said last."""

    def __init__(self, process: SpawnProcess, conn: Connection) -> None:
        self.process, self.conn = process, conn
        self.rows = 0


class Imports:
    """The imports this process runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._children: dict[int, _Child] = {}
        self._closed = False

    def run(self, job: Job) -> None:
        """Carry out an import in a process of its own. Raises Interrupted."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=serve, args=(theirs, self._settings, job), name="weft-import")
        child = _Child(process, ours)
        with self._lock:
            if self._closed:
                raise Interrupted("closing")
            process.start()
            self._children[job.id] = child
        theirs.close()
        try:
            _listen(child)
        finally:
            with self._lock:
                del self._children[job.id]
            process.kill()
            process.join()
            process.close()
            ours.close()

    def rows(self, job_id: int) -> int:
        """Return how many rows are done, as far as this process heard."""
        with self._lock:
            child = self._children.get(job_id)
            return 0 if child is None else child.rows

    def stop(self, job_id: int) -> None:
        """Ask an import to stop: on SQLite a long transaction keeps everybody else from writing that down."""
        with self._lock:
            child = self._children.get(job_id)
            if child is not None:
                _send(child.conn)

    def close(self) -> None:
        """End every import; the next start goes on with it."""
        with self._lock:
            self._closed = True
            for each in self._children.values():
                each.process.kill()


def _send(conn: Connection) -> None:
    try:
        conn.send_bytes(b"stop")
    except (BrokenPipeError, ConnectionResetError):  # it has just ended
        return


def _listen(child: _Child) -> None:
    """Hear a child out. Raises Interrupted with its last words."""
    failed = ""
    while True:
        try:
            message = orjson.loads(child.conn.recv_bytes())
        except (EOFError, ConnectionResetError):
            break
        child.rows = message.get("rows", child.rows)
        failed = message.get("failed", failed)
    child.process.join()
    if failed or child.process.exitcode:
        raise Interrupted(failed or f"exit {child.process.exitcode}")
