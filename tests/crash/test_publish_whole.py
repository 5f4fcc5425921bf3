"""A draft with all that belongs to an app is published or not, wherever the process was killed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from builder.drafting.commands import read_command
from engines.access import Access
from engines.query import Query
from engines.store.catalogue import load_rows
from engines.store.reading import read
from schemas.errors import Conflict
from tests.crash.drafting import PLACES, drafts_of, killed, publish_draft
from tests.fixtures.automation import Office, open_office
from tests.fixtures.clock import FakeClock
from tests.fixtures.playing import BO, definition

PATH = {
    "key": "path", "label": "Path", "form": "task", "field": "state",
    "nodes": [
        {"key": "start", "type": "start", "next": "new"},
        {"key": "new", "type": "stage", "moves": [{"key": "go", "label": "Go", "to": "open"}]},
        {"key": "open", "type": "stage"}, {"key": "done", "type": "stage"},
    ],
}  # fmt: skip
DAY = {
    "key": "day", "label": "Day", "on": {"type": "date", "form": "order", "field": "day", "at": "09:00"},
    "then": [{"type": "create_todo", "to": BO, "title": "Due {{ title }}"}],
}  # fmt: skip
GESTURES: tuple[dict[str, Any], ...] = (
    {"do": "rename", "at": "forms/order/fields/note", "key": "remark"},
    {"do": "update", "at": "forms/order/fields/remark", "set": {"searchable": True, "type": "text"}},
    {"do": "update", "at": "forms/order/fields/title", "set": {"unique": True}},
    {"do": "update", "at": "forms/task/fields/lines/fields/qty", "set": {"type": "text"}},
    {"do": "add", "to": "forms/order/fields", "value": {
        "key": "long", "type": "formula", "label": "Long", "formula": "LEN(title)", "result": "number"}},
    {"do": "remove", "at": "forms/order/fields/team"},
    {"do": "rename", "at": "roles/clerk", "key": "seller"},
    {"do": "add", "to": "roles", "value": {"key": "guest", "label": "Guest", "grants": [{"form": "task"}]}},
    {"do": "remove", "at": "rules/flag"},
    {"do": "add", "to": "rules", "value": DAY},
    {"do": "update", "at": "rules/late", "set": {"enabled": False}},
    {"do": "rename", "at": "flows/check", "key": "review"},
    {"do": "add", "to": "flows", "value": PATH},
    {"do": "remove", "at": "dashboards/board/widgets/total"},
)  # fmt: skip
STEPS = tuple(PLACES)
# What a start does, and what a publish prepares invisibly, is no part of a version.
BESIDE = {"weft_lease", "weft_element", "weft_setting"}


@pytest.fixture
def drafted(office: Office) -> Office:
    """An office at work with a draft that changes a little of everything."""
    office.installation.publisher.apply(definition(), actor=None)
    office._hold_roles(office.model)
    for number in range(8):
        values: dict[str, Any] = {"owner": "@cy", "team": [office.people["bo"]], "day": "2026-11-23"}
        office.create(title=f"t{number}", note=f"n{number}", stage="new", **values)
        office.create("task", name=f"k{number}", state="new", lines=[{"text": "x", "qty": number}])
    office.run()
    drafts, commands = drafts_of(office), [read_command(each) for each in GESTURES]
    with office.installation.db.read() as conn:
        revision = drafts.read(conn, office.model).revision
    drafts.act(office.model, revision, commands, office.people["ada"])
    return office


def standing(office: Office) -> dict[str, list[str]]:
    """Return everything that a publish may change, as it stands in the database."""
    db, model = office.installation.db, office.model
    found = {form: [repr(sorted(office.records(form).items()))] for form in ("order", "task")}
    with db.read() as conn:
        names = {each for each in sa.inspect(conn).get_table_names() if each.startswith("weft_")}
        for name in names - BESIDE:
            found[name] = sorted(map(repr, conn.exec_driver_sql(f"SELECT * FROM {name}").all()))
        found["elements"] = sorted(repr(each) for each in load_rows(conn, "shop") if each.live)
        found["version"] = [str(model.version)]
    return found


def die(office: Office, step: str) -> None:
    settings = office.installation.settings
    assert killed(settings.data, settings.database, step) == -signal.SIGKILL, step


@contextmanager
def started(office: Office) -> Iterator[Office]:
    """Open the installation as the next process does."""
    settings = office.installation.settings
    found = open_office(settings.data, settings.database, FakeClock())
    try:
        yield found
    finally:
        found.installation.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_anywhere_it_is_the_old_one_or_the_new_one(drafted: Office):
    """Step by step in one house: now the next start tidies up, now the next publish goes on."""
    before = standing(drafted)

    for number, step in enumerate(STEPS[:-1]):
        die(drafted, step)
        assert standing(drafted) == before, step
        if number % 2:
            drafted.installation.publisher.recover()

    die(drafted, STEPS[-1])
    with started(drafted) as office:
        is_new(office)
        works(office)


@pytest.mark.soak
@pytest.mark.parametrize("tidied", [True, False])
@pytest.mark.parametrize("step", STEPS[:-1])
def test_whatever_was_killed_succeeds_when_repeated(drafted: Office, step: str, tidied: bool):
    die(drafted, step)

    with started(drafted) as office:
        if tidied:
            office.installation.publisher.recover()
        publish_draft(office)
        is_new(office)
        works(office)


def is_new(office: Office) -> None:
    """The version, who holds its roles, its draft and its data are those of the new one."""
    model, db = office.model, office.installation.db
    assert model.version == 2
    with db.read() as conn:
        for name in ("weft_design", "weft_design_step"):
            assert conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() == 0, name
        held = set(conn.exec_driver_sql("SELECT role_uid, user_id FROM weft_role_member").all())
        assert office.installation.publisher.check(conn) == []
    assert held == {(model.roles["seller"], office.people[login]) for login in ("bo", "cy")}
    assert {each.key for each in model.definition.rules} == {"call", "late", "day"}
    assert {each.key for each in model.definition.flows} == {"review", "line", "path"}
    orders, tasks = office.records("order").values(), office.records("task").values()
    assert {(each["title"], each["remark"], each["long"]) for each in orders} == {
        (f"t{number}", f"n{number}", 2) for number in range(8)
    }
    quantities = sorted(row["qty"] for each in tasks for row in each["lines"])
    assert quantities == [f"{number}" for number in range(8)]


def works(office: Office) -> None:
    """What a publish leads to is done by the worker: search words, the stages of records, dates of rules."""
    office.run()
    office.run()
    box, model = office.installation, office.model
    with box.db.read() as conn:
        assert len(read(box.store, conn, model, Access(None), Query("order", search="n3")).records) == 1
        placed = conn.exec_driver_sql("SELECT count(*) FROM weft_flow_stage").scalar()
    assert placed == 16
    office.run(days=3)
    office.run()
    assert sorted(each for each in office.todos("bo") if each.startswith("Due")) == [
        f"Due t{number}" for number in range(8)
    ]
    assert [each for each in office.todos("cy") if each.startswith("Late")] == []


def test_what_somebody_does_while_it_is_published_is_not_lost(drafted: Office):
    model, drafts, db = drafted.model, drafts_of(drafted), drafted.installation.db
    with db.read() as conn:
        seen = drafts.read(conn, model)
    late = {"do": "update", "at": "forms/task", "set": {"label": "Late"}}
    drafts.act(model, seen.revision, [read_command(late)], None)
    before = standing(drafted)

    with pytest.raises(Conflict):
        drafted.installation.publisher.apply(
            orjson.dumps(seen.document), actor=None, also=drafts.taken(model, seen.revision)
        )

    assert standing(drafted) == before
