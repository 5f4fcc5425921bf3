"""Whatever is done to a draft, taking it back leads to the very same bytes."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.drafting.applying import apply_command
from builder.drafting.commands import read_command
from builder.drafting.drafts import DesignDraft, Drafts
from builder.drafting.steps import applied
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import Profile, add_user
from schemas.dumper import plain
from schemas.errors import Conflict, Invalid, NotFound
from schemas.loader import load
from tests.fixtures.clock import FakeClock
from tests.fixtures.grammar import shared_grammar

ROOT = Path(__file__).resolve().parents[3]
GRAMMAR = shared_grammar()
DOCUMENT: dict[str, Any] = json.loads((ROOT / "tests/acceptance/maven_crm.json").read_text("utf-8"))
FORMS = [form["key"] for form in DOCUMENT["forms"]]
KEYS = [*sorted({field["key"] for form in DOCUMENT["forms"] for field in form["fields"]}), "extra", "more"]

form_at = st.sampled_from([*FORMS, "extra"]).map(lambda key: f"forms/{key}")
field_at = st.tuples(form_at, st.sampled_from(KEYS)).map(lambda both: f"{both[0]}/fields/{both[1]}")
key = st.sampled_from(KEYS)
commands = st.one_of(
    st.builds(
        lambda to, name, before: {
            "do": "add",
            "to": f"{to}/fields",
            "value": {"key": name, "type": "text", "label": name},
            "before": before,
        },
        form_at,
        key,
        st.none() | key,
    ),
    st.builds(lambda at, label: {"do": "update", "at": at, "set": {"label": label}}, field_at, st.text("ab")),
    st.builds(lambda at, said: {"do": "update", "at": at, "set": {"help": said}}, field_at, st.none() | key),
    st.builds(
        lambda at, to, before: {"do": "move", "at": at, "to": to and f"{to}/fields", "before": before},
        field_at,
        st.none() | form_at,
        st.none() | key,
    ),
    st.builds(lambda at: {"do": "remove", "at": at}, st.one_of(form_at, field_at)),
    st.builds(lambda at, name: {"do": "rename", "at": at, "key": name}, st.one_of(form_at, field_at), key),
)


@settings(max_examples=60)
@given(said=st.lists(commands, min_size=1, max_size=12))
def test_taking_everything_back_leads_to_the_same_bytes(said):
    document, back, forth = DOCUMENT, [], []
    for each in said:
        try:
            made = apply_command(GRAMMAR, document, read_command(each))
        except (Invalid, NotFound):
            continue  # refused, and nothing changed
        document = made.document
        back.append(made.back)
        forth.append(made.steps)
    changed = json.dumps(document)

    for steps in reversed(back):
        document = applied(document, steps)
    assert json.dumps(document, sort_keys=True) == json.dumps(DOCUMENT, sort_keys=True)
    for steps in forth:
        document = applied(document, steps)
    assert json.dumps(document, sort_keys=True) == json.dumps(json.loads(changed), sort_keys=True)


@pytest.mark.parametrize("moves", [
    [{"do": "remove", "at": "forms/accounts"}],
    [{"do": "move", "at": "forms/products", "before": "accounts"}],
    [{"do": "add", "to": "forms", "value": {"key": "z", "label": "Z", "fields": []}, "before": "accounts"}],
])  # fmt: skip
def test_what_moves_in_a_list_meanwhile_hides_no_fault(moves):
    fault = {"do": "update", "at": "forms/products", "set": {"label": 5}}
    for said in ([fault, *moves], [*moves, fault]):
        with pytest.raises(Invalid) as caught:
            apply_command(GRAMMAR, DOCUMENT, read_command({"do": "batch", "commands": said}))
        assert {each.path.rpartition("/")[2] for each in caught.value.issues} >= {"label"}


def elements(here: Any, place: str = "") -> Iterator[str]:
    """Yield the place of everything in a definition that has a key: forms, fields, nodes, widgets, grants."""
    for name, value in here.items():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict) and "key" in each:
                yield f"{place}{name}/{each['key']}"
                yield from elements(each, f"{place}{name}/{each['key']}/")


EXAMPLE: dict[str, Any] = json.loads((ROOT / "examples/crm_template.json").read_text("utf-8"))
anything = st.sampled_from(sorted(elements(EXAMPLE)))
gestures = st.one_of(
    st.builds(
        lambda at, text: {"do": "update", "at": at, "set": {"label": text}},
        anything,
        st.text("ab", min_size=1),
    ),
    st.builds(lambda at: {"do": "remove", "at": at}, anything),
    st.builds(lambda at, name: {"do": "rename", "at": at, "key": name}, anything, key),
    st.builds(lambda at, before: {"do": "move", "at": at, "before": before}, anything, st.none() | key),
    st.builds(
        lambda to, name: {
            "do": "add",
            "to": f"{to}/fields",
            "value": {"key": name, "type": "text", "label": "A"},
        },
        st.sampled_from([f"forms/{each['key']}" for each in EXAMPLE["forms"]]),
        key,
    ),
)
whole = st.one_of(
    gestures,
    st.lists(gestures, min_size=2, max_size=3).map(lambda some: {"do": "batch", "commands": some}),
    st.sampled_from(["undo", "undo", "redo"]),
)


class Desk:
    """Designers at one draft; each looks at it as it is kept, as after a reload, and acts on that."""

    def __init__(self, db: Database, people: list[int]) -> None:
        self.drafts, self.people = Drafts(db, shared_grammar(), FakeClock()), people
        self.app: Any = SimpleNamespace(
            key="crm", version=1, definition=load(json.dumps(EXAMPLE).encode(), shared_grammar())
        )
        self.states, self.at = [canonical(plain(self.app.definition))], 0

    def read(self) -> DesignDraft:
        with self.drafts.db.read() as conn:
            return self.drafts.read(conn, self.app)

    def do(self, said: Any, turn: int) -> None:
        """Do something to the draft, and to the list of what it has been."""
        draft = self.read()
        if said == "undo":
            if self.at:
                self.drafts.undo(self.app, draft.revision)
                self.at -= 1
        elif said == "redo":
            if self.at + 1 < len(self.states):
                self.drafts.redo(self.app, draft.revision)
                self.at += 1
        else:
            actor = self.people[turn % len(self.people)]
            try:
                made, _ = self.drafts.act(self.app, draft.revision, [read_command(said)], actor)
            except (Invalid, NotFound):
                return  # refused, and nothing changed
            self.states[self.at + 1 :] = [canonical(made.document)]
            self.at += 1
            with pytest.raises(Conflict):  # who saw the draft before this gesture does not overwrite it
                self.drafts.undo(self.app, draft.revision)

    def check(self) -> None:
        draft = self.read()
        assert canonical(draft.document) == self.states[self.at]
        assert (draft.done, draft.known) == (self.at, len(self.states) - 1)


def canonical(document: Any) -> str:
    """Return the bytes of a document, whatever the order in which its properties were said."""
    return json.dumps(document, sort_keys=True)


def designed(url: str, said: list[Any]) -> None:
    db, clock = Database(url), FakeClock()
    with db.write() as conn:
        ids = SnowIds(1, clock)
        people = [add_user(conn, ids, clock, Profile(f"p{each}", "P")) for each in range(3)]
    try:
        desk = Desk(db, people)
        for turn, each in enumerate(said):
            desk.do(each, turn)
            desk.check()
        for end, side in ((0, "undo"), (len(desk.states) - 1, "redo"), (0, "undo")):
            while desk.at != end:
                desk.do(side, 0)
            desk.check()
    finally:
        db.close()


SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
gestures_of_a_day = st.lists(whole, min_size=1, max_size=12)


@settings(SLOW, max_examples=10)
@given(said=gestures_of_a_day)
def test_undo_and_redo_lead_through_the_same_bytes_across_people_and_reloads(
    fresh: Callable[[], str], said: list[Any]
):
    designed(fresh(), said)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@settings(SLOW, max_examples=2_000)
@given(said=st.lists(whole, min_size=10, max_size=60))
def test_undo_and_redo_lead_through_the_same_bytes_for_long(fresh: Callable[[], str], said: list[Any]):
    designed(fresh(), said)


@pytest.fixture(scope="module")
def fresh(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Make one empty installation after the other."""
    folder = tmp_path_factory.mktemp("drafting")

    def place() -> str:
        for each in folder.iterdir():
            each.unlink()
        shutil.copy(sqlite_template, folder / "weft.db")
        return f"sqlite:///{folder / 'weft.db'}"

    return place
