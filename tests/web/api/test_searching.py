"""One search over every form, by REST key."""

from tests.fixtures.rest import EVERYTHING, shop_bytes


def test_records_of_every_form_are_answered_with_what_the_caller_may_see(rest):
    roles = [
        {"key": "some", "label": "Some", "grants": [{
            "form": "person", "actions": EVERYTHING, "fields": {"phone": "hidden"},
            "where": 'name <> "云大帆"',
        }]},
    ]  # fmt: skip
    rest.publish(shop_bytes(roles=roles))
    chief, some = rest.door("chief", admin=True), rest.door("ann", "some")
    ids = [
        chief.post("person", {"name": name, "phone": "13900001234"})["_id"] for name in ("云小帆", "云大帆")
    ]

    def found(door, text):
        return door.get("/api/search", params={"search": text})["data"]

    everything = [{"id": each, "title": name, "facts": ["13900001234"]}
                  for each, name in zip(ids, ("云小帆", "云大帆"), strict=True)]  # fmt: skip
    group = {"app": "shop", "form": "person", "more": False}
    assert found(chief, "yun") == [{**group, "records": everything[::-1]}]
    assert found(some, "yun") == [{**group, "records": [{**everything[0], "facts": []}]}]
    assert found(some, "1390000") == []
    assert found(chief, "") == []


def test_what_is_asked_wrongly_is_said(rest):
    chief = rest.door("chief", "chief")

    assert chief.issues("GET", "/api/search?search=a&limit=0", status=400) == {"limit": "query.limit"}
    assert chief.issues("GET", "/api/search?word=a", status=400) == {"word": "query.unknown_parameter"}
