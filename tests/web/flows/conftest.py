"""The office in a whole installation, published once and copied for each test."""

import shutil

import pytest

from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import Rest, published
from tests.web.flows.office import OFFICE


@pytest.fixture(scope="session")
def office_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    Rest(folder, f"sqlite:///{folder / 'weft.db'}", FakeClock(), OFFICE).close()
    return folder


@pytest.fixture
def lite(tmp_path, clock, office_folder):
    """The office on SQLite."""
    folder = tmp_path / "data"
    shutil.copytree(office_folder, folder)
    found = Rest(folder, f"sqlite:///{folder / 'weft.db'}", clock, OFFICE)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request, tmp_path, clock):
    """The office on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("lite")
        return
    with published(request, OFFICE) as url:
        found = Rest(tmp_path / "data", url, clock, OFFICE)
        yield found
        found.close()
