"""Who made a record, and when, is told at no door to whom the field that shows it is hidden."""

import json
import re
from typing import Any

import pytest

from tests.fixtures.rest import Door, Rest, shop_bytes
from tests.fixtures.shop import FORMS

HIDDEN = {"maker": "hidden", "made": "hidden"}
ACTIONS = ["view", "create", "edit", "delete", "import", "export"]
ROLES: list[dict[str, Any]] = [
    {"key": "chief", "label": "Chief", "admin": True},
    {
        "key": "blind",
        "label": "Blind",
        "grants": [{"form": "order", "actions": ACTIONS, "fields": HIDDEN}],
    },
    {
        "key": "masked",
        "label": "Masked",
        "grants": [{"form": "order", "actions": ACTIONS, "fields": dict.fromkeys(HIDDEN, "masked")}],
    },
    {
        "key": "own",
        "label": "Own",
        "grants": [
            {"form": "order", "actions": ["view"], "fields": HIDDEN},
            {"form": "order", "actions": ["view"], "scope": "own"},
        ],
    },
]


@pytest.fixture
def world(rest: Rest) -> dict[str, Any]:
    """An order that Ann made and Chief changed, and one that nobody changed."""
    wanted = json.loads(shop_bytes(FORMS))
    rest.publish(json.dumps(wanted | {"roles": ROLES}).encode())
    chief = rest.door("chief", "chief")
    ann = rest.add("ann-the-maker", "chief")
    door = rest.key(ann)
    changed, fresh = door.create(title="changed"), door.create(title="fresh")
    chief.patch(f"order/{changed}", {"word": "w"})
    return {"ann": str(ann), "chief": str(chief.user_id), "changed": changed, "fresh": fresh}


@pytest.fixture(params=["blind", "masked"])
def door(rest: Rest, world: dict[str, Any], request: pytest.FixtureRequest) -> Door:
    return rest.door("reader", request.param)


def test_no_answer_holds_who_made_it(door: Door, world: dict[str, Any]) -> None:
    answers = [
        door.get("order?labels=1"),
        door.get(f"order/{world['changed']}?labels=1"),
        door.get(f"order/{world['fresh']}?labels=1"),
        door.get(f"order/{world['changed']}/history"),
        door.get(f"order/{world['fresh']}/history"),
        door.patch(f"order/{world['changed']}", {"word": "v"}),
        door.send("PATCH", f"order/{world['fresh']}", {"word": "v"}, headers={"If-Match": '"7"'}).json(),
    ]
    door.delete(f"order/{world['fresh']}")
    answers.append(door.get("order?trash=1&labels=1"))

    for each in answers:
        assert world["ann"] not in json.dumps(each)
        assert "Ann" not in json.dumps(each)
        assert "_created" not in json.dumps(each)


def test_the_last_change_is_told_where_it_is_one(door: Door, world: dict[str, Any]) -> None:
    found = {each["title"]: each for each in door.get("order")["data"]}

    assert (found["changed"]["_updated_by"], found["fresh"]["_updated_by"]) == (world["chief"], None)
    assert found["fresh"]["_updated_at"] is None
    steps = door.get(f"order/{world['changed']}/history")["data"]
    assert [(each["op"], each["actor"]) for each in steps] == [("update", world["chief"]), ("create", None)]
    assert steps[1]["at"] is None


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("order?filter=_created_by%20%3D%20USER()", "filter"),
        ("order?filter=_created_at%20%3C%20NOW()", "filter"),
        ("order?sort=_created_by", "sort"),
        ("order?sort=-_created_at", "sort"),
        ("order/aggregate?group=_created_by", "group"),
        ("order/aggregate?measure=max:_created_at", "measure"),
        ("order/distinct/maker", "field"),
        ("order/export.csv?filter=_created_by%20%3D%20USER()", "filter"),
        ("order/export.csv?sort=_created_by", "sort"),
    ],
)
def test_nothing_can_be_asked_about_it(door: Door, query: str, path: str) -> None:
    assert path in door.issues("GET", query, status=400)


def test_an_export_and_the_description_do_not_know_it(door: Door, world: dict[str, Any]) -> None:
    sheet = door.send("GET", "order/export.csv").text
    described = door.get("/api/shop/openapi.json")["components"]["schemas"]["order"]["properties"]

    assert "Ann" not in sheet
    assert world["ann"] not in sheet
    assert {"_created_by", "_created_at"} & described.keys() == set()
    assert {"_id", "_version", "_updated_by", "_updated_at"} <= described.keys()


def test_no_page_names_who_made_it(rest: Rest, door: Door, world: dict[str, Any]) -> None:
    client, csrf = rest.session(door.user_id)
    base = "/a/shop/order"
    stale = {"csrf": csrf, "_version": "1", "title": "changed", "word": "mine"}
    pages = [
        client.get(base).text,
        client.get(f"{base}/{world['changed']}").text,
        client.get(f"{base}/{world['fresh']}").text,
        client.get(f"{base}/{world['changed']}/edit").text,
        client.post(f"{base}/{world['changed']}/edit", data=stale).text,
    ]
    door.delete(f"order/{world['fresh']}")
    pages.append(client.get(f"{base}/trash").text)

    for page in pages:
        assert "<main" in page
        assert "Ann" not in page
        assert world["ann"] not in page
    assert re.search(r"<strong>Somebody</strong>\s*created", pages[1])
    assert "<strong>Chief</strong>" in pages[1]


def test_on_some_rows_it_is_told_on_these(rest: Rest, world: dict[str, Any]) -> None:
    door = rest.door("owner", "own")
    rest.key(int(world["ann"])).patch(f"order/{world['fresh']}", {"owner": str(door.user_id)})

    found = {each["title"]: each for each in door.get("order")["data"]}
    told = [each["title"] for each in door.get(f'order?filter=_created_by %3D "{world["ann"]}"')["data"]]
    steps = {title: door.get(f"order/{found[title]['_id']}/history")["data"] for title in found}

    assert (found["fresh"]["_created_by"], found["changed"]["_created_by"]) == (world["ann"], None)
    assert told == ["fresh"]
    assert (steps["fresh"][-1]["actor"], steps["changed"][-1]["actor"]) == (world["ann"], None)


def test_who_may_see_the_field_sees_the_key(rest: Rest, world: dict[str, Any]) -> None:
    chief = rest.door("other", "chief")

    assert chief.get(f"order/{world['fresh']}")["_created_by"] == world["ann"]
    assert chief.get(f"order/{world['fresh']}/history")["data"][-1]["actor"] == world["ann"]
