"""The same Idempotency-Key is answered as the first time, and nothing is written twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.fixtures.rest import Rest

KEY = {"Idempotency-Key": "k-1"}


def test_a_repeated_request_is_answered_alike(both):
    clerk = both.door("clerk", "clerk")
    number = clerk.create(title="Old")
    requests = [
        ("POST", "order", {"title": "First"}),
        ("PATCH", f"order/{number}", {"amount": "1"}),
        ("DELETE", f"order/{number}", None),
        ("POST", f"order/{number}/restore", None),
        ("POST", "order/bulk", {"records": [{"title": "a"}, {"title": "b"}]}),
        ("POST", "order/bulk", {"mode": "each", "records": [{"title": "a"}, {"title": "c"}]}),
    ]
    for index, (method, path, body) in enumerate(requests):
        headers = {"Idempotency-Key": f"k-{index}"}
        first = clerk.send(method, path, body, headers=headers)
        after = both.snapshot()

        again = clerk.send(method, path, body, headers=headers)

        assert first.status_code < 300, first.text
        assert "idempotent-replayed" not in first.headers
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers.get("etag") == first.headers.get("etag")
        assert again.headers["idempotent-replayed"] == "true"
        assert both.snapshot() == after


def test_a_key_is_for_one_request(rest, clerk):
    clerk.post("order", {"title": "First"}, headers=KEY)
    before = rest.snapshot()

    for method, path, body in (
        ("POST", "order", {"title": "Second"}),
        ("POST", "person", {"title": "First"}),
        ("POST", "order/bulk", {"records": []}),
    ):
        assert clerk._json(method, path, body, 422, {"headers": KEY})["code"] == "request.key_reused"
    assert rest.snapshot() == before


def test_keys_of_others_are_other_keys(rest, clerk):
    other = rest.door("other", "clerk")
    first = clerk.post("order", {"title": "First"}, headers=KEY)

    assert other.issues("POST", "order", {"title": "First"}) == {"title": "field.taken"}
    assert other.post("order", {"title": "Second"}, headers=KEY)["_id"] != first["_id"]


def test_what_was_refused_may_be_tried_again(rest, clerk):
    before = rest.snapshot()

    clerk.post("order", {"amount": 1}, 422, headers=KEY)
    clerk.post("order/bulk", {"records": [{}]}, 422, headers=KEY)

    assert rest.snapshot() == before
    assert clerk.post("order", {"title": "First"}, headers=KEY)


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "ä".encode(), "a b", "a\tb", "密钥".encode()])
def test_refuses_a_key_that_is_none(rest, clerk, key):
    before = rest.snapshot()

    problem = clerk.post("order", {"title": "First"}, 400, headers={"Idempotency-Key": key})

    assert problem["issues"][0]["path"] == "Idempotency-Key"
    assert rest.snapshot() == before


def test_a_key_outlives_the_process(both):
    clerk = both.door("clerk", "clerk")
    first = clerk.send("POST", "order", {"title": "First"}, headers=KEY)

    again = Rest(both.folder, both.url, both.clock)
    try:
        answer = again.key(clerk.user_id).send("POST", "order", {"title": "First"}, headers=KEY)
    finally:
        again.close()

    assert (answer.status_code, answer.content) == (first.status_code, first.content)


def test_duplicates_at_once_write_once(both):
    doors = [both.door("clerk", "clerk")]
    doors += [both.key(doors[0].user_id) for _ in range(7)]

    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(each.send, "POST", "order", {"title": "First"}, headers=KEY) for each in doors]
        answers = [each.result() for each in sent]

    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert len([each for each in answers if "idempotent-replayed" not in each.headers]) == 1
    assert len(doors[0].get("order")["data"]) == 1
    with both.installation.db.read() as conn:
        assert conn.scalar(sa.text("SELECT count(*) FROM weft_cause")) == 1


SHORT = b"Code,Price\na,1\nb,x\n"
LONG = b"Code,Price\n" + b"".join(b"i%d,%d\n" % (number, number) for number in range(600))


@pytest.mark.parametrize(
    ("body", "query", "created"),
    [(SHORT, "?mode=each", 1), (b"Code\na\nb\n", "", 2), (LONG, "", 600)],
    ids=["with wrong rows", "whole", "a job"],
)
def test_an_import_is_answered_again_and_done_once(both, body, query, created):
    clerk = both.door("clerk", "clerk")
    first = clerk.send("POST", f"item/import{query}", body, headers=KEY)
    both.installation.worker.run_due()
    after = both.snapshot()

    again = clerk.send("POST", f"item/import{query}", body, headers=KEY)
    both.installation.worker.run_due()

    assert first.status_code < 300, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("location") == first.headers.get("location")
    assert again.headers["idempotent-replayed"] == "true"
    assert both.snapshot() == after
    assert len(clerk.get("item?limit=500&total=exact")["data"]) == min(created, 500)


def test_the_key_of_an_import_is_for_one_file_and_its_options(rest, clerk):
    clerk.post("item/import", b"Code\na\n", 200, headers=KEY)
    before = rest.snapshot()

    for query, body in (("", b"Code\nb\n"), ("?mode=each", b"Code\na\n")):
        problem = clerk.post(f"item/import{query}", body, 422, headers=KEY)
        assert problem["code"] == "request.key_reused"
    assert rest.snapshot() == before


def test_an_import_as_a_form_has_a_key_too(clerk):
    def send():
        return clerk.client.post(
            "/api/shop/item/import", files={"file": ("a.csv", b"Code\na\n")}, headers=KEY
        )

    first, again = send(), send()

    assert (first.status_code, again.content) == (200, first.content)
    assert len(clerk.get("item")["data"]) == 1


def test_an_import_that_wrote_nothing_may_be_tried_again(rest, clerk):
    refused = clerk.post("item/import", SHORT, 200, headers=KEY)
    checked = clerk.post("item/import?dry_run=1", b"Code\na\n", 200, headers=KEY)
    done = clerk.post("item/import", b"Code\na\n", 200, headers=KEY)

    assert [each["written"] for each in (refused, checked, done)] == [False, False, True]


def test_imports_of_one_key_at_once_are_one(both):
    doors = [both.door("clerk", "clerk")]
    doors += [both.key(doors[0].user_id) for _ in range(3)]

    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(each.send, "POST", "item/import", b"Code\na\n", headers=KEY) for each in doors]
        answers = [each.result() for each in sent]

    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    assert len(doors[0].get("item")["data"]) == 1
