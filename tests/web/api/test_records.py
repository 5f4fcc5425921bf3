"""Lists and single records through REST."""

import pytest

from engines.form.columns import iso

ORDER = {
    "title": "First",
    "word": "alpha",
    "note": "line\nline",
    "amount": "12.50",
    "done": False,
    "stage": "open",
    "marks": ["red", "blue"],
    "tags": ["ready"],
    "day": "2026-03-01",
    "seen": "2026-03-01T08:00:00Z",
    "at": "09:30:00",
    "slot": "2026-03-02",
}


def test_a_record_is_answered_as_it_was_sent(both):
    chief = both.door("chief", "chief")
    person = chief.create("person", name="Ann")
    item = chief.create("item", code="A", price="1")

    made = chief.post("order", {**ORDER, "owner": str(chief.user_id), "helpers": [str(chief.user_id)],
                                "person": person, "things": [item], "rows": [{"qty": 2, "item": item}]})  # fmt: skip

    assert {key: made[key] for key in ORDER} == ORDER
    assert (made["owner"], made["helpers"]) == (str(chief.user_id), [str(chief.user_id)])
    assert (made["person"], made["things"]) == (person, [item])
    assert [(row["qty"], row["what"], row["item"], row["words"]) for row in made["rows"]] == [
        ("2", "thing", item, [])
    ]
    assert (made["state"], made["since"], made["no"]) == ("new", "2026-11-21", "001")
    assert (made["_version"], made["_created_by"], made["_updated_by"]) == (1, *[str(chief.user_id)] * 2)
    assert made["made"] == made["_created_at"] == iso(both.clock.now())
    assert chief.get(f"order/{made['_id']}") == made
    assert chief.get("order")["data"] == [made]


@pytest.mark.parametrize("role", ["chief", "clerk"])
def test_every_answer_of_a_write_is_what_a_read_answers(rest, role):
    door = rest.door("x", role)
    made = door.send("POST", "order", {"title": "First", "amount": 1, "rows": [{"qty": "2"}]})
    url = f"order/{made.json()['_id']}"
    read = door.send("GET", url)
    assert (made.status_code, made.content) == (201, read.content)
    assert made.headers["etag"] == read.headers["etag"] == '"1"'

    changed = door.send("PATCH", url, {"amount": "2", "done": None, "rows": [{"qty": "3"}]})
    read = door.send("GET", url)
    assert (changed.status_code, changed.content) == (200, read.content)
    assert changed.headers["etag"] == read.headers["etag"] == '"2"'

    assert door.send("DELETE", url).status_code == 204
    restored = door.send("POST", f"{url}/restore")
    assert (restored.status_code, restored.content) == (200, door.send("GET", url).content)
    assert restored.headers["etag"] == '"4"'


def test_nothing_changed_is_no_new_version(clerk):
    made = clerk.post("order", {"title": "First", "amount": "1.5"})

    same = clerk.patch(f"order/{made['_id']}", {"amount": "1.50", "title": "First"})

    assert same == made


def test_a_stale_version_is_refused_with_the_record_as_it_is(both):
    clerk = both.door("clerk", "clerk")
    url = f"order/{clerk.create(title='First')}"
    clerk.patch(url, {"title": "Second"}, headers={"If-Match": '"1"'})
    before = both.snapshot()

    for method, headers in (("PATCH", {"If-Match": '"1"'}), ("PATCH", {"If-Match": 'W/"1"'})):
        problem = clerk._json(method, url, {"title": "Third"}, 409, {"headers": headers})
        assert (problem["code"], problem["record"]) == ("record.conflict", clerk.get(url))
    assert clerk.delete(url, 409, headers={"If-Match": '"1"'})["record"]["title"] == "Second"
    assert both.snapshot() == before

    clerk.patch(url, {"title": "Third"}, headers={"If-Match": '"2"'})
    clerk.patch(url, {"title": "Fourth"}, headers={"If-Match": "*"})
    clerk.delete(url)
    stale = clerk.post(f"{url}/restore", None, 409, headers={"If-Match": '"1"'})
    assert (stale["record"]["_version"], stale["record"]["title"]) == (5, "Fourth")


def test_a_conflict_shows_no_more_than_its_reader_may_see(rest):
    boss = rest.door("boss", "chief")
    own = rest.door("own", "own")
    url = f"order/{own.create(title='Mine', owner=str(own.user_id))}"
    boss.patch(url, {"amount": "3"})

    problem = own.patch(url, {"amount": "4"}, 409, headers={"If-Match": '"1"'})

    assert problem["record"] == own.get(url)


@pytest.mark.parametrize(
    "version", ['"one"', "", '"1', "1 2", '"1", "2"', '"-1"', '"' + "9" * 10 + '"', '"１"'.encode()]
)
def test_refuses_a_version_that_is_none(clerk, version):
    url = f"order/{clerk.create(title='First')}"

    problem = clerk.patch(url, {"title": "Second"}, 400, headers={"If-Match": version})

    assert problem["issues"][0]["path"] == "If-Match"


BAD_VALUES = {
    "title": (["x"], {"a": 1}, "x" * 256, True, "\0"),
    "amount": ("abc", "1.234", "1" * 16, [], {}, True, "1e400", "NaN", "-1"),
    "done": ("perhaps", 7, [], "maybe"),
    "stage": ("nowhere", 5, [], ["open"]),
    "marks": (["nowhere"], "nowhere", {}, 5),
    "tags": ([["a"]], 5, ["x" * 60]),
    "day": ("tomorrow", "2026-02-30", 20260101, "9999-99-99", []),
    "seen": ("now", 0, "2026-13-01T00:00:00Z", []),
    "at": ("25:00", "noon", 9, []),
    "owner": ("1", "me", "9" * 19, "-1", [], {}),
    "helpers": (["1"], {}, [[]]),
    "person": ("5", "9" * 40, 0, -1, 1.5, True),
    "things": (["5"], [None, "x"]),
    "rows": (
        [{}],
        {},
        "x",
        [5],
        [{"qty": "many"}],
        [{"qty": 1, "_id": "77"}],
        [{"qty": 1, "foreign": 2}],
        [None],
    ),
    "fixed": ("x",),
    "no": ("x" * 300,),
    "made": ("2026-01-01T00:00:00Z",),
    "maker": ("1",),
}


@pytest.mark.parametrize("key", BAD_VALUES)
def test_refuses_values_that_do_not_fit_and_writes_nothing(rest, clerk, key):
    number = clerk.create(title="First", amount="1")
    before = rest.snapshot()

    for value in BAD_VALUES[key]:
        body = {"title": "Second", key: value}
        created = clerk.issues("POST", "order", body)
        changed = clerk.issues("PATCH", f"order/{number}", body)
        bulk = clerk.issues("POST", "order/bulk", {"records": [{"title": "Fine"}, body]})

        assert {path.split(".")[0] for path in created} == {key}, (value, created)
        assert set(changed) == set(created), value
        assert set(bulk) == {f"1.{path}" for path in created}, value
    assert rest.snapshot() == before


@pytest.mark.parametrize(
    "key",
    [
        "nothing",
        "_id",
        "_version",
        "_created_by",
        "_trashed_at",
        "__class__",
        "id",
        "order",
        "titel",
        "a.b",
        "",
    ],
)
def test_refuses_keys_that_name_no_field(rest, clerk, key):
    number = clerk.create(title="First")
    before = rest.snapshot()

    assert clerk.issues("POST", "order", {"title": "Second", key: "1"}) == {key: "field.unknown"}
    assert clerk.issues("PATCH", f"order/{number}", {key: "1"}) == {key: "field.unknown"}
    assert rest.snapshot() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "request.not_json"),
        (b"{", "request.not_json"),
        (b"title=x", "request.not_json"),
        (b'{"title": NaN}', "request.not_json"),
        (b'{"title": "\xff"}', "request.not_json"),
        (b'{"title": "\\ud800"}', "request.not_json"),
        (b"[" * 100_000, "request.not_json"),
        (b"[]", "request.not_an_object"),
        (b'"x"', "request.not_an_object"),
        (b"null", "request.not_an_object"),
        (b"5", "request.not_an_object"),
    ],
)
def test_refuses_bodies_that_are_no_record(rest, clerk, body, code):
    url = f"order/{clerk.create(title='First')}"
    before = rest.snapshot()

    for method, path in (("POST", "order"), ("PATCH", url), ("POST", "order/bulk")):
        assert clerk.issues(method, path, body, 400) == {"": code}
    assert rest.snapshot() == before


def test_every_problem_of_a_record_is_told_at_once(clerk):
    assert clerk.issues(
        "POST", "order", {"amount": "x", "stage": "y", "nothing": 1, "rows": [{"what": "z"}]}
    ) == {
        "title": "field.required",
        "amount": "field.not_a_number",
        "stage": "field.not_an_option",
        "nothing": "field.unknown",
        "rows.0.qty": "field.required",
    }


def test_checks_speak_with_the_designers_words(clerk):
    problem = clerk.post("order", {"title": "First", "amount": "-1"}, 422)

    assert problem["issues"] == [{"path": "amount", "code": "record.check_failed", "text": "Not below zero"}]


def test_a_value_in_use_is_refused(both):
    clerk = both.door("clerk", "clerk")
    url = f"order/{clerk.create(title='First', slot='2026-01-01')}"
    clerk.create(title="Second")

    assert clerk.issues("POST", "order", {"title": "ｆＩＲＳＴ"}) == {"title": "field.taken"}
    assert clerk.issues("POST", "order", {"title": "x", "slot": "2026-01-01"}) == {"slot": "field.taken"}
    assert clerk.issues("PATCH", url, {"title": "second"}) == {"title": "field.taken"}
    clerk.delete(url)
    clerk.create(title="First")
    assert clerk.issues("POST", f"{url}/restore") == {"title": "field.taken"}


@pytest.mark.parametrize(
    "number", ["1", "0", "-1", "x", "9" * 19, "9" * 40, "1.0", "１", "%00", "1%20", "null", str(2**63), "²"]
)
def test_ids_that_name_nothing_are_not_found(rest, clerk, number):
    before = rest.snapshot()

    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/restore"),
        ("GET", "/history"),
    ):
        answer = clerk.send(method, f"order/{number}{path}", {} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert rest.snapshot() == before


def test_ids_of_other_forms_and_apps_are_not_found(rest, chief):
    order, person = chief.create(title="First"), chief.create("person", name="Ann")

    assert chief.get(f"order/{order}")
    for path in (
        f"person/{order}",
        f"order/{person}",
        f"item/{order}",
        f"order.rows/{order}",
        f"nothing/{order}",
    ):
        assert chief.get(path, 404)["code"] == "not_found"
    for path in (f"/api/other/order/{order}", f"/api/shop/other/{order}", f"/api/SHOP/order/{order}"):
        assert chief.get(path, 404)["code"] == "not_found"


def test_trash_is_another_list(clerk):
    kept, gone = clerk.create(title="Kept"), clerk.create(title="Gone")
    clerk.delete(f"order/{gone}")

    assert [each["_id"] for each in clerk.get("order")["data"]] == [kept]
    assert [each["_id"] for each in clerk.get("order?trash=1")["data"]] == [gone]
    clerk.get(f"order/{gone}", 404)
    assert clerk.get(f"order/{gone}?trash=1")["title"] == "Gone"
    clerk.get(f"order/{kept}?trash=true", 404)
    for method in ("PATCH", "DELETE"):
        assert clerk.send(method, f"order/{gone}", {}).status_code == 404
    clerk.post(f"order/{kept}/restore", None, 404)
    assert clerk.post(f"order/{gone}/restore", None, 200)["_version"] == 3
    assert len(clerk.get("order")["data"]) == 2


def test_what_is_referred_to_stays(clerk):
    person = clerk.create("person", name="Ann")
    clerk.create(title="First", person=person)

    assert clerk.issues("DELETE", f"person/{person}") == {"": "record.in_use"}
    assert clerk.get(f"person/{person}")


def test_history_tells_who_changed_what(both):
    clerk, chief = both.door("clerk", "clerk"), both.door("chief", "chief")
    url = f"order/{clerk.create(title='First', amount='1', stage='open', marks=['red'])}"
    both.clock.forward(seconds=20)
    chief.patch(url, {"amount": "2", "stage": None, "marks": ["blue"], "title": "First"})
    both.clock.forward(seconds=20)
    chief.delete(url)

    found = clerk.get(f"{url}/history?trash=1")["data"]

    assert [(each["op"], each["version"], each["actor"]) for each in found] == [
        ("delete", 3, str(chief.user_id)),
        ("update", 2, str(chief.user_id)),
        ("create", 1, str(clerk.user_id)),
    ]
    assert found[1]["old"] == {"amount": "1.00", "stage": "open", "marks": ["red"]}
    assert found[2]["at"] == "2026-11-21T09:00:00Z"
    assert {each["door"] for each in found} == {"rest"}
    clerk.get(f"{url}/history", 404)


def test_a_person_may_create_what_he_does_not_see(rest):
    sender = rest.door("sender", "sender")

    made = sender.post("order", {"title": "First"})

    assert set(made) == {"_id", "_version"}
    for path in (f"order/{made['_id']}", "order", f"order/{made['_id']}/history", "order/aggregate"):
        sender.get(path, 404)
    assert sender.patch(f"order/{made['_id']}", {"title": "x"}, 404)


def test_whoever_may_only_look_is_told_so(rest, clerk):
    reader = rest.door("reader", "reader")
    url = f"order/{clerk.create(title='First')}"
    before = rest.snapshot()

    assert reader.get(url)["title"] == "First"
    assert reader.patch(url, {"title": "x"}, 403)["code"] == "record.forbidden"
    assert reader.delete(url, 403)["code"] == "record.forbidden"
    assert reader.post("order", {"title": "x"}, 403)["code"] == "record.forbidden"
    assert rest.snapshot() == before
