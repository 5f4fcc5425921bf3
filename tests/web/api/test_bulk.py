"""Many records in one request."""

import pytest


def results(answer):
    return [
        (each["version"], [issue["code"] for issue in each.get("issues", ())]) for each in answer["results"]
    ]


def test_creates_changes_deletes_and_restores(both):
    clerk = both.door("clerk", "clerk")

    made = clerk.post("order/bulk", {"records": [{"title": "a"}, {"title": "b"}]}, 200)["results"]
    ids = [each["id"] for each in made]
    changed = clerk.post(
        "order/bulk",
        {
            "action": "update",
            "records": [{"_id": ids[0], "_version": 1, "amount": 1}, {"_id": ids[1], "title": "b"}],
        },
        200,
    )
    gone = clerk.post("order/bulk", {"action": "delete", "records": [ids[0], {"_id": ids[1]}]}, 200)
    back = clerk.post("order/bulk", {"action": "restore", "records": [{"_id": ids[0], "_version": 3}]}, 200)

    assert made == [{"id": ids[0], "version": 1}, {"id": ids[1], "version": 1}]
    assert [results(each) for each in (changed, gone, back)] == [
        [(2, []), (1, [])],
        [(3, []), (2, [])],
        [(4, [])],
    ]
    assert [each["title"] for each in clerk.get("order")["data"]] == ["a"]


def test_all_writes_nothing_where_one_is_wrong(both):
    clerk = both.door("clerk", "clerk")
    kept = clerk.create(title="a")
    before = both.snapshot()

    assert clerk.issues("POST", "order/bulk", {"records": [{"title": "b"}, {"title": "A"}, {"amount": 1}, {"x": 1}]}) == {
        "1.title": "field.taken", "2.title": "field.required", "3.title": "field.required", "3.x": "field.unknown",
    }  # fmt: skip
    body = {
        "action": "update",
        "records": [{"_id": kept, "amount": 5}, {"_id": "5"}, {"_id": kept, "_version": 9}],
    }
    assert clerk.issues("POST", "order/bulk", body) == {"1": "record.not_found", "2": "record.twice"}
    assert clerk.issues("POST", "order/bulk", {"action": "delete", "records": [kept, "5"]}) == {
        "1": "record.not_found"
    }
    assert clerk.issues("POST", "order/bulk", {"action": "restore", "records": [kept]}) == {
        "0": "record.not_found"
    }
    assert both.snapshot() == before


def test_each_writes_what_is_right_and_tells_the_rest(both):
    clerk = both.door("clerk", "clerk")
    kept = clerk.create(title="a")

    made = clerk.post(
        "order/bulk",
        {"mode": "each", "records": [{"title": "b"}, {"title": "b"}, {"title": "c", "amount": "x"}]},
        200,
    )
    changed = clerk.post(
        "order/bulk",
        {"action": "update", "mode": "each",
         "records": [{"_id": kept, "_version": 7, "amount": 1}, {"_id": made["results"][0]["id"], "amount": 1}]},
        200,
    )  # fmt: skip

    assert results(made) == [(1, []), (None, ["field.taken"]), (None, ["field.not_a_number"])]
    assert made["results"][2]["issues"][0] == {
        "path": "amount", "code": "field.not_a_number", "text": "“x” is not a number.",
    }  # fmt: skip
    assert results(changed) == [(None, ["record.stale"]), (2, [])]
    assert [each["title"] for each in clerk.get("order?sort=title")["data"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "records"),
        ({"records": None}, "records"),
        ({"records": {}}, "records"),
        ({"records": "x"}, "records"),
        ({"records": [5]}, "0"),
        ({"records": [{"title": "x"}, ["a"]]}, "1"),
        ({"records": ["5"]}, "0"),
        ({"records": [], "action": "purge"}, "action"),
        ({"records": [], "action": None}, "action"),
        ({"records": [], "action": ["create"]}, "action"),
        ({"records": [], "action": {}}, "action"),
        ({"records": [], "mode": "some"}, "mode"),
        ({"records": [], "mode": []}, "mode"),
        ({"records": [], "mode": True}, "mode"),
        ({"records": [], "extra": 1}, "extra"),
        ({"record": []}, "record"),
        ({"records": [{"title": "x"}], "action": "update"}, "0._id"),
        ({"records": [{"_id": None}], "action": "update"}, "0._id"),
        ({"records": [{"_id": True}], "action": "update"}, "0._id"),
        ({"records": [{"_id": 1.5}], "action": "update"}, "0._id"),
        ({"records": [{"_id": -1}], "action": "update"}, "0._id"),
        ({"records": [{"_id": 2**63}], "action": "update"}, "0._id"),
        ({"records": [{"_id": "9" * 40}], "action": "update"}, "0._id"),
        ({"records": [{"_id": "１"}], "action": "update"}, "0._id"),
        ({"records": [{"_id": []}], "action": "delete"}, "0._id"),
        ({"records": ["x"], "action": "delete"}, "0._id"),
        ({"records": [5], "action": "delete"}, "0"),
        ({"records": [{"_id": "5", "title": "x"}], "action": "delete"}, "0.title"),
        ({"records": [{"_id": "5", "_version": "1"}], "action": "update"}, "0._version"),
        ({"records": [{"_id": "5", "_version": True}], "action": "update"}, "0._version"),
        ({"records": [{"_id": "5", "_version": 1.0}], "action": "update"}, "0._version"),
        ({"records": [{"_id": "5", "_version": 2**60}], "action": "update"}, "0._version"),
    ],
)
def test_refuses_what_is_no_list_of_changes(rest, clerk, body, path):
    before = rest.snapshot()

    assert list(clerk.issues("POST", "order/bulk", body, 400)) == [path]
    assert rest.snapshot() == before


def test_an_id_of_nineteen_digits_is_an_id(clerk):
    body = {"action": "delete", "mode": "each", "records": [str(2**63 - 1), {"_id": 2**63 - 1}]}

    assert [code for _, code in results(clerk.post("order/bulk", body, 200))] == [["record.not_found"]] * 2


def test_a_list_has_a_limit(rest, clerk):
    before = rest.snapshot()

    assert clerk.post("item/bulk", {"records": [{"code": "x"}] * 10_001}, 413)["code"] == "limit.batch"
    assert rest.snapshot() == before
    assert len(clerk.post("item/bulk", {"records": [{"code": "x"}] * 2_000}, 200)["results"]) == 2_000
    assert clerk.post("item/bulk", {"records": []}, 200) == {"results": []}


def test_rights_hold_in_every_row(rest, clerk):
    own = rest.door("own", "own")
    mine, other = own.create(title="Mine", owner=str(own.user_id)), clerk.create(title="Other")

    body = {
        "action": "update",
        "mode": "each",
        "records": [{"_id": mine, "amount": 1}, {"_id": other, "amount": 1}],
    }
    assert results(own.post("order/bulk", body, 200)) == [(2, []), (None, ["record.not_found"])]
    body = {"action": "delete", "mode": "each", "records": [mine, other]}
    assert [codes for _, codes in results(own.post("order/bulk", body, 200))] == [
        ["record.forbidden"],
        ["record.not_found"],
    ]
    reader = rest.door("reader", "reader")
    assert results(reader.post("order/bulk", {"mode": "each", "records": [{"title": "x"}]}, 200)) == [
        (None, ["record.forbidden"])
    ]
