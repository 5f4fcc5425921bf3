"""What every test gets: no network, a marker from its folder, and the reference data if it is there."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A machine that is busy elsewhere is slow, not wrong.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Each module of tests/fixtures/ that offers fixtures is named here.
pytest_plugins: list[str] = [
    "tests.fixtures.clock", "tests.fixtures.database", "tests.fixtures.house", "tests.fixtures.people",
    "tests.fixtures.publishing", "tests.fixtures.shop", "tests.fixtures.flowing",
    "tests.fixtures.automation",
]  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")  # pytest makes folders of its own in it
ROOM = 6 * 2**30
FOLDER_MARKERS = frozenset(
    {"unit", "contract", "web", "e2e", "postgres", "crash", "security", "architecture"}
)
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "testserver", "test", "", None})


def _available() -> int:
    """Return how many bytes of memory files may take."""
    info = Path("/proc/meminfo").read_text("ascii").splitlines()
    free = next(int(line.split()[1]) * 1024 for line in info if line.startswith("MemAvailable"))
    return min(free, shutil.disk_usage(MEMORY).free)


# No test pulls the plug: a disk that keeps its word only makes thousands of databases twice as slow.
if "TMPDIR" not in os.environ and MEMORY.is_dir() and _available() > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)


class NetworkBlockedError(RuntimeError):
    """A test tried to talk to another machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in FOLDER_MARKERS:
            item.add_marker(folder)
        if folder == "architecture":  # all of them look at the same files, read once
            item.add_marker(pytest.mark.xdist_group(folder))
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


def _is_local(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = address[0]
    return host in LOCAL_HOSTS or str(host).startswith("127.")


def _guarded(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_local(self.family, address):
            raise NetworkBlockedError(f"a test may only reach this machine, not {address!r}")
        return original(self, address)

    return connect


def _local_lookup(original: Any) -> Any:
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in LOCAL_HOSTS and not str(name).startswith("127."):
            raise NetworkBlockedError(f"a test may only look up this machine, not {name!r}")
        return original(host, *args, **kwargs)

    return getaddrinfo


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", _local_lookup(socket.getaddrinfo))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_loop() -> Iterator[None]:
    """One thread with an event loop for all requests, where the test client begins both for each."""
    from anyio.from_thread import start_blocking_portal
    from starlette.testclient import TestClient

    with pytest.MonkeyPatch.context() as patch, start_blocking_portal() as portal:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the working copy."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no folder {folder.name!r} beside the working copy")
    return folder
