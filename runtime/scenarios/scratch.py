"""Empty installations with one app, made one after the other from a template and thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa

from engines.form import AppModel
from engines.scenario.world import MovedClock
from engines.store.models import Models
from schemas.grammar import Grammar

if TYPE_CHECKING:  # an installation plays scenarios too
    from runtime.installation import Installation, Settings


class Scratch:
    """Makes them below a folder; on SQLite, or on the PostgreSQL server of ``address`` if there is one.

    An installation that begins at a moment was also published at it, so that what an app plans by the clock
    is planned as of then.
    """

    def __init__(self, folder: Path, definition: bytes, grammar: Grammar, address: str = "") -> None:
        self._folder = folder
        self._grammar = grammar
        self._definition = definition
        self._address = address
        self._templates: dict[datetime, tuple[Models, AppModel, str]] = {}

    @contextmanager
    def open(self, at: datetime) -> Iterator[tuple[Installation, AppModel]]:
        """Open one whose clock stands at a moment. Raises Invalid for a definition that is wrong."""
        if at not in self._templates:
            self._templates[at] = self._template(at)
        models, app, name = self._templates[at]
        place = self._new(name)
        box = self._installation(place, at, models)
        try:
            yield box, app
        finally:
            box.close()
            self._drop(place)

    def close(self) -> None:
        """Throw the templates away."""
        for _, _, name in self._templates.values():
            self._drop(name)

    def _template(self, at: datetime) -> tuple[Models, AppModel, str]:
        name = self._new()
        box = self._installation(name, at)
        try:
            app = box.publisher.apply(self._definition, actor=None)
            box.worker.run_due()
        finally:
            box.close()
        return box.models, app, name

    def _installation(self, name: str, at: datetime, models: Models | None = None) -> Installation:
        from runtime.installation import Installation

        return Installation(self._settings(name), MovedClock(at), self._grammar, models)

    def _settings(self, name: str) -> Settings:
        from runtime.installation import Settings

        url = f"sqlite:///{self._folder / name}.db"
        if self._address:
            made = sa.make_url(self._address).set(database=name)
            url = made.render_as_string(hide_password=False)
        return Settings(self._folder / name, url, fast_passwords=True)

    def _new(self, template: str = "") -> str:
        """Make a database, empty or like another, and return its name."""
        name = f"weft_scratch_{uuid4().hex[:16]}"
        if self._address:
            self._tell(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        elif template:
            shutil.copy(self._folder / f"{template}.db", self._folder / f"{name}.db")
        return name

    def _drop(self, name: str) -> None:
        shutil.rmtree(self._folder / name, ignore_errors=True)
        if self._address:
            self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for each in self._folder.glob(f"{name}.db*"):
            each.unlink()

    def _tell(self, statement: str) -> None:
        import psycopg  # only where a server is

        address = sa.make_url(self._address).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as conn:
            conn.execute(statement.encode())
