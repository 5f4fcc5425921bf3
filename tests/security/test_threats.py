"""Holes that shipped elsewhere, tried here through REST; each test bears the number of its threat."""

import copy
import io
import logging
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engines.store import people
from tests.fixtures.rest import ROLES, clerk_of, shop_bytes
from tests.fixtures.shop import FORMS

EVIL = (
    '"; DROP TABLE weft_user; --',
    "' OR 1=1 --",
    "1) UNION SELECT password FROM weft_user --",
    'title" , (SELECT 1)',
    "title; SELECT 1",
    "`title`",
    "title--",
    "$1",
    "%s",
    ":p",
    "{{7*7}}",
    "${7*7}",
    "\u202etitle",
    "ｔitle",
    "titlе",
)


def changed():
    """Return the shop's forms, and the order form among them, to be changed."""
    forms = copy.deepcopy(list(FORMS))
    order = next(each for each in forms if each["key"] == "order")
    return forms, order


@pytest.mark.parametrize("text", EVIL)
def test_p6_p9_names_in_queries_are_never_sql(both, text):
    clerk = both.door("clerk", "clerk")
    number = clerk.create(title="First", amount=1)
    before = both.snapshot()

    for query in (
        {"sort": text},
        {"fields": text},
        {"group": text},
        {"measure": text},
        {"measure": f"sum:{text}"},
        {"measure": f"{text}:amount"},
        {"filter": text},
        {"filter": f"SUM({text})"},
        {"filter": f"{text} = 1"},
    ):
        path = "order/aggregate" if {"group", "measure"} & set(query) else "order"
        assert clerk.send("GET", path, params=query).status_code == 400, query
    for value in (text, f"{text}' || '"):
        quoted = value.replace('"', '""')
        assert (
            clerk.send("GET", "order", params={"filter": f'title = "{quoted}"'}).json().get("data", []) == []
        )
        assert clerk.send("GET", "order", params={"search": value}).status_code == 200
        assert clerk.send("GET", "order/lookup/person", params={"search": value}).status_code == 200
    made = clerk.create(title=text)
    assert [each["_id"] for each in clerk.get("order")["data"]] == [made, number]
    clerk.delete(f"order/{made}")
    assert clerk.get(f"order/{number}")["title"] == "First"
    assert set(both.snapshot()) == set(before)


def test_p8_p29_nobody_sends_what_the_platform_writes(rest, clerk):
    number = clerk.create(title="First")
    kept = clerk.get(f"order/{number}")

    for key in (
        "_id",
        "_version",
        "_created_by",
        "_created_at",
        "_updated_by",
        "_trashed_at",
        "_cause",
        "_record_id",
        "__proto__",
        "constructor",
        "__class__",
        "admin",
        "is_admin",
        "role",
        "user_id",
        "id",
    ):
        assert clerk.issues("POST", "order", {"title": "x", key: "1"}) == {key: "field.unknown"}
        assert clerk.issues("PATCH", f"order/{number}", {key: "1"}) == {key: "field.unknown"}
        assert clerk.issues("POST", "order", {"title": "x", "rows": [{"qty": 1, f"{key}x": 1}]}) == {
            f"rows.0.{key}x": "field.unknown"
        }
    for key in ("made", "maker"):
        assert key in clerk.issues("PATCH", f"order/{number}", {key: "2020-01-01T00:00:00Z"})
    assert clerk.get(f"order/{number}") == kept


@pytest.mark.parametrize("door", ["create", "update", "bulk", "restore"])
def test_p10_every_door_checks(rest, clerk, door):
    other, number = clerk.create(title="Taken"), clerk.create(title="First")
    body = {"title": "taken"}
    match door:
        case "create":
            found = clerk.issues("POST", "order", body)
        case "update":
            found = clerk.issues("PATCH", f"order/{number}", body)
        case "bulk":
            found = clerk.issues(
                "POST", "order/bulk", {"action": "update", "records": [{"_id": number, **body}]}
            )
        case _:
            clerk.delete(f"order/{other}")
            clerk.patch(f"order/{number}", body)
            found = clerk.issues("POST", f"order/{other}/restore")
    assert list(found.values()) == ["field.taken"]


@pytest.mark.parametrize("value", [{"$gt": ""}, {"gt": 1}, [1, 2], ["x"], True, None])
def test_p11_a_value_of_a_wrong_type_is_no_operator(rest, clerk, value):
    before = rest.snapshot()

    answer = clerk.send("POST", "order", {"title": "x", "amount": value, "owner": value})

    assert answer.status_code == (201 if value is None else 422)
    if value is not None:
        assert rest.snapshot() == before


def test_p12_a_condition_that_nothing_meets_shows_nothing(rest):
    rest.publish(
        shop_bytes(
            roles=[
                {
                    "key": "none",
                    "label": "N",
                    "grants": [
                        {"form": "order", "actions": ["view"], "where": 'stage IN ("open") AND FALSE'}
                    ],
                },
                {"key": "chief", "label": "C", "admin": True},
            ]
        )
    )
    rest.door("chief", "chief").create(title="First", stage="open")

    none = rest.door("none", "none")
    assert none.get("order?total=exact")["total"]["count"] == 0
    assert none.get("order/aggregate")["data"] == [{"count": 0}]
    empty = none.send("GET", "order", params={"filter": "stage IN ()"})
    assert empty.status_code == 400 or empty.json()["data"] == []


def test_p22_a_form_has_one_name(rest, clerk):
    clerk.create(title="First", rows=[{"qty": 1}])

    for name in (
        "shop__order",
        "ORDER",
        "Order",
        "order.rows",
        "order%2Erows",
        "rows",
        str(rest.model.form("order").uid),
    ):
        clerk.get(name, 404)
    for name in (
        "shop__order__title",
        "Title",
        "TITLE",
        "title__fold",
        str(rest.model.form("order").fields["title"].uid),
    ):
        assert clerk.get(f"order?sort={name}", 400)
        assert clerk.get(f"order?fields={name}", 400)


def test_p23_a_right_ends_with_its_field(rest):
    """A field of an old name is another field; what a role could read of the old one it cannot of the new."""
    forms, order = changed()
    roles: list[dict[str, Any]] = [
        {"key": "chief", "label": "C", "admin": True},
        {
            "key": "few",
            "label": "F",
            "grants": [
                {
                    "form": "order",
                    "actions": ["view"],
                    "others": "hidden",
                    "fields": {"title": "read", "word": "read"},
                }
            ],
        },
    ]
    rest.publish(shop_bytes(forms, roles=roles))
    chief, few = rest.door("chief", "chief"), rest.door("few", "few")
    number = chief.create(title="First", word="old secret")
    assert few.get(f"order/{number}")["word"] == "old secret"

    without = [each for each in order["fields"] if each["key"] != "word"]
    order["fields"] = without
    roles[1]["grants"][0]["fields"] = {"title": "read"}
    rest.publish(shop_bytes(forms, roles=roles))
    assert "word" not in few.get(f"order/{number}")
    order["fields"] = [*without, {"key": "word", "type": "text", "label": "Word"}]
    rest.publish(shop_bytes(forms, roles=roles))
    chief.patch(f"order/{number}", {"word": "new secret"})

    assert "word" not in few.get(f"order/{number}")
    assert "secret" not in few.send("GET", f"order/{number}/history").text
    assert "old secret" not in chief.send("GET", f"order/{number}/history").text


def test_p24_restoring_asks_as_deleting_does(rest):
    forms, _ = changed()
    rest.publish(
        shop_bytes(
            forms,
            roles=[
                {"key": "chief", "label": "C", "admin": True},
                {
                    "key": "edits",
                    "label": "E",
                    "grants": [{"form": "order", "actions": ["view", "create", "edit"]}],
                },
                {
                    "key": "own",
                    "label": "O",
                    "grants": [{"form": "order", "actions": ["view", "edit", "delete"], "scope": "own"}],
                },
            ],
        )
    )
    chief, edits, own = (rest.door(each, each) for each in ("chief", "edits", "own"))
    number = chief.create(title="First")
    chief.delete(f"order/{number}")
    before = rest.snapshot()

    assert edits.post(f"order/{number}/restore", None, 403)
    assert own.post(f"order/{number}/restore", None, 404)
    for door, code in ((edits, "record.forbidden"), (own, "record.not_found")):
        body = {"action": "restore", "mode": "each", "records": [number]}
        assert door.post("order/bulk", body, 200)["results"][0]["issues"][0]["code"] == code
    assert rest.snapshot() == before


def test_p26_p30_a_designer_sees_no_records_and_a_reader_designs_nothing(rest):
    designer, reader = rest.door("designer", "designer"), rest.door("reader", "reader")
    definition = designer.send("GET", "/api/builder/shop/definition")

    assert definition.status_code == 200
    designer.get("order", 404)
    for method, path in (("GET", "definition"), ("PUT", "definition"), ("POST", "plan")):
        assert reader.send(method, f"/api/builder/shop/{path}", definition.content).status_code == 404
        assert designer.send(method, f"/api/builder/other/{path}", definition.content).status_code == 404
    other = shop_bytes().replace(b'"key": "shop"', b'"key": "shop2"')
    assert (
        designer.send("PUT", "/api/builder/shop/definition", other).json()["issues"][0]["code"]
        == "definition.other_app"
    )


def test_p34_rights_are_not_cut_by_pages(rest):
    """A person with more roles than fit any page holds them all."""
    many = [
        {
            "key": f"r{number}",
            "label": "R",
            "grants": [{"form": "order", "actions": ["view"], "where": f'title = "o{number}"'}],
        }
        for number in range(120)
    ]
    rest.publish(shop_bytes(roles=[{"key": "chief", "label": "C", "admin": True}, *many]))
    chief = rest.door("chief", "chief")
    chief.post("order/bulk", {"records": [{"title": f"o{number}"} for number in range(130)]}, 200)
    door = rest.door("many", *(each["key"] for each in many))

    assert door.get("order?total=exact")["total"]["count"] == 120


def test_p36_a_person_who_left_or_lost_a_role_is_out_at_once(both):
    clerk = both.door("clerk", "clerk")
    client, csrf = both.session(clerk.user_id)
    number = clerk.create(title="First")
    header = {"X-CSRF-Token": csrf}

    both.give(clerk.user_id, "reader")
    assert clerk.send("POST", "order", {"title": "x"}).status_code == 403
    assert client.patch(f"/api/shop/order/{number}", json={"amount": 1}, headers=header).status_code == 403
    assert clerk.get("order")["data"]
    both.give(clerk.user_id)
    assert clerk.send("POST", "order", {"title": "x"}).status_code == 404
    assert clerk.send("GET", "order").status_code == 404
    both.give(clerk.user_id, "clerk")
    assert clerk.create(title="Again")
    with both.installation.db.write() as conn:
        people.deactivate(conn, clerk.user_id, both.clock)
    before = both.snapshot()
    for method, body in (("POST", {"title": "y"}), ("GET", None)):
        assert clerk.send(method, "order", body).status_code == 401
        assert client.request(method, "/api/shop/order", json=body, headers=header).status_code == 401
    with both.installation.db.write() as conn:
        people.activate(conn, clerk.user_id)
    assert clerk.send("POST", "order", {"title": "y"}).status_code == 401
    assert both.snapshot() == before


def test_p36_a_revoked_key_writes_nothing_more(both):
    clerk = both.door("clerk", "clerk")
    other = both.key(clerk.user_id)
    assert clerk.create(title="First")
    with both.installation.db.write() as conn:
        for key in people.list_keys(conn, clerk.user_id):
            if key.hint == clerk.secret[-4:]:
                people.revoke_key(conn, clerk.user_id, key.id, both.clock.now())

    assert clerk.send("POST", "order", {"title": "Second"}).status_code == 401
    assert clerk.send("GET", "order").status_code == 401
    assert other.create(title="Second")


def test_p37_a_new_password_ends_every_session(rest):
    user = rest.add("ann", "clerk")
    client, csrf = rest.session(user)
    assert client.get("/api/shop/order").status_code == 200

    with rest.installation.db.write() as conn:
        people.set_password(conn, user, rest.installation.passwords.hash("seven brown looms"))

    assert client.get("/api/shop/order").status_code == 401
    assert (
        client.post("/api/shop/order", json={"title": "x"}, headers={"X-CSRF-Token": csrf}).status_code == 401
    )


def test_p45_secrets_stand_in_no_log_and_no_answer(rest, clerk, caplog):
    caplog.set_level(logging.DEBUG)
    number = clerk.create(title="First", word="very private words")
    clerk.patch(f"order/{number}", {"word": None})
    clerk.post("order", {"title": "x", "amount": "very private words"}, 422)
    clerk.send("GET", "order?filter=nothing")
    rest.session(clerk.user_id)[0].get("/api/shop/order")

    assert "very private" not in caplog.text
    assert clerk.secret not in caplog.text
    for path in (f"order/{number}/history", "openapi.json", "order?labels=1", "order/lookup/owner"):
        text = clerk.send("GET", path).text
        assert "password" not in text
        assert "weft_" not in text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "javascript:alert(1)", "<img src=x onerror=alert(1)>", "</script>"]
)
def test_p53_markup_is_only_ever_data(rest, clerk, text):
    answer = clerk.send("POST", "order", {"title": text})
    client, _ = rest.session(clerk.user_id)
    page = client.get("/a/shop/order").text

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    problem = clerk.send("POST", "order", {"title": "x", "amount": text})
    assert problem.headers["content-type"] == "application/problem+json"


FORMULAS = ("=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1+1")


def test_p57_no_cell_and_no_header_becomes_a_formula(rest):
    forms, order = changed()
    order["fields"].append({"key": "evil", "type": "text", "label": "=cmd|'/C calc'!A0"})
    rest.publish(shop_bytes(forms, roles=[{"key": "chief", "label": "C", "admin": True}]))
    chief = rest.door("chief", "chief")
    for number, text in enumerate(FORMULAS):
        chief.create(title=f"t{number}", evil=text, amount="0")
    chief.create(title="number", amount="0.5")

    lines = (
        chief.send("GET", "order/export.csv?fields=evil,amount&sort=title")
        .content.decode("utf-8-sig")
        .splitlines()
    )
    for line in lines:
        assert line.lstrip('"')[:1] not in set("=+-@\t\r"), line
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(chief.send("GET", "order/export.xlsx?fields=evil,amount").content)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert str(rows[0][0]).endswith("=cmd|'/C calc'!A0")
    assert {type(row[1]) for row in rows[1:]} == {float}


def test_p58_what_grows_has_a_limit(clerk):
    deep, wide = "NOT " * 500 + "done", " OR ".join(["done"] * 5000)
    for filter_ in (deep, wide, "(" * 200 + "done" + ")" * 200, "x" * 20_000, f'title = "{"a" * 20_000}"'):
        assert clerk.send("GET", "order", params={"filter": filter_}).status_code == 400
    for params in ({"sort": ",".join(f"f{each}" for each in range(9))}, {"limit": "501"}):
        assert clerk.send("GET", "order", params=params).status_code == 400
    assert clerk.send("GET", "order", params={"search": "词 " * 5000}).status_code == 200
    assert clerk.send("GET", "order", params={"fields": "title," * 5000}).status_code == 200
    assert clerk.send("POST", "order/bulk", {"records": [{}] * 10_001}).status_code == 413
    assert clerk.send("POST", "order", {"title": "x", "rows": [{"qty": 1}] * 51}).status_code == 422
    assert (
        clerk.send("POST", "order", {"title": "x", "tags": [f"t{each}" for each in range(1000)]}).status_code
        == 422
    )
    assert (
        clerk.send(
            "POST", "order", {"title": "x", "things": [str(each + 1) for each in range(1001)]}
        ).status_code
        == 422
    )
    assert clerk.send("POST", "order", {"title": "x" * 900_000}).status_code == 422
    assert clerk.send("POST", "order", {"title": "x" * 1_100_000}).status_code == 413


def test_a_reader_of_masked_fields_guesses_nothing_by_uniqueness(rest):
    """A masked field cannot be written, so nobody learns from `taken` what it holds."""
    rest.publish(
        shop_bytes(
            roles=[
                {"key": "chief", "label": "C", "admin": True},
                {"key": "masked", "label": "M", "grants": clerk_of(slot="masked")},
            ]
        )
    )
    rest.door("chief", "chief").create(title="First", slot="2026-01-01")
    masked = rest.door("masked", "masked")

    for day in ("2026-01-01", "2026-01-02"):
        assert masked.issues("POST", "order", {"title": "x", "slot": day}) == {"slot": "field.read_only"}


def test_what_is_in_the_way_of_a_deletion_is_counted_only_where_it_is_seen(both):
    keeper = {"form": "person", "actions": ["view", "delete"]}
    roles = [
        *ROLES,
        {
            "key": "some",
            "label": "Some",
            "grants": [keeper, {"form": "order", "actions": ["view"], "scope": "own"}],
        },
        {"key": "none", "label": "None", "grants": [keeper]},
    ]
    both.publish(shop_bytes(roles=roles))
    chief, some, none = both.door("chief", "chief"), both.door("some", "some"), both.door("none", "none")
    person = chief.create("person", name="Ann")
    mine = [chief.create(title=f"mine {n}", person=person, owner=str(some.user_id)) for n in range(2)]

    def told(door):
        issue = door._json("DELETE", f"person/{person}", None, 422, {})["issues"][0]
        return issue["code"], re.findall(r"\d+", issue["text"])

    assert told(some) == ("record.in_use", ["2"])
    chief.create(title="hidden", person=person)
    assert (told(chief), told(some), told(none)) == (
        ("record.in_use", ["3"]), ("record.in_use_elsewhere", []), ("record.in_use_elsewhere", []),
    )  # fmt: skip
    assert len(mine) == 2
