"""Serving: the address, the greeting, the health check, the stop; and what a start must not cost."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from engines.store import people
from main import create
from runtime.commands.terminal import Terminal
from runtime.installation import Installation, Settings
from runtime.serving import greet, listen, serve
from runtime.web.application import Application
from schemas.errors import Conflict, Invalid
from tests.fixtures.clock import FakeClock

ROOT = Path(__file__).resolve().parents[2]
# What a start must not load: each is imported by the one function that needs it.
LATE = (
    "plotly alembic python_calamine xlsxwriter phonenumbers pypinyin babel argon2 nh3 cronsim fastapi "
    "psycopg httpx pydantic.v1 hypothesis"
).split()  # fmt: skip
# Starts the application on an installation that is there, asks for a page, and tells what that loaded.
PROBE = """
import json, sys
import runtime.serving
from main import create
from runtime.installation import Settings
app = create(Settings.from_environment())
app.installation.start()
print(json.dumps([sorted(sys.modules)]))
app.installation.close()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = tmp_path / "data"
    return Settings.from_environment({"WEFT_DATA": str(data), "WEFT_PORT": str(port)}, fast_passwords=True)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")


def test_a_port_in_use_is_said_in_a_sentence(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with listen(settings), pytest.raises(Conflict) as refused:
        listen(settings)

    Terminal().fail(refused.value)
    assert f"Port {settings.port} on 127.0.0.1 is in use." in capsys.readouterr().err


def test_an_address_of_another_machine_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", settings.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)

    with pytest.raises(Conflict, match=r"serve\.bad_host"):
        listen(settings)


@pytest.mark.parametrize(("anywhere", "host"), [(False, "127.0.0.1"), (True, "127.0.0.2")])
def test_a_demo_without_passwords_listens_on_this_machine_only(
    settings: Settings, anywhere: bool, host: str
) -> None:
    taken = []

    def begin(given: Settings) -> Application:
        taken.append(given.host)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(begin, replace(settings, demo="shop", host="127.0.0.2", demo_hosts=anywhere), Terminal())

    assert taken == [host]


def test_nothing_is_created_where_the_port_is_taken(settings: Settings) -> None:
    with listen(settings), pytest.raises(Conflict):
        serve(create, settings, Terminal())

    assert not settings.data.exists()


def test_a_fresh_installation_shows_the_way_to_its_first_administrator(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    installation = Installation(settings)

    greet(installation, Terminal())

    said = capsys.readouterr().out
    assert f"{settings.address}/setup?code={installation.first_admin.code}" in said
    installation.close()


def test_an_installation_with_an_administrator_shows_no_code(
    settings: Settings, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    installation = Installation(settings)
    with installation.db.write() as conn:
        people.add_user(conn, installation.ids, clock, people.Profile("ann", "Ann", admin=True))

    greet(installation, Terminal())

    assert "setup" not in capsys.readouterr().out
    installation.close()


def test_a_demo_shows_its_accounts_with_their_titles(
    tmp_path: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    installation = Installation(Settings.from_environment({"WEFT_DATA": str(tmp_path)}, demo="shop"))
    title = json.dumps({"zh-CN": "店长", "en": "Manager"})
    with installation.db.write() as conn:
        profile = people.Profile("ann", "Ann Lee", admin=True, demo=title)
        people.add_user(conn, installation.ids, clock, profile)

    greet(installation, Terminal())

    assert ["ann", "Ann", "Lee", "Manager"] in [line.split() for line in capsys.readouterr().out.splitlines()]
    installation.close()


def test_data_is_for_its_owner_only(settings: Settings) -> None:
    Installation(settings).close()

    assert settings.data.stat().st_mode & 0o077 == 0
    assert (settings.data / "key").stat().st_mode & 0o077 == 0


def test_closing_gives_the_slot_back(settings: Settings, clock: FakeClock) -> None:
    first = Installation(settings, clock)
    first.close()
    clock.forward(seconds=2)

    second = Installation(settings, clock)

    assert second.lease.slot == first.lease.slot
    second.close()


def test_the_health_check_answers_while_the_database_does(settings: Settings) -> None:
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        good = client.get("/health")
        client.app.installation.db.read = broken  # type: ignore[attr-defined]
        bad = client.get("/health")

    assert (good.status_code, good.json()) == (200, {"ok": True})
    assert bad.status_code >= 500


def broken() -> None:
    raise OperationalError("SELECT 1", {}, Exception("gone"))


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        pytest.param({}, "http://127.0.0.1:8000", id="as it comes"),
        pytest.param({"WEFT_HOST": "0.0.0.0", "WEFT_PORT": "81"}, "http://127.0.0.1:81", id="everywhere"),
        pytest.param({"WEFT_HOST": "::1"}, "http://[::1]:8000", id="the sixth version"),
        pytest.param({"WEFT_URL": "https://weft.test/"}, "https://weft.test", id="behind another server"),
        pytest.param({"WEFT_PORT": ""}, "http://127.0.0.1:8000", id="a blank setting"),
    ],
)
def test_knows_its_address(environment: dict[str, str], address: str) -> None:
    assert Settings.from_environment(environment).address == address


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "８０"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Invalid):
        Settings.from_environment({"WEFT_PORT": port})


def test_a_start_loads_nothing_that_can_wait(settings: Settings) -> None:
    Installation(settings).close()
    environment = os.environ | {"WEFT_DATA": str(settings.data), "DATABASE_URL": ""}

    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    loaded = set(json.loads(done.stdout)[0])
    assert sorted(each for each in LATE if each in loaded) == []
