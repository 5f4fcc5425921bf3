"""Comments, followers and shares of a record through REST: what the page of the record does, and no more."""

import pytest

from tests.fixtures.rest import Door, Opening

EDGE = "9" * 13


@pytest.fixture(scope="module")
def house(rest_of_module: Opening) -> dict[str, Door]:
    rest = rest_of_module()
    roles = {"cy": "clerk", "bo": "reader", "di": "own", "boss": "chief"}
    return {name: rest.door(name, role) for name, role in roles.items()}


def test_what_people_say_is_listed_page_by_page_and_told_to_whom_it_names(house: dict[str, Door]):
    cy, bo, di = (house[each] for each in ("cy", "bo", "di"))
    record = cy.create(title="A")
    url = f"order/{record}/comments"

    made = cy.post(url, {"body": " Look, @Bo <b> ", "named": [str(di.user_id)]})
    assert made["named"] == {str(bo.user_id): "Bo", str(di.user_id): "Di"}
    assert made["blind"] == [str(di.user_id)]
    for number in range(2):
        bo.post(url, {"body": f"Seen {number}"})

    first = cy.get(f"{url}?limit=2")
    assert [(each["body"], each["name"]) for each in first["data"]] == [("Seen 1", "Bo"), ("Seen 0", "Bo")]
    (last,) = cy.get(f"{url}?limit=2&after={first['next']}")["data"]
    assert (last["id"], last["body"], last["author"]) == (made["id"], "Look, @Bo <b>", str(cy.user_id))
    assert cy.get(f"{url}?after={first['next']}")["next"] is None
    assert [each["title"] for each in bo.get("/api/notices")["data"]] == ["Cy mentioned you in a comment"]
    assert not [each for each in di.get("/api/notices")["data"] if "comment" in each["title"]]
    assert cy.issues("POST", url, {"body": " "}) == {"body": "field.required"}
    assert cy.issues("POST", url, {"body": "x", "named": ["me"]}, 400) == {"named": "field.not_an_id"}
    assert cy.issues("POST", url, {"text": "x"}, 400) == {"text": "request.unknown_key"}
    assert cy.issues("GET", f"{url}?after={EDGE}{EDGE}.1", None, 400) == {"after": "query.bad_cursor"}

    bo.delete(f"{url}/{made['id']}", 404)
    cy.delete(f"{url}/{made['id']}")
    house["boss"].delete(f"{url}/{first['data'][0]['id']}")
    assert [each["body"] for each in cy.get(url)["data"]] == ["Seen 0"]


def test_a_repeated_request_says_it_once(house: dict[str, Door]):
    cy = house["cy"]
    url = f"order/{cy.create(title='B')}/comments"

    twice = [cy.post(url, {"body": "Once"}, headers={"Idempotency-Key": "talk-1"}) for _ in range(2)]

    assert twice[0] == twice[1]
    assert len(cy.get(url)["data"]) == 1


def test_a_record_is_followed_more_or_less_and_not(house: dict[str, Door]):
    cy, bo = house["cy"], house["bo"]
    record = cy.create(title="C")

    assert bo.post(f"order/{record}/follow", {}, 200) == {"level": "everything"}
    assert bo.issues("POST", f"order/{record}/follow", {"level": "some"}, 400) == {
        "level": "request.not_allowed"
    }
    bo.post(f"order/{record}/follow", {"level": "comments"}, 200)
    assert cy.get(f"order/{record}/followers")["data"] == [
        {"person": str(bo.user_id), "name": "Bo", "level": "comments"}
    ]
    bo.delete(f"order/{record}/follow")
    assert cy.get(f"order/{record}/followers")["data"] == []


def test_a_record_is_shared_until_a_day_and_no_further(house: dict[str, Door]):
    cy, bo, di = (house[each] for each in ("cy", "bo", "di"))
    record = cy.create(title="D")
    url = f"order/{record}/shares"
    asked = {"person": str(di.user_id), "until": "2026-11-30"}
    di.get(f"order/{record}", 404)

    made = cy.post(url, asked | {"right": "edit"})
    assert cy.get(url)["data"] == [
        {"id": made["id"], "person": str(di.user_id), "name": "Di", "until": "2026-11-30T16:00:00Z",
         "right": "edit", "by": str(cy.user_id)}
    ]  # fmt: skip
    di.patch(f"order/{record}", {"word": "Hi"})
    di.get(url, 403)
    di.post(url, asked | {"person": str(bo.user_id)}, 403)
    bo.post(f"order/{record}/comments", {"body": "Hm"})
    bo.delete(f"{url}/{made['id']}", 404)
    assert bo.issues("POST", url, asked | {"right": "edit"}) == {"right": "request.not_allowed"}
    wrong = {"person": str(cy.user_id), "until": "2029-01-01"}
    assert cy.issues("POST", url, wrong) == {"person": "share.yourself", "until": "share.until"}

    cy.delete(f"{url}/{made['id']}")
    di.get(f"order/{record}", 404)


REQUESTS = [
    ("GET", "comments", None), ("POST", "comments", {"body": "x"}), ("DELETE", "comments/1", None),
    ("GET", "followers", None), ("POST", "follow", {}), ("DELETE", "follow", None),
    ("GET", "shares", None), ("POST", "shares", {"person": "1"}), ("DELETE", "shares/1", None),
]  # fmt: skip


def test_of_a_record_out_of_sight_nothing_is_told(house: dict[str, Door]):
    record = house["cy"].create(title="E")

    for method, what, body in REQUESTS:
        answers = [house["di"].send(method, f"order/{each}/{what}", body) for each in (record, "77")]
        assert [each.status_code for each in answers] == [404, 404], what
        assert answers[0].json() == answers[1].json()
