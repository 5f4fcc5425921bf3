"""A field that a role may not read does not exist, whatever is asked: byte for byte as a name nobody uses.

Every way to a value is a row here: lists, projections, search, filters, sorts, groups, figures, history,
choices, labels, exports, refusals, bulk and the description (P14-P22, P34, P35).
"""

import io
import itertools
import json
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.fixtures.rest import clerk_of, shop_bytes

HIDDEN = (
    "amount",
    "word",
    "note",
    "stage",
    "day",
    "owner",
    "marks",
    "tags",
    "things",
    "person",
    "rows",
    "no",
    "made",
    "maker",
)
MASKED = ("amount", "word", "note", "stage", "day", "owner", "marks", "tags", "things", "person", "no")
NOBODY = "nobody_has_this"
NUMBERS = itertools.count()


def roles():
    """One role for each field hidden and each masked, and two with part of the rows."""
    found = [{"key": "chief", "label": "Chief", "admin": True}]
    found += [{"key": f"no_{key}", "label": "R", "grants": clerk_of(**{key: "hidden"})} for key in HIDDEN]
    found += [{"key": f"mask_{key}", "label": "R", "grants": clerk_of(**{key: "masked"})} for key in MASKED]
    every = ["view", "export"]
    own = {"form": "order", "actions": [*every, "edit", "create"], "scope": "own"}
    found.append({"key": "part", "label": "R", "grants": [
        own,
        {"form": "order", "actions": every, "others": "read", "fields": dict.fromkeys(("word", "amount", "tags", "note"), "hidden")},
    ]})  # fmt: skip
    found.append({"key": "outline", "label": "R", "grants": [
        own,
        {"form": "order", "actions": every, "others": "read", "fields": dict.fromkeys(("word", "amount", "tags", "note", "title"), "masked")},
        {"form": "person", "actions": ["view"], "scope": "own"},
        {"form": "person", "actions": ["view"], "others": "read", "fields": {"name": "masked"}},
    ]})  # fmt: skip
    return found


class World:
    def __init__(self, rest):
        self.rest = rest
        self.chief = chief = rest.door("chief", "chief")
        self.other = rest.add("secretary")
        person = chief.create("person", name="Secretary General")
        item = chief.create("item", code="unheard item")
        self.values = {
            "word": "confidential", "note": "classified text", "amount": "4711", "stage": "zebra", "day": "2031-03-03",
            "marks": ["green"], "tags": ["labelled"], "owner": str(self.other), "person": person, "things": [item],
            "rows": [{"qty": 31415, "words": ["rowed"]}],
        }  # fmt: skip
        self.id = chief.create(title="Known", **self.values)
        chief.patch(
            f"order/{self.id}",
            {"word": "changed once", "amount": "1", "tags": ["x"], "day": None, "stage": "open"},
        )
        chief.patch(f"order/{self.id}", {key: value for key, value in self.values.items() if key != "rows"})
        self.plain = chief.create(title="Plain")

    def door(self, role):
        return self.rest.door(f"u_{role}", role)


@pytest.fixture(scope="module")
def world(rest_of_module):
    return World(rest_of_module(shop_bytes(roles=roles())))


def same(door, wanted, key):
    """Send a request with the field's name and with nobody's; both answers must look alike."""
    found = []
    for name in (key, NOBODY):
        method, path, body = wanted(name)
        answer = door.send(method, path, body)
        assert answer.status_code < 500, answer.text
        text = re.sub(rf'(?<=[“".]){name}(?=["”.])', "NAME", answer.text)
        found.append((answer.status_code, text, dict(answer.headers)))
    for each in found:
        each[2].pop("content-length", None)
        each[2].pop("content-disposition", None)
    assert found[0] == found[1], wanted(key)
    return found[0][0]


WAYS = {
    "list filter": lambda key: ("GET", f"order?filter={key} = 1", None),
    "filter text": lambda key: ("GET", f'order?filter={key} = "confidential"', None),
    "filter blank": lambda key: ("GET", f"order?filter=NOT ISBLANK({key})", None),
    "filter contains": lambda key: ("GET", f'order?filter=CONTAINS({key}, "c")', None),
    "filter deep": lambda key: ("GET", f"order?filter={key}.name = \"x\"", None),
    "filter beside": lambda key: ("GET", f'order?filter=title = "Known" OR {key} > 1', None),
    "sort": lambda key: ("GET", f"order?sort={key}", None),
    "sort descending": lambda key: ("GET", f"order?sort=title,-{key}", None),
    "fields": lambda key: ("GET", f"order?fields=title,{key}", None),
    "field of one": lambda key: ("GET", f"order/1?fields={key}", None),
    "distinct": lambda key: ("GET", f"order/distinct/{key}", None),
    "distinct filter": lambda key: ("GET", f"order/distinct/title?filter=ISBLANK({key})", None),
    "group": lambda key: ("GET", f"order/aggregate?group={key}", None),
    "measure sum": lambda key: ("GET", f"order/aggregate?measure=sum:{key}", None),
    "measure max": lambda key: ("GET", f"order/aggregate?measure=count,max:{key}", None),
    "measure count": lambda key: ("GET", f"order/aggregate?measure=count:{key}", None),
    "measure distinct": lambda key: ("GET", f"order/aggregate?measure=distinct:{key}", None),
    "figures filter": lambda key: ("GET", f"order/aggregate?filter={key} > 1", None),
    "export csv": lambda key: ("GET", f"order/export.csv?fields={key}", None),
    "export sort": lambda key: ("GET", f"order/export.csv?sort={key}", None),
    "export xlsx": lambda key: ("GET", f"order/export.xlsx?filter=ISBLANK({key})", None),
    "lookup": lambda key: ("GET", f"order/lookup/{key}", None),
    "lookup inside": lambda key: ("GET", f"order/lookup/{key}.item", None),
    "create": lambda key: ("POST", "order", {"title": "x", key: "1", "day": "never"}),
    "bulk": lambda key: ("POST", "order/bulk", {"records": [{"title": "x", key: ["1"]}]}),
    "bulk each": lambda key: ("POST", "order/bulk", {"mode": "each", "records": [{"title": None, key: None}]}),
}  # fmt: skip
# A masked field exists: it may be listed, exported and looked at, and says nothing.
EXISTS_MASKED = {
    "fields",
    "field of one",
    "export csv",
    "lookup",
    "lookup inside",
    "create",
    "bulk",
    "bulk each",
}


@pytest.mark.parametrize("key", HIDDEN)
def test_a_hidden_field_is_a_name_that_nobody_uses(world, key):
    door = world.door(f"no_{key}")

    for name, way in WAYS.items():
        if name == "create" and key == "day":
            continue
        assert same(door, way, key) >= 400 or name in {"bulk each"}, name
    same(door, lambda name: ("PATCH", f"order/{world.id}", {name: "1"}), key)
    same(
        door,
        lambda name: ("POST", "order/bulk", {"action": "update", "records": [{"_id": world.id, name: 1}]}),
        key,
    )


@pytest.mark.parametrize("key", MASKED)
def test_a_masked_field_cannot_be_asked_about(world, key):
    door = world.door(f"mask_{key}")

    for name, way in WAYS.items():
        if name not in EXISTS_MASKED:
            same(door, way, key)


def texts_of(door, world):
    """Return every answer in which a value could stand, in one text."""
    url = f"order/{world.id}"
    paths = [url, f"{url}?labels=1", f"{url}/history", "order?labels=1&total=exact", "order?sort=-title", "openapi.json",
             "order/aggregate?group=title&measure=count", "order/distinct/title", "order/export.csv"]  # fmt: skip
    answers = [door.send("GET", each) for each in paths]
    assert {each.status_code for each in answers} == {200}
    patched = door.send("PATCH", url, {"title": "Known"})
    stale = door.send("PATCH", url, {"title": "Known"}, headers={"If-Match": '"1"'})
    assert (patched.status_code, stale.status_code) == (200, 409)
    book = CalamineWorkbook.from_filelike(io.BytesIO(door.send("GET", "order/export.xlsx").content))
    cells = [book.get_sheet_by_index(0).to_python()]
    return "\n".join([*(each.text for each in (*answers, patched, stale)), json.dumps(cells, default=str)])


def secrets_of(world, key):
    """Return what would give a value away."""
    found = {
        "word": ["confidential", "changed once"], "note": ["classified"], "tags": ["labelled"], "rows": ["31415", "rowed"],
        "person": [world.values["person"], "Secretary General"], "things": [*world.values["things"], "unheard"],
        "stage": ['"zebra"'], "marks": ['"green"'], "amount": ["4711"], "day": ["2031-03-03"], "no": ['"001"'],
        "owner": [world.values["owner"]],
    }  # fmt: skip
    return found.get(key, [])


@pytest.mark.parametrize("key", HIDDEN)
def test_a_hidden_value_stands_in_no_answer(world, key):
    door = world.rest.door(f"v_{key}", f"no_{key}")
    text = texts_of(door, world)

    for secret in secrets_of(world, key):
        assert secret not in text, secret
    if key not in {"note", "person", "tags", "no"}:  # words of other things, too
        assert f'"{key}":' not in text
        assert re.search(rf"\b{key.title()}\b", text) is None
    if key == "word":
        assert door.get("order?search=confidential")["data"] == []
        assert door.get("order/aggregate?search=conf")["data"] == [{"count": 0}]


@pytest.mark.parametrize("key", MASKED)
def test_a_masked_value_stands_in_no_answer(world, key):
    door = world.rest.door(f"w_{key}", f"mask_{key}")
    text = texts_of(door, world)
    record = door.get(f"order/{world.id}")

    shown = {"word": "con****al", "note": "cla****xt", "no": "****", "stage": "****"}
    assert record[key] == shown.get(key, [] if isinstance(world.values.get(key), list) else None)
    for secret in secrets_of(world, key):
        assert secret not in text, secret
    assert door.get(f"order/{world.id}/history")["data"][0]["old"].get(key) is None
    if key == "word":
        assert door.get("order?search=confidential")["data"] == []


def test_a_hidden_field_changes_no_count_and_no_order(world):
    """Blind extraction: what may not be read decides nothing that can be seen."""
    door = world.rest.door("blind", "no_word")

    for word in ("confidential", "con", "c", "changed"):
        assert door.get(f"order?search={word}&total=exact")["total"]["count"] == 0
    listed = door.get("order")["data"]
    world.chief.patch(f"order/{world.plain}", {"word": "aaa"})
    try:
        again = door.get("order")["data"]
        assert [each["_id"] for each in again] == [each["_id"] for each in listed]
    finally:
        world.chief.patch(f"order/{world.plain}", {"word": None})


@pytest.fixture
def halves(world):
    """Somebody who sees some fields of her own orders only, with one of hers and one of another's."""

    def made(role):
        door = world.rest.door(f"h_{role}_{next(NUMBERS)}", role)
        values = {"word": "wordless mine", "amount": "10", "tags": ["mine"], "note": "note of mine"}
        mine = world.chief.create(title=f"Mine {door.user_id}", owner=str(door.user_id), **values)
        other = {"word": "wordless other", "amount": "20", "tags": ["other"], "note": "note of other"}
        theirs = world.chief.create(title=f"Theirs {door.user_id}", owner=str(world.other), **other)
        return door, mine, theirs

    return made


def test_a_field_readable_on_some_rows_is_blank_on_the_others(world, halves):
    door, mine, theirs = halves("part")
    shown = {each["_id"]: each for each in door.get("order?limit=500")["data"]}

    assert [shown[mine][key] for key in ("word", "amount", "tags", "note")] == [
        "wordless mine",
        "10.00",
        ["mine"],
        "note of mine",
    ]
    assert [shown[theirs][key] for key in ("word", "amount", "tags", "note")] == [None, None, [], None]
    assert door.get(f"order/{theirs}") == shown[theirs]
    check_half(world, door, mine, theirs)
    text = door.send("GET", "order/export.csv").text
    assert "wordless mine" in text
    assert "wordless other" not in text


def test_a_field_masked_on_some_rows_is_masked_there_and_nowhere_else(world, halves):
    """Two grants: own rows clear, all rows masked. Whose row it is decides, not which grant is wider."""
    door, mine, theirs = halves("outline")
    shown = {each["_id"]: each for each in door.get("order?limit=500")["data"]}

    assert [shown[mine][key] for key in ("word", "amount", "tags", "note")] == [
        "wordless mine",
        "10.00",
        ["mine"],
        "note of mine",
    ]
    assert [shown[theirs][key] for key in ("word", "amount", "tags", "note")] == [
        "wor****er",
        None,
        [],
        "not****er",
    ]
    assert shown[theirs]["title"] == f"The****{str(door.user_id)[-2:]}"
    assert door.get(f"order/{theirs}") == shown[theirs]
    check_half(world, door, mine, theirs)
    text = door.send("GET", "order/export.csv").text
    assert "wordless mine" in text
    assert "wordless other" not in text
    assert f"Theirs {door.user_id}" not in text


def check_half(world, door, mine, theirs):
    """Check everything that asks about a field which the person may read in her own orders only."""
    mine_only = (
        "filter=amount >= 10", "filter=amount = 10 OR amount = 20", 'filter=CONTAINS(word, "wordless")', "search=wordless",
        'filter=CONTAINS(tags, "mine") OR CONTAINS(tags, "other")', 'filter=STARTSWITH(word, "word")', "filter=NOT amount < 5",
    )  # fmt: skip
    for query in mine_only:
        assert [each["_id"] for each in door.get(f"order?{query}")["data"]] == [mine], query
    assert theirs in [each["_id"] for each in door.get("order?filter=ISBLANK(amount)&limit=500")["data"]]
    for query in (
        "search=other",
        "filter=amount = 20",
        'filter=word = "wordless other"',
        'filter=CONTAINS(tags, "other")',
    ):
        assert door.get(f"order?{query}&total=exact")["total"] == {"count": 0, "capped": False}, query
    assert door.get("order/aggregate?measure=sum:amount,max:amount,min:amount,filled:word")["data"] == [
        {"sum_amount": "10.00", "max_amount": "10.00", "min_amount": "10.00", "filled_word": 1}
    ]
    assert door.get("order/distinct/word")["data"] == [{"value": "wordless mine", "count": 1}]
    assert {each["word"] for each in door.get("order/aggregate?group=word")["data"]} == {
        None,
        "wordless mine",
    }
    ordered = [each["_id"] for each in door.get("order?sort=-amount&limit=500")["data"]]
    assert ordered[0] == mine
    world.chief.patch(f"order/{theirs}", {"word": "changed", "amount": "30"})
    world.chief.patch(f"order/{mine}", {"word": "changed"})
    assert [each["old"] for each in door.get(f"order/{theirs}/history")["data"]] == [{}]
    assert door.get(f"order/{mine}/history")["data"][0]["old"] == {"word": "wordless mine"}
    world.chief.patch(f"order/{theirs}", {"word": "wordless other", "amount": "20"})
    world.chief.patch(f"order/{mine}", {"word": "wordless mine"})


def test_a_title_masked_on_some_rows_is_no_label_there(world, halves):
    """P20: what a relation points at is called by what its own rights show."""
    door, mine, _ = halves("outline")
    clear = world.chief.create("person", name=f"Clear Name {door.user_id}", keeper=str(door.user_id))
    veiled = world.chief.create("person", name=f"Veiled Name {door.user_id}", keeper=str(world.other))
    for person, label in ((clear, f"Clear Name {door.user_id}"), (veiled, f"#{veiled}")):
        world.chief.patch(f"order/{mine}", {"person": person})

        assert door.get(f"order/{mine}?labels=1")["_labels"]["person"] == label
    found = door.get("order/lookup/person?limit=500")["data"]
    names = {each["id"]: each["text"] for each in found}
    assert names[clear] == f"Clear Name {door.user_id}"
    assert "Veiled" not in json.dumps(found)
    assert door.get("order/lookup/person?search=veiled")["data"] == []


def test_a_related_record_out_of_sight_has_no_name(rest):
    """P20: link expansion asks the target's rights."""
    rest.publish(shop_bytes(roles=[
        {"key": "chief", "label": "C", "admin": True},
        {"key": "narrow", "label": "N", "grants": [
            {"form": "order", "actions": ["view", "edit", "create"]}, {"form": "person", "actions": ["view"], "scope": "own"}]},
    ]))  # fmt: skip
    chief, door = rest.door("chief", "chief"), rest.door("narrow", "narrow")
    hidden = chief.create("person", name="Unseen", keeper=str(chief.user_id))
    number = chief.create(title="First", person=hidden)

    assert door.get(f"order/{number}?labels=1")["_labels"]["person"] is None
    assert door.get("order/lookup/person")["data"] == []
    door.get(f"person/{hidden}", 404)
    assert door.issues("POST", "order", {"title": "x", "person": hidden}) == door.issues(
        "POST", "order", {"title": "x", "person": "5"}
    )
