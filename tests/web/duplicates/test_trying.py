"""A designer tries a rule about duplicates before it is published, with the records she may read."""

import re
from html import unescape
from typing import Any

import pytest

from tests.web.duplicates.conftest import Browser, House

RULES = "forms/party/duplicates"


@pytest.fixture(scope="module")
def desk(house: House) -> Browser:
    return Browser(*house.rest.session(house.rest.add("dee", "chief")))


def tried(desk: Browser, rule: int, **typed: str) -> str:
    asked = {key.replace("__", "."): text for key, text in typed.items()}
    asked["at"] = f"{RULES}/{rule}"
    answer: Any = desk.client.get("/design/shop/element", params=asked)
    assert answer.status_code == 200, answer.text[:500]
    return unescape(answer.text).partition('id="try"')[2].partition('id="used"')[0]


def test_two_lines_are_compared_as_the_draft_says(desk: Browser):
    html = tried(desk, 0)
    assert 'name="one.phone"' in html
    assert "These two" not in html

    html = tried(desk, 0, one__phone="139 0000 1234", other__phone="+86 13900001234")
    assert "These two are the same for this rule." in html
    assert html.count("<code>+8613900001234</code>") == 2
    assert "These two are different" in tried(desk, 1, one__name="Acme Ltd", other__name="Acne Inc.")
    assert "These two are the same" in tried(desk, 1, one__name="Acme Ltd", other__name="ACME Inc.")

    html = tried(desk, 2, one__name="Northwind Traders", other__name="Northwynd Traders")
    assert "94% alike; from 85% on they are the same." in html
    assert "One leads to the other by what they share: nort" in html
    html = tried(desk, 4, one__code="7", other__code="7", other__town="Delft")
    assert "Where something is blank" in html


def test_only_records_that_the_designer_may_read_are_found(house: House, desk: Browser):
    house.ann.create("party", name="Blue Barge Ltd", phone=house.phone())
    house.bob.create("party", name="Blue Barge", phone=house.phone())

    html = tried(desk, 1, one__name="BLUE BARGE Inc.")
    assert "the same as: 2" in html
    assert ">Blue Barge Ltd</a>" in html
    ann = house.browser(house.ann)
    assert ann.get("/design/shop/element?at=forms/party/duplicates/1").status_code in {403, 404}

    page = desk.get(f"/design/shop/element?at={RULES}/1").text
    said = {"do": "panel", "place": f"{RULES}/1", "show": f"{RULES}/1", "next": "/design/shop"}
    said["revision"] = re.findall(r'name="revision" value="(\d+)"', page)[0]
    assert desk.post("/design/shop/act", **said, **{"set.by": "exact"}).status_code == 303
    html = tried(desk, 1, one__name="Blue Barge", other__name="Blue Barge Ltd")
    assert "These two are different" in html
    assert "Among the latest 2,000 records that you may read, the first would be the same as: 1." in html
    desk.post("/design/shop/discard", revision=str(int(said["revision"]) + 1))
    assert "These two are the same" in tried(desk, 1, one__name="Acme Ltd", other__name="ACME Inc.")
