"""One request as a handler sees it: who calls, from where, with what."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

import orjson
import sqlalchemy as sa
from starlette.datastructures import FormData, Headers

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import Cause, Uow
from schemas.errors import Invalid, Issue, NotFound

if TYPE_CHECKING:
    from engines.store.people import Person
    from runtime.installation import Installation


@dataclass(slots=True)
class Answer:
    """What goes back. Beside ``body``: ``chunks`` streams from threads, ``events`` for long on the loop."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    chunks: Iterator[bytes] | None = None
    events: AsyncGenerator[bytes] | None = None


@dataclass(eq=False)
class Call:
    """A request and its caller. Reads share one snapshot; writes open a unit of their own.

    ``recheck`` asks again who calls, once something about people changed since they were recognised.
    """

    installation: Installation
    method: str
    path: str
    params: Mapping[str, str]
    query_string: bytes
    headers: Headers
    cookies: Mapping[str, str]
    address: str
    body: bytes = b""
    files: FormData | None = None
    door: str = "screen"
    person: Person | None = None
    epoch: int = 0
    csrf: str = ""
    stale_session: bool = False
    recheck: Callable[[sa.Connection], None] | None = None
    nonce: str = ""
    _reading: AbstractContextManager[sa.Connection] | None = None
    _conn: sa.Connection | None = None

    @property
    def conn(self) -> sa.Connection:
        """Return a snapshot for reading, opened when it is first asked for."""
        if self._conn is None:
            self._reading = self.installation.db.read()
            self._conn = self._reading.__enter__()
        return self._conn

    def release(self) -> None:
        """Give the snapshot back; a write must not wait for a reader that waits for it."""
        reading, self._reading, self._conn = self._reading, None, None
        if reading is not None:
            reading.__exit__(None, None, None)

    def outdated(self) -> bool:
        """Tell whether people or definitions changed since the caller was recognised; then forget it."""
        self.release()
        if self.recheck is None or self.installation.current(self.conn) == self.epoch:
            return False
        self.recheck(self.conn)
        self.recheck = None
        for name in ("access", "app", "form"):
            vars(self).pop(name, None)
        return True

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the query string; the last of repeated names wins."""
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))

    @cached_property
    def posted(self) -> list[tuple[str, Any]]:
        """Return the fields of a posted form in their order."""
        if self.files is not None:
            return list(self.files.multi_items())
        text = self.body.decode("utf-8", "replace")
        try:
            return list(parse_qsl(text, keep_blank_values=True, max_num_fields=20_000))
        except ValueError:
            raise Invalid([Issue("", "request.not_a_form")], "request.invalid") from None

    def field(self, name: str) -> str:
        """Return one posted text field, the last of repeated ones; blank when it is missing."""
        found = [value for key, value in self.posted if key == name and isinstance(value, str)]
        return found[-1] if found else ""

    @cached_property
    def json(self) -> Any:
        """Return the JSON body. Raises Invalid when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise Invalid([Issue("", "request.not_json")], "request.invalid") from None

    @property
    def json_object(self) -> dict[str, Any]:
        """Return the JSON body as an object. Raises Invalid when it is something else."""
        if not isinstance(self.json, dict):
            raise Invalid([Issue("", "request.not_an_object")], "request.invalid")
        return self.json

    @property
    def actor(self) -> int | None:
        """The id of who calls; None where nobody signed in."""
        return self.person.id if self.person else None

    @cached_property
    def access(self) -> Access:
        """Return the caller's rights."""
        return self.installation.access(self.person, self.epoch)

    @cached_property
    def app(self) -> AppModel:
        """Return the app the path names. Raises NotFound."""
        key = self.params["app"]
        return self.installation.models.known(key, self.epoch) or self.installation.app(
            self.conn, key, self.epoch
        )

    @cached_property
    def form(self) -> FormModel:
        """Return the form the path names. Raises NotFound where the caller may not see it."""
        found = self.app.forms.get(self.params["form"])
        if found is None or found.parent is not None:
            raise NotFound
        rights = self.access.form(self.app, found)
        if not any(rights.may(action) for action in rights.act):
            raise NotFound
        return found

    @property
    def record_id(self) -> int:
        """Return the id in the path. Raises NotFound for what cannot be one."""
        found = id_in(self.params["id"])
        if found is None:
            raise NotFound
        return found

    @contextmanager
    def unit(self, app: AppModel | None = None, note: str | None = None) -> Iterator[Uow]:
        """Open a unit of work in the caller's name; the reading snapshot is given back first.

        The definition is looked at again inside the transaction: whoever publishes in between is seen.
        """
        self.release()
        installation, person = self.installation, self.person
        cause = Cause(self.door, self.actor, note=note)
        model = app or self.app
        with installation.store.unit(model, self.access, cause) as uow:
            current = installation.current(uow.conn)
            if current != self.epoch:
                if self.recheck is not None:
                    self.recheck(uow.conn)
                uow.app = installation.app(uow.conn, model.key, current)
                fresh = installation.person(uow.conn, person.id, current) if person else None
                uow.access = installation.access(fresh, current)
            yield uow


def id_in(text: str) -> int | None:
    """Read an id as addresses and JSON hold it, None for what cannot be one."""
    if not text.isdecimal() or not text.isascii() or len(text) > 19:
        return None
    return found if (found := int(text)) < 1 << 63 else None


def form_in(uow: Uow, call: Call) -> FormModel:
    """Return the call's form as the unit's app knows it. Raises NotFound when a publish removed it."""
    found = uow.app.forms.get(call.form.path)
    if found is None:
        raise NotFound
    return found


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """Return a JSON answer; header names are written with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, orjson.dumps(value), headers=named)


def redirect(url: str, *cookies: str) -> Answer:
    """Send the browser elsewhere after a post."""
    # What was quoted stays; letters beyond ASCII and line breaks never reach a header as they are.
    location = quote(url, safe="%/:?#[]@!$&'()*+,;=~")
    return Answer(303, headers={"Location": location}, cookies=list(cookies))
