"""Scenarios through REST: a designer has those of the draft played, and sees what each came to."""

from typing import Any

import pytest

DRAFT, TEST = "/api/builder/shop/draft", "/api/builder/shop/test"
CREATE = {"type": "create", "form": "order", "record": "new", "set": {"title": "A"}}


@pytest.fixture
def designer(rest):
    return rest.door("designer", "designer")


def scenario(key: str, title: str) -> dict[str, Any]:
    said = {"type": "record", "form": "order", "record": "new", "is": {"title": title}}
    people = [{"key": "bo", "name": "Bo", "roles": ["clerk"]}]
    return {"key": key, "label": key.title(), "people": people, "steps": [{**CREATE, "then": [said]}]}


def add(door, value, status=200):
    at = door.get(DRAFT)["revision"]
    return door.post(
        DRAFT, {"revision": at, "commands": [{"do": "add", "to": "tests", "value": value}]}, status
    )


def test_a_designer_has_the_scenarios_of_the_draft_played(designer, rest):
    add(designer, scenario("good", "A"))
    add(designer, scenario("bad", "B"))

    begun = designer.post(TEST, {"of": "draft"}, 202)
    place = f"{TEST}/{begun['job']}"
    before = designer.get(place)
    rest.installation.worker.run_due()
    after = designer.get(place)

    assert (before["state"], before["good"], before["total"]) == ("waiting", None, 2)
    assert (after["state"], after["good"], after["passed"], after["failed"]) == ("done", False, 1, 1)
    assert after["error"] is None
    good, bad = after["scenarios"]
    assert (good["key"], good["good"], bad["key"], bad["good"]) == ("good", True, "bad", False)
    (miss,) = bad["steps"][0]["misses"]
    assert (miss["at"], miss["code"], miss["expected"], miss["found"]) == (
        "steps/0/then/0",
        "field",
        "B",
        "A",
    )
    assert rest.snapshot()[rest.model.form("order").table.name] == 0


def test_what_is_asked_for_is_checked_first(designer, rest):
    add(designer, scenario("good", "A"))
    assert designer.post(TEST, {"of": "published"}, 202)["total"] == 0

    unknown = designer.post(TEST, {"only": "goof"}, 422)
    wrong = designer.post(TEST, {"of": "both", "and": 1}, 400)
    add(designer, scenario("wrong", "A") | {"steps": [{**CREATE, "by": "ba"}]})
    invalid = designer.post(TEST, {}, 422)

    assert [(each["code"], each["suggestion"]) for each in unknown["issues"]] == [
        ("scenario.unknown", "good")
    ]
    assert {each["path"] for each in wrong["issues"]} == {"and", "of"}
    assert [each["path"] for each in invalid["issues"]] == ["/tests/1/steps/0/by"]


def test_a_run_is_stopped(designer):
    job = designer.post(TEST, {"of": "published"}, 202)["job"]

    designer.delete(f"{TEST}/{job}", 204)

    assert designer.get(f"{TEST}/{job}")["state"] == "cancelled"


def test_others_learn_nothing(designer, rest):
    reader, other = rest.door("reader", "reader"), rest.door("root", admin=True)
    job = designer.post(TEST, {"of": "published"}, 202)["job"]

    reader.delete(f"{TEST}/{job}", 404)
    reader.post(TEST, {}, 404)
    reader.get(f"{TEST}/{job}", 404)
    other.get(f"/api/builder/other/test/{job}", 404)
    designer.get(f"/api/jobs/{job}", 404)
