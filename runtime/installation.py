"""One installation: everything hangs off one object, nothing off a module."""

from __future__ import annotations

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from engines.access import Access
from engines.access.strangers import Stranger
from engines.flow.flows import Flows
from engines.flow.graph import Graphs
from engines.flow.hook import FlowHook, Guard
from engines.flow.publishing import FlowPublishing
from engines.form import AppModel
from engines.ports import Clock, WriteHook
from engines.report.widget import Widget
from engines.rule.doing import Tools
from engines.rule.service import RuleService, all_of
from engines.store import upkeep
from engines.store.bookmarks import Visits
from engines.store.clock import SystemClock
from engines.store.database import Database
from engines.store.files import DiskFiles
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.lease import acquire_lease
from engines.store.matching import keys as matching_keys
from engines.store.migrate import migrate
from engines.store.models import Models
from engines.store.people import Caller, FirstAdmin, Passwords, Person, PersonCache
from engines.store.publish import Publisher, all_said
from engines.store.store import Store
from engines.store.words import follow_publish
from engines.store.worker import Worker
from frontend.environment import Renderer
from runtime.following import Followers
from runtime.grammar import make_grammar
from runtime.imports.running import Imports
from runtime.live.hub import Hub
from runtime.live.telling import Announcer
from runtime.plugins import Plugins
from runtime.reminding import Reminders
from runtime.scenarios.jobs import Plays
from runtime.work import SLOW, job_handlers
from schemas.errors import Busy, Invalid, Issue, NotFound
from schemas.grammar import Grammar
from schemas.kinds import Registry

_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation lives and how it is reached; read from the environment."""

    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    full_sync: bool = False
    demo: str = ""
    demo_hosts: bool = False
    fast_passwords: bool = False  # for tests: a real hash takes tens of milliseconds

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **more: Any) -> Settings:
        """Read the environment as ``docs/reference/settings.md`` says; blank is as good as absent.

        Raises Invalid for what cannot be used.
        """
        told = os.environ if environment is None else environment
        found = {name: value for name, value in told.items() if value}
        data = Path(found.get("WEFT_DATA", "data"))
        database = found.get("DATABASE_URL", f"sqlite:///{data / 'weft.db'}")
        if not database.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")):
            raise Invalid(
                [Issue("DATABASE_URL", "command.bad_setting", {"value": database.partition(":")[0]})]
            )
        return cls(
            data=data,
            database=database.replace("postgres:", "postgresql:", 1)
            if database.startswith("postgres:")
            else database,
            host=found.get("WEFT_HOST", "127.0.0.1"),
            port=_port(found.get("WEFT_PORT", "8000")),
            url=found.get("WEFT_URL", "").rstrip("/"),
            full_sync=found.get("WEFT_SYNC", "") == "full",
            demo_hosts=found.get("WEFT_DEMO_ANYWHERE", "") == "yes",
            **more,
        )

    @property
    def plugins(self) -> Path:
        """Return where an operator puts plug-ins."""
        return self.data / "plugins"

    @property
    def address(self) -> str:
        """Return what stands before the path in links: what is stated, else where this process listens."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return self.url or f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{self.port}"


class Installation:
    """Settings, engines, registries, caches and keys of one organisation.

    ``grammar``, ``models``: of another one, so that what is compiled there serves this too; the models only
    where both hold the same versions of the same apps.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        grammar: Grammar | None = None,
        models: Models | None = None,
    ) -> None:
        self.settings = settings
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Before anything is opened: a plug-in that is broken is the operator's to put right.
        self.plugins = Plugins() if grammar else Plugins.load(settings.plugins)
        self.grammar = grammar or make_grammar(self.plugins)
        self.clock: Clock = clock or SystemClock()
        self.db = Database(settings.database, full_sync=settings.full_sync)
        migrate(self.db)
        self.lease = acquire_lease(self.db, self.clock)
        self.ids = SnowIds(self.lease, self.clock)
        self.widgets: Registry[Widget[Any]] = self.grammar.families["widgets"]
        self.models = models or Models(self.grammar)
        self.jobs = JobTable(self.ids, self.clock)
        self.files = DiskFiles(settings.data / "files")
        self.secret = _secret(settings.data / "key")
        self.hub = Hub()
        self.visits = Visits(self.db)
        hooks: list[WriteHook] = [Announcer(self.hub)]
        self.store = Store(
            self.db, self.clock, self.ids, self.jobs, self.secret, hooks, tell=self.hub.tell_people
        )
        self.flows = Flows(self.store, Graphs(self.grammar, self.grammar.families["nodes"]))
        flow_hook = FlowHook(self.flows)
        self.rules = RuleService(Tools(self.store, self.flows), self.grammar, self.published)
        # What flows give comes first, what they refuse is said last, of what the rules made of it too.
        hooks += [flow_hook, self.rules.engine, Guard(self.flows, flow_hook), Followers(self)]
        publishing = FlowPublishing(self.store, self.flows.graphs)
        follow = all_of(
            follow_publish(self.jobs),
            matching_keys.follow_publish(self.jobs),
            publishing.follow,
            self.rules.follow(),
        )
        self.publisher = Publisher(
            self.db,
            self.grammar,
            self.clock,
            self.ids,
            follow=follow,
            look=all_said(publishing.lines, self.rules.lines),
        )
        self.imports = Imports(settings)
        self.plays = Plays(settings.plugins)
        alarms = [self.rules.alarm, self.visits.settle, Reminders(self).ask]
        self.worker = Worker(self.db, job_handlers(self), self.clock, slow=SLOW, alarms=alarms)
        self.first_admin = FirstAdmin()
        self._people = PersonCache()
        self.passwords = Passwords(fast=settings.fast_passwords)
        self.callers = _Kept[str, Caller]()
        self._access = _Kept[tuple[int, int], Access]()

    @cached_property
    def renderer(self) -> Renderer:
        """Return the templates; made when the first page is asked for."""
        return Renderer(more_templates=self.plugins.templates, more_texts=self.plugins.texts)

    def start(self) -> None:
        """Undo what a publish that died left behind, and begin to run jobs, the daily round among them."""
        with suppress(Busy):  # somebody publishes just now, who does it too
            self.publisher.recover()
        upkeep.ask(self.db, self.jobs, self.clock.now())
        self.worker.start()

    def close(self) -> None:
        """Finish running jobs but long imports and scenarios, give back the slot and every connection."""
        self.imports.close()
        self.plays.close()
        self.worker.stop()
        self.visits.write_down()
        self.lease.release()
        self.db.close()

    def current(self, conn: sa.Connection) -> int:
        """Return the epoch: the count of changes to people, rights and definitions."""
        return int(conn.exec_driver_sql("SELECT value FROM weft_state WHERE name = 'epoch'").scalar() or 0)

    def app(self, conn: sa.Connection, key: str, epoch: int) -> AppModel:
        """Return the current version of an app. Raises NotFound."""
        return self.models.get(conn, key, epoch)

    def apps(self, conn: sa.Connection, epoch: int) -> Mapping[str, AppModel]:
        """Return every app by key."""
        return self.models.all(conn, epoch)

    def published(self, conn: sa.Connection) -> Mapping[str, AppModel]:
        """Return every app by key, as this transaction finds it."""
        return self.models.all(conn, self.current(conn))

    def person(self, conn: sa.Connection, user_id: int, epoch: int) -> Person | None:
        """Return a person as of an epoch; None when there is none or the account is switched off."""
        try:
            found = self._people.get(conn, user_id, epoch)
        except NotFound:
            return None
        return found if found.active else None

    def known_person(self, user_id: int, epoch: int) -> Person | None:
        """Return a person who acted since the epoch began, without asking the database."""
        return self._people.known(user_id, epoch)

    def access(self, person: Person | None, epoch: int) -> Access:
        """Return a person's rights as of an epoch; nobody has none."""
        if person is None:
            return Access(Stranger())
        found = self._access.get((person.id, epoch))
        if found is None:
            found = Access(person)
            self._access.put((person.id, epoch), found)
        return found


K = TypeVar("K")
V = TypeVar("V")


class _Kept(Generic[K, V]):
    """The most recently used things, safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._found[key] = value
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise Invalid([Issue("WEFT_PORT", "command.bad_setting", {"value": text})])
    return int(text)


def _secret(path: Path) -> bytes:
    """Return the installation's key; made on the first start, readable by its owner only."""
    if not path.exists():
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
