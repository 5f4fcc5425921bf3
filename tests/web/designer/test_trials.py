"""Scenarios are played from the designer's page, which says at which step what was found instead."""

import pytest

from tests.web.api.test_scenarios import add, scenario
from tests.web.designer.test_form_designer import BASE, Desk

PAGE = f"{BASE}/tests"


@pytest.fixture
def desk(rest):
    return Desk(rest, rest.add("shen", "designer"))


def test_a_run_shows_how_far_it_is_and_then_what_failed_at_which_step(desk, rest):
    door = rest.door("designer", "designer")
    add(door, scenario("good", "A"))
    add(door, scenario("bad", "B"))
    assert "Play 2 scenarios" in desk.get(PAGE)

    answer = desk.client.post(PAGE, data={"csrf": desk.csrf})
    where = answer.headers["Location"]
    assert "0 of 2 played" in desk.get(where)
    rest.installation.worker.run_due()
    page = desk.get(where)

    assert "1 scenario failed" in page
    assert page.index("Bad") < page.index("Good")
    assert 'href="/design/shop/element?at=tests/bad"' in page
    assert "every 1s" not in page
    assert rest.snapshot()[rest.model.form("order").table.name] == 0


def test_without_scenarios_the_page_says_what_they_are_good_for(desk):
    page = desk.get(PAGE)

    assert "No scenarios yet" in page
    assert '<form method="post" action="/design/shop/tests"' not in page


def test_a_draft_with_problems_is_not_played(desk, rest):
    add(
        rest.door("designer", "designer"),
        scenario("wrong", "A") | {"steps": [{"type": "create", "form": "order", "by": "ba"}]},
    )

    where = desk.client.post(PAGE, data={"csrf": desk.csrf}).headers["Location"]

    assert where == PAGE
    assert 'data-kind="danger"' in desk.get(where)


def test_a_run_of_another_app_or_none_is_not_found(desk, rest):
    door = rest.door("designer", "designer")
    job = door.post("/api/builder/shop/test", {"of": "published"}, 202)["job"]

    desk.get(f"{PAGE}/1", 404)
    desk.get(f"{PAGE}/{job}")
    assert desk.client.get(f"/design/other/tests/{job}").status_code in {403, 404}
