"""Scenarios stand before a publish: they are played on the very draft, and a failure must be agreed to."""

import pytest

from tests.web.api.test_scenarios import DRAFT, add, scenario
from tests.web.designer.test_form_designer import BASE, Desk, revision_in

PAGE = f"{BASE}/publish"


@pytest.fixture
def door(rest):
    return rest.door("designer", "designer")


@pytest.fixture
def desk(rest):
    return Desk(rest, rest.add("shen", "designer"))


def publish(desk, **more):
    body = {"csrf": desk.csrf, "revision": revision_in(desk.get(PAGE)), **more}
    return desk.client.post(PAGE, data=body)


def version(rest):
    with rest.installation.db.read() as conn:
        return rest.installation.app(conn, "shop", rest.installation.current(conn)).version


def test_scenarios_that_hold_are_played_once_and_then_it_is_published(desk, door, rest):
    add(door, scenario("good", "A"))
    assert "Play 1 scenario" in desk.get(PAGE)

    assert publish(desk).headers["Location"] == PAGE
    assert "Playing the scenarios: 0 of 1" in desk.get(PAGE)
    assert publish(desk).headers["Location"] == PAGE, "one run is enough"
    assert version(rest) == 1
    rest.installation.worker.run_due()
    assert "The scenario holds" in desk.get(PAGE)
    desk.act(do="add_field", place="forms/order", type="date")
    assert "has not been played since" in desk.get(PAGE), "the draft is another one now"
    desk.post(f"{BASE}/undo")

    assert publish(desk).headers["Location"] == BASE
    assert version(rest) == 2


def test_a_scenario_that_fails_is_told_and_must_be_agreed_to(desk, door, rest):
    add(door, scenario("bad", "B"))
    publish(desk)
    rest.installation.worker.run_due()
    page = desk.get(PAGE)
    assert "1 scenario is not as expected" in page
    assert 'href="/design/shop/element?at=tests/bad"' in page

    refused = publish(desk)
    assert refused.status_code == 422
    assert 'name="allow_failing"' in refused.text
    assert version(rest) == 1

    assert publish(desk, allow_failing="yes").headers["Location"] == BASE
    assert version(rest) == 2


def test_without_scenarios_nothing_is_played(desk, rest):
    desk.act(do="add_field", place="forms/order", type="date")

    assert publish(desk).headers["Location"] == BASE
    assert rest.snapshot()["weft_job"] == 0 or version(rest) == 2


def test_over_rest_the_first_call_has_them_played_and_says_where_to_look(door, rest):
    add(door, scenario("bad", "B"))
    body = {"revision": door.get(DRAFT)["revision"]}

    begun = door.send("POST", f"{DRAFT}/publish", body)
    assert begun.status_code == 202
    assert door.get(begun.headers["Location"])["total"] == 1
    again = door.post(f"{DRAFT}/publish", body, 202)
    assert again["job"] == begun.json()["job"]
    rest.installation.worker.run_due()

    assert door.issues("POST", f"{DRAFT}/publish", body) == {"/tests/0": "publish.scenario_failed"}
    assert door.issues("POST", f"{DRAFT}/publish", body | {"allow_failing": 1}) == {
        "allow_failing": "field.not_a_checkbox"}  # fmt: skip
    assert door.post(f"{DRAFT}/publish", body | {"allow_failing": True}, 200)["version"] == 2
    assert version(rest) == 2
