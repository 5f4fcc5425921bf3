"""The notices of a person on screen: by record, to acknowledge, and as the person wants them."""

from html import unescape

from tests.fixtures.rest import Door
from tests.web.rules.conftest import Ruled


def told(rest: Ruled, door: Door, title: str) -> str:
    record = door.create(title=title, amount="150", stage="open", owner=str(door.user_id))
    rest.run()
    return record


def test_several_about_one_record_stand_together_and_an_acknowledgement_says_when(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    record = told(ruled, cy, "A")
    for number in range(2):
        about = {"app": "shop", "form": "order", "record": record}
        bo.post("/api/todos", {"title": f"Ask {number}", "to": f"user:{cy.user_id}", **about})
    browser = ruled.browser(cy.user_id)

    html = unescape(browser.get("/notices"))
    group = html.partition("weft-group-title")[2].partition("</section>")[0]
    assert all(each in group for each in ("Order A", "Ask 0", "Ask 1", "Look at A"))
    assert "Ask 0" not in browser.get("/notices?show=must")
    (must,) = [each for each in cy.get("/api/notices")["data"] if each["level"] == "must"]
    browser.post(f"/notices/{must['id']}/read", next="/notices?show=must")
    assert "acknowledged" in browser.get("/notices?show=must")
    browser.post("/notices/read")
    assert "Everything is read." in browser.get("/notices?show=unread")


def test_one_says_what_disturbs_and_what_does_not(ruled: Ruled):
    cy, bo = ruled.door("cy", "clerk"), ruled.door("bo", "clerk")
    browser = ruled.browser(cy.user_id)

    browser.post("/notices/settings", todo="none", rule="list", flow="nonsense", start="22:00", end="x")
    html = browser.get("/notices/settings")
    assert 'name="todo" value="none" checked' in html
    assert 'name="flow" value="tell" checked' in html
    assert 'value="22:00"' in html
    bo.post("/api/todos", {"title": "Ask", "to": f"user:{cy.user_id}"})
    assert cy.get("/api/notices")["data"] == []
    told(ruled, cy, "A")
    assert cy.get("/api/notices/counts") == {"unread": 1, "must": 1}
