"""A package installed: tried out in an empty installation first where it has records, so never by halves."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from builder.packages import archive
from builder.packages.filling import Batch, OpenFile, digests, fill, logins, read
from builder.packages.records import take_out
from engines.access import Access
from engines.form import AppModel
from engines.store import people
from engines.store.people.users import Profile
from engines.store.platform import department, user
from runtime.scenarios.scratch import Scratch
from schemas.dumper import dump
from schemas.errors import Conflict, Invalid, Issue

if TYPE_CHECKING:
    from runtime.installation import Installation

_IN_MEMORY = 4_000_000
_TRIER = "package.trial"


@dataclass(frozen=True, slots=True)
class Installed:
    """An app that was made of a package, and how many records came along."""

    app: AppModel
    records: int = 0


def pack(box: Installation, app: AppModel, access: Access | None = None) -> IO[bytes]:
    """Return an app as a package, with what ``access`` reads of its records."""
    target: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever asked reads and closes it
    data, named = None, frozenset[str]()
    if access is not None:
        with box.db.read() as conn:
            taken = take_out(box.store, conn, app, access)
        data, named = taken.data, taken.digests
    archive.write(target, dump(app.definition), data, named, box.files.open)
    target.seek(0)
    return target


def install(box: Installation, source: IO[bytes], actor: int | None) -> Installed:
    """Make the app of a package, records and files and all.

    Raises Invalid, and Conflict for an app that is there: that is upgraded instead. Nothing is half done.
    """
    with archive.opened(source) as package:
        content = package.content
        definition = box.publisher.read(content.definition)
        with box.db.read() as conn:
            if definition.key in box.apps(conn, box.current(conn)):
                raise Conflict("package.app_there", name=definition.key)
        batches = [] if content.data is None else read(content.data)
        if missing := sorted(digests(batches) - content.files):
            issues = [Issue("data.json", "package.no_file", {"name": each[:12]}) for each in missing]
            raise Invalid(issues, "package.refused")
        installer = _installer(box, actor) if batches else 0
        if batches:
            _try_out(box, content.definition, batches, package.file)
        app = box.publisher.apply(content.definition, actor=actor)
        if not batches:
            return Installed(app)
        return Installed(app, fill(box, app, installer, batches, package.file))


def _try_out(box: Installation, definition: bytes, batches: list[Batch], open_file: OpenFile) -> None:
    """Fill an empty installation with it, in which the same people and departments are. Raises Invalid."""
    named = logins(batches)
    with box.db.read() as conn:
        known = [each for each in conn.scalars(sa.select(user.c.login)) if each in named]
        departments = conn.scalars(sa.select(department.c.name).distinct()).all()
    with tempfile.TemporaryDirectory(prefix="weft-package-") as folder:
        scratch = Scratch(Path(folder), definition, box.grammar)
        try:
            with scratch.open(box.clock.now()) as (trial, app):
                with trial.db.write() as conn:
                    installer = _add(conn, trial, Profile(_TRIER, _TRIER, admin=True))
                    for login in known:
                        _add(conn, trial, Profile(login, login))
                    for name in departments:
                        people.add_department(conn, trial.ids, name, None)
                fill(trial, app, installer, batches, open_file)
        finally:
            scratch.close()


def _add(conn: sa.Connection, box: Installation, profile: Profile) -> int:
    return people.add_user(conn, box.ids, box.clock, profile)


def _installer(box: Installation, actor: int | None) -> int:
    """Return who installs; at the terminal, an administrator. Raises Invalid where there is none."""
    if actor is not None:
        return actor
    with box.db.read() as conn:
        first = sa.select(user.c.id).where(user.c.admin, user.c.active).order_by(user.c.id).limit(1)
        number = conn.scalar(first)
    if number is None:
        raise Invalid([Issue("", "package.no_admin")], "package.refused")
    return int(number)
