"""Designing through REST: commands, undo and redo, two designers at once, publishing."""

import json

import pytest

URL = "/api/builder/shop/draft"
FIELD = {"key": "colour", "type": "text", "label": "Colour"}


@pytest.fixture
def designer(rest):
    return rest.door("designer", "designer")


def act(door, *commands, revision=None, status=200):
    at = door.get(URL)["revision"] if revision is None else revision
    return door.post(URL, {"revision": at, "commands": list(commands)}, status)


def keys(door):
    return [each["key"] for each in order(door)["fields"]]


def order(door):
    return next(each for each in door.get(URL)["definition"]["forms"] if each["key"] == "order")


def test_a_draft_begins_as_what_is_published(designer, rest):
    draft = designer.get(URL)

    assert draft["base"] == rest.model.version
    assert draft["definition"] == json.loads(designer.send("GET", "/api/builder/shop/definition").content)
    assert (draft["can_undo"], draft["can_redo"]) == (False, False)


def test_commands_are_undone_and_done_again(designer):
    before = keys(designer)

    made = act(
        designer,
        {"do": "add", "to": "forms/order/fields", "value": FIELD, "before": before[1]},
        {"do": "update", "at": "forms/order/fields/colour", "set": {"required": True, "label": "Color"}},
        {"do": "move", "at": "forms/order/fields/colour"},
    )

    assert made["at"][-1] == "forms/order/fields/colour"
    assert keys(designer) == [*before, "colour"]
    revision = made["revision"]
    for _ in range(3):
        revision = designer.post(URL + "/undo", {"revision": revision}, 200)["revision"]
    assert keys(designer) == before
    designer.post(URL + "/undo", {"revision": revision}, 404)
    for _ in range(3):
        revision = designer.post(URL + "/redo", {"revision": revision}, 200)["revision"]
    assert keys(designer) == [*before, "colour"]
    told = designer.get(URL + "/log")["data"]
    assert [each["command"]["do"] for each in told] == ["move", "update", "add"]


def test_a_new_command_ends_what_could_be_done_again(designer):
    made = act(designer, {"do": "add", "to": "forms/order/fields", "value": FIELD})
    back = designer.post(URL + "/undo", {"revision": made["revision"]}, 200)

    after = act(designer, {"do": "update", "at": "", "set": {"label": "Store"}}, revision=back["revision"])

    assert (after["can_undo"], after["can_redo"]) == (True, False)


def test_a_rename_follows_everywhere_and_is_taken_back(designer):
    before = designer.get(URL)["definition"]

    made = act(designer, {"do": "rename", "at": "forms/order/fields/title", "key": "name"})

    text = json.dumps(order(designer))
    assert made["at"] == ["forms/order/fields/name"]
    assert '"was": ["title"]' in text
    designer.post(URL + "/undo", {"revision": made["revision"]}, 200)
    assert designer.get(URL)["definition"] == before


def test_of_two_designers_the_second_looks_again(designer, rest):
    other = rest.door("other", "designer")
    seen = other.get(URL)["revision"]
    act(designer, {"do": "add", "to": "forms/order/fields", "value": FIELD})

    refused = act(other, {"do": "remove", "at": "forms/order/fields/colour"}, revision=seen, status=409)

    assert refused["code"] == "draft.moved_on"
    act(other, {"do": "remove", "at": "forms/order/fields/colour"})
    assert "colour" not in keys(designer)


@pytest.mark.parametrize(
    ("command", "path", "code"),
    [
        ({"do": "add", "to": "forms/order/fields", "value": {"key": "x", "type": "txt", "label": "X"}},
         "/forms/2/fields/", "definition.unknown_type"),
        ({"do": "update", "at": "forms/order", "set": {"titel": "x"}}, "/forms/2/titel",
         "definition.unknown_key"),
        ({"do": "add", "to": "forms/order/fields", "value": {"key": "title", "type": "text", "label": "X"}},
         "forms/order/fields", "definition.repeated_key"),
        ({"do": "update", "at": "forms/order", "set": {"key": "x"}}, "forms/order", "draft.rename_instead"),
        ({"do": "paint", "at": "forms/order"}, "", "draft.bad_command"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_changes_nothing(designer, command, path, code):
    before = designer.get(URL)

    refused = act(designer, {"do": "update", "at": "", "set": {"label": "Z"}}, command, status=422)

    assert [(each["path"].startswith(path), each["code"]) for each in refused["issues"]] == [(True, code)]
    assert designer.get(URL) == before


def test_problems_of_the_whole_stand_beside_the_draft_and_block_its_publication(designer, rest):
    made = act(designer, {"do": "remove", "at": "forms/item"})

    found = designer.get(URL + "/problems")["problems"]

    assert "definition.unknown_form" in {each["code"] for each in found}
    designer.post(URL + "/publish", {"revision": made["revision"]}, 422)
    assert rest.door("chief", "chief").get("item")["data"] == []


def test_publishing_makes_the_draft_the_version(designer, rest):
    made = act(designer, {"do": "add", "to": "forms/order/fields", "value": FIELD})
    lines = designer.get(URL + "/plan")["lines"]

    done = designer.post(URL + "/publish", {"revision": made["revision"]}, 200)

    assert [line["code"] for line in lines] == ["plan.field.add"]
    assert done["version"] == rest.model.version + 1
    assert "colour" in rest.door("chief", "chief").get(f"order/{rest.door('c2', 'chief').create(title='t')}")
    assert designer.get(URL)["can_undo"] is False


def test_only_designers_may(rest):
    for door in (rest.door("clerk2", "clerk"), rest.door("nobody")):
        assert door.send("GET", URL).status_code in {403, 404}
        assert door.send("POST", URL, {"revision": 0, "commands": []}).status_code in {403, 404}
