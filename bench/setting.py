"""Fills an installation for the race: the definition, two people with keys, a hundred thousand records."""

from dataclasses import dataclass
from typing import Any

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store import people
from engines.store.writing import write
from runtime.installation import Installation, Settings

_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of an administrator of the app and of a restricted person, and ids of records to change."""

    chief: str
    clerk: str
    ids: tuple[str, ...]


def prepare(environment: dict[str, str], definition: bytes, rows: list[dict[str, Any]]) -> Keys:
    """Publish and fill; the installation is closed again, so that the server starts cold."""
    installation = Installation(Settings.from_environment(environment))
    app = installation.publisher.apply(definition, actor=None)
    form, keys = app.form("deal"), []
    with installation.db.write() as conn:
        for role in ("chief", "clerk"):
            profile = people.Profile(role, role.title())
            user = people.add_user(conn, installation.ids, installation.clock, profile)
            people.set_roles(conn, user, [app.roles[role]])
            keys.append(people.add_key(conn, installation.ids, user, "bench", installation.clock.now())[1])
    ids: list[str] = []
    for start in range(0, len(rows), _CHUNK):
        changes = [Change(Op.create, each) for each in rows[start : start + _CHUNK]]
        with installation.store.unit(app, Access(None), Cause("bench", None)) as uow:
            ids += [str(each.id) for each in write(installation.store, uow, form, changes)]
    installation.close()
    return Keys(keys[0], keys[1], tuple(ids))
