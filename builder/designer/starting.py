"""Applications begin blank or from a file, which also brings a draft up to date, and go out as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson

from builder.designer.desk import Desk
from builder.designer.keys import propose_key
from builder.drafting.commands import read_command
from builder.drafting.web import drafts_of
from builder.packages import bases
from builder.packages.archive import is_package, opened
from builder.packages.installing import install
from engines.form import AppModel
from engines.store.shelf import taken_keys
from runtime.screens.posted import sent_file
from runtime.screens.shell import go, texts_of
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.dumper import dump
from schemas.elements import App
from schemas.errors import Conflict, Invalid, Issue
from schemas.loader import MAX_BYTES
from schemas.words import APP_RESERVED

HOME = "/design"
_LONGEST_KEY = 16


def start_app(call: Call) -> Answer:
    """Make an application with nothing in it and lead to its overview."""
    texts = texts_of(call)
    label = call.field("label").strip() or texts.t("design.start.unnamed")
    # Without a role nobody but its maker could work with it.
    member = {"key": "member", "label": texts.t("design.start.member")}
    return begin(call, {"weft": 1, "key": "", "label": label[:200], "roles": [member]}, label)


def begin(
    call: Call, document: Mapping[str, Any], label: str, wished: str = "", said: str = "design.start.made"
) -> Answer:
    """Publish a document as a new application, with a key of its own, and lead to its overview.

    ``wished``: the key it would like; one that is free is made of it, or of the label.
    """
    made = {**document, "key": free_key(call, label, wished)}
    return _published(call, orjson.dumps(made), texts_of(call).t(said, name=label[:200]))


def free_key(call: Call, label: str, wished: str = "") -> str:
    """Return a key that no application has, be it put away."""
    taken = taken_keys(call.conn) | APP_RESERVED
    if wished and wished not in taken:
        return wished
    return propose_key(wished or label, taken, _LONGEST_KEY, "app")


def bring_app(call: Call) -> Answer:
    """Take a definition from a file: a new application, or an upgrade of one that is there."""
    given = sent_file(call)
    if given is not None and is_package(_head(given.file)):
        return _installed(call, given.file)
    data = read_sent(call)
    try:
        definition = call.installation.publisher.read(data)
    except Invalid as error:
        return go(call, HOME, first_of(call, error), "danger")
    if definition.key in call.installation.apps(call.conn, call.epoch):
        return awaiting(call, definition)
    name = texts_of(call).label(orjson.loads(data).get("label"))
    return _published(call, data, texts_of(call).t("design.start.made", name=name))


def _installed(call: Call, source: IO[bytes]) -> Answer:
    """Make the app of a package; one that is there is upgraded, and its records stay as they are."""
    actor, texts, box = call.actor, texts_of(call), call.installation
    try:
        with opened(source) as package:
            definition = box.publisher.read(package.content.definition)
        if definition.key in box.apps(call.conn, call.epoch):
            return awaiting(call, definition)
        call.release()
        made = install(box, source, actor)
    except Invalid as error:
        return go(call, HOME, first_of(call, error), "danger")
    except Conflict as error:
        return go(call, HOME, text_of(texts, error.reason, dict(error.params)), "danger")
    name = texts.label(made.app.definition.label)
    code = "package.installed" if made.records else "design.start.made"
    return go(call, f"{HOME}/{made.app.key}", texts.t(code, name=name, count=made.records))


def awaiting(call: Call, theirs: App) -> Answer:
    """Remember a package of an app that is there and lead to what it would change."""
    call.release()
    with call.installation.db.write() as conn:
        bases.wait(conn, theirs.key, theirs)
    return go(call, f"{HOME}/{theirs.key}/upgrade")


def read_sent(call: Call) -> bytes:
    """Return the definition that was sent, as a file or in a package. Raises Invalid.

    Of what is too long a byte more than may be is read: the loader says so.
    """
    given = sent_file(call)
    if given is None:
        return b""
    if not is_package(_head(given.file)):
        return given.file.read(MAX_BYTES + 1)
    with opened(given.file) as package:
        return package.content.definition


def _published(call: Call, data: bytes, said: str) -> Answer:
    actor = call.actor
    publisher = call.installation.publisher
    call.release()
    try:
        made = publisher.apply(data, actor=actor)
    except Invalid as error:
        return go(call, HOME, first_of(call, error), "danger")
    except Conflict as error:
        return go(call, HOME, text_of(texts_of(call), error.reason, dict(error.params)), "danger")
    return go(call, f"{HOME}/{made.key}", said)


def drafted(call: Call, app: AppModel, data: bytes, said: str) -> Answer:
    """Bring the draft of an app up to a file: one command, which the plan explains and undo takes back."""
    draft = drafts_of(call).read(call.conn, app)
    wanted: dict[str, Any] = orjson.loads(data)
    change = {name: None for name in draft.document if name not in wanted} | wanted
    command = read_command({"do": "update", "at": "", "set": change})
    actor, texts = call.actor, texts_of(call)
    call.release()
    try:
        drafts_of(call).act(app, draft.revision, [command], actor)
    except (Invalid, Conflict) as error:
        wrong = first_of(call, error) if isinstance(error, Invalid) else text_of(texts, error.reason, {})
        return go(call, f"{HOME}/{app.key}", wrong, "danger")
    return go(call, f"{HOME}/{app.key}/publish", texts.t(said))


def _head(source: IO[bytes]) -> bytes:
    found = source.read(2)
    source.seek(0)
    return found


def first_of(call: Call, error: Invalid) -> str:
    """Return the first problem of a file in words."""
    issue = error.issues[0] if error.issues else Issue("", error.reason)
    return text_of(texts_of(call), issue.code, dict(issue.params))


def export_app(call: Call) -> Answer:
    """Answer the draft as the file that makes the same application elsewhere; with problems, the app."""
    desk = Desk(call)
    definition = desk.reads if desk.reads is not None and not desk.issues else call.app.definition
    name = {"Content-Disposition": f'attachment; filename="{call.app.key}.json"'}
    return Answer(200, dump(definition), "application/json", name)
