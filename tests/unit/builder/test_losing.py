"""Whatever two drafts after each other do to data: nothing is lost that the plan did not announce."""

from __future__ import annotations

import copy
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from builder.drafting.applying import apply_command
from builder.drafting.commands import read_command
from engines.form import AppModel
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.plan import Line, Plan
from engines.store.publish import Publisher
from schemas.dumper import plain
from schemas.errors import Invalid, NotFound
from schemas.loader import load
from tests.fixtures.clock import FakeClock
from tests.fixtures.database import PARAMS, Postgres
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.publishing import app, contents, field, fill, form

Json = dict[str, Any]
Cells = dict[int, dict[Any, Any]]
OPTIONS = [{"key": key, "label": key.upper()} for key in ("new", "won", "lost")]
FIRST = app(
    form("person", field("name"), field("phone")),
    form(
        "order",
        field("name"), field("size"), field("amount", "number", decimals=2), field("note", "long_text"),
        field("stage", "select", options=OPTIONS), field("marks", "multi_select", options=OPTIONS),
        field("day", "date"), field("done", "checkbox"), field("tags", "tags"),
        field("person", "relation", form="person"),
        field("rows", "subform", fields=[field("what"), field("pieces", "number")]),
    ),
)  # fmt: skip
PERSONS = [{"name": f"p{number}", "phone": f"{number}"} for number in range(2)]
ORDERS = [
    {
        "name": f"o{number}", "size": size, "amount": number, "note": f"n{number}", "stage": "won",
        "marks": marks, "done": bool(number), "tags": ["x", "y"], "person": 1,
        "rows": [{"what": "w", "pieces": number}, {"what": str(number)}],
    }
    for number, (size, marks) in enumerate([("1", ["new"]), ("2.5", ["new", "won"]), ("large", ["lost"])])
]  # fmt: skip
# What a designer may make of a field that is there; what is refused is refused.
SETTINGS: tuple[Json, ...] = (
    {"type": "text"}, {"type": "long_text"}, {"type": "number"}, {"type": "number", "decimals": 2},
    {"type": "date"}, {"type": "tags"}, {"type": "checkbox"}, {"type": "select", "options": OPTIONS[:2]},
    {"type": "multi_select", "options": OPTIONS}, {"type": "multi_select"}, {"type": "select"},
    {"decimals": 0}, {"options": OPTIONS[1:]}, {"required": True}, {"help": "Help"},
    {"type": "formula", "formula": "1", "result": "number"},
)  # fmt: skip


def draft_of(data: st.DataObject, document: Json) -> Json:
    """Let a designer do a few things, and return what the draft is then."""
    for _ in range(data.draw(st.integers(1, 5))):
        said = data.draw(gesture(document))
        try:
            made = apply_command(shared_grammar(), document, read_command(said)).document
            load(json.dumps(made).encode(), shared_grammar())
        except (Invalid, NotFound):
            continue
        event(str(said["do"]))
        document = made
    return document


def gesture(document: Json) -> st.SearchStrategy[Json]:
    """Return what can be done to a document."""
    there = document.get("forms", ())
    forms = [f"forms/{each['key']}" for each in there]
    fields = [
        place
        for number, each in enumerate(there)
        for one in each.get("fields", ())
        for place in (
            f"{forms[number]}/fields/{one['key']}",
            *(f"{forms[number]}/fields/{one['key']}/fields/{part['key']}" for part in one.get("fields", ())),
        )
    ]
    forms, fields = forms or ["forms/none"], fields or ["forms/none/fields/none"]
    lists = [f"{each}/fields" for each in forms]
    at, key = st.sampled_from(fields), st.sampled_from(["name", "size", "fresh", "other", "person"])
    new = st.builds(
        lambda key, type_: {"key": key, "type": type_, "label": "New"},
        key,
        st.sampled_from(["text", "number"]),
    )
    return st.one_of(
        st.builds(lambda at, said: {"do": "update", "at": at, "set": said}, at, st.sampled_from(SETTINGS)),
        st.builds(lambda at: {"do": "remove", "at": at}, st.one_of(at, st.sampled_from(forms))),
        st.builds(
            lambda at, key: {"do": "rename", "at": at, "key": key}, st.one_of(at, st.sampled_from(forms)), key
        ),
        st.builds(lambda at, to: {"do": "move", "at": at, "to": to}, at, st.sampled_from(lists)),
        st.builds(lambda to, value: {"do": "add", "to": to, "value": value}, st.sampled_from(lists), new),
    )


def cells_of(db: Database, model: AppModel) -> Cells:
    """Return every value by the identity of its field; those of rows by record and place of the row."""
    found: Cells = {}

    def take(path: str, place: Any, values: Mapping[str, Any]) -> None:
        for key, value in values.items():
            here = f"{path}.{key}"
            if isinstance(value, list):
                for number, row in enumerate(value):
                    take(here, (place, number), row)
            else:
                found.setdefault(model.names.uid(here), {})[place] = value

    for each in model.forms.values():
        if each.parent is None:
            for record, values in contents(db, model, each.key).items():
                take(each.key, record, values)
    return found


class Told:
    """What a plan says, asked by the path that an element had."""

    def __init__(self, plan: Plan, before: AppModel, after: AppModel) -> None:
        self.lines = {(each.code.rpartition(".")[2], each.path): each for each in plan}
        self._before, self._living = before, {name.uid: path for path, name in after.names.by_path.items()}

    def here(self, path: str) -> str:
        """Return the path that an element has now; of one that left, its place below what stayed."""
        uid = self._before.names.uid(path)
        above, _, key = path.rpartition(".")
        return self._living.get(uid) or (f"{self.here(above)}.{key}" if above else path)

    def dropped(self, path: str) -> Line | None:
        """Return the line that says that an element leaves, or what holds it."""
        parts = path.split(".")
        places = [self.here(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
        return next((line for each in places if (line := self.lines.get(("drop", each)))), None)

    def says(self, what: str, path: str) -> Line | None:
        return self.lines.get((what, self.here(path)))


def compare(before: AppModel, after: AppModel, had: Cells, has: Cells, told: Told) -> None:
    """Every value stands where it stood, or the plan says that it does not."""
    kinds = {each.uid: each for form in after.forms.values() for each in form.fields.values()}
    for path, name in before.names.by_path.items():
        old, values = kinds.get(name.uid), had.get(name.uid, {})
        if not values:
            continue
        if old is None:
            assert told.dropped(path), f"{path} leaves in silence"
            continue
        gone = values.keys() - has.get(name.uid, {}).keys()
        changed = any(told.says(what, path) for what in ("retype", "retarget", "refit", "replace"))
        if not changed:
            left = holders(told, path, values)
            assert {
                each for each in values if each not in gone and has[name.uid][each] != values[each]
            } <= left
            assert gone <= left, path
        elif not told.says("replace", path):
            line = told.says("loss", path)
            assert len(gone) == (line.count if line else 0), (path, gone, line)


def holders(told: Told, path: str, values: Mapping[Any, Any]) -> set[Any]:
    """Return where an option stands of which the plan says that it leaves, as often as it does."""
    found: set[Any] = set()
    for option in OPTIONS:
        line = told.lines.get(("drop", f"{told.here(path)}.{option['key']}"))
        if line is not None:
            some = {
                place
                for place, value in values.items()
                if option["key"] in (value if isinstance(value, tuple) else (value,))
            }
            assert line.count == len(some), line
            found |= some
    return found


Places = Callable[[], AbstractContextManager[str]]


@pytest.fixture(scope="module", params=PARAMS)
def places(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Places:
    """Make installations with the first version and its data, one after the other."""

    def prepare(url: str) -> None:
        db = Database(url)
        model = publisher_of(db).apply(FIRST, actor=None)
        fill(db, model, "person", PERSONS)
        fill(db, model, "order", ORDERS)
        db.close()

    if request.param == "postgres":
        databases: Postgres = request.getfixturevalue("postgres_databases")
        return lambda: databases.copy(databases.ready(FIRST, prepare))
    folder = tmp_path_factory.mktemp("losing")
    ready, used = folder / "ready.db", folder / "used.db"
    shutil.copy(sqlite_template, ready)
    prepare(f"sqlite:///{ready}")

    @contextmanager
    def place() -> Iterator[str]:
        shutil.copy(ready, used)
        yield f"sqlite:///{used}"
        for each in folder.glob("used.db*"):
            each.unlink()

    return place


def publisher_of(db: Database, slot: int = 1) -> Publisher:
    clock = FakeClock()
    return Publisher(db, shared_grammar(), clock, SnowIds(slot, clock))


def published(db: Database, publisher: Publisher, before: AppModel, document: Json) -> AppModel:
    """Publish a draft as its designer would who reads the plan, and compare."""
    data, had = json.dumps(document).encode(), cells_of(db, before)
    plan = publisher.plan(data)
    if plan.blocking:
        with pytest.raises(Invalid):
            publisher.apply(data, actor=None)
        assert cells_of(db, before) == had
    allowed = {each.path for each in plan.blocking}
    try:
        after = publisher.apply(data, actor=None, allow_loss=allowed)
    except Invalid:
        assert any(each.code.endswith("unique") for each in plan.blocking)
        return before
    event(f"loss {Counter(each.code for each in plan.blocking)}")
    compare(before, after, had, cells_of(db, after), Told(plan, before, after))
    assert publisher.plan(data).lines == ()
    return after


def two_drafts(places: Places, data: st.DataObject) -> None:
    with places() as url:
        db = Database(url)
        try:
            publisher = publisher_of(db, slot=2)
            model, document = publisher.apply(FIRST, actor=None), json.loads(FIRST)
            for _ in range(2):
                document = draft_of(data, copy.deepcopy(document))
                model = published(db, publisher, model, document)
                document = plain(model.definition)
        finally:
            db.close()


# Every step is a real publish; to shrink a failure would take minutes.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
SLOW = settings(phases=PHASES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@settings(SLOW, max_examples=8)
@given(data=st.data())
def test_nothing_is_lost_in_silence(places: Places, data: st.DataObject) -> None:
    two_drafts(places, data)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@settings(SLOW, max_examples=2_000)
@given(data=st.data())
def test_nothing_is_lost_in_silence_for_long(places: Places, data: st.DataObject) -> None:
    two_drafts(places, data)
