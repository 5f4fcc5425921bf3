"""Files through REST: given once, by who sent them, to a field that takes them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store.writing import write
from tests.fixtures.rest import EVERYTHING, shop_bytes

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
FORMS = [
    {
        "key": "order", "label": "Order", "title": "title", "owner": "owner",
        "fields": [
            {"key": "title", "type": "text", "label": "Title"},
            {"key": "owner", "type": "member", "label": "Owner"},
            {"key": "papers", "type": "file", "label": "Papers", "max_mb": 1},
            {"key": "other", "type": "file", "label": "Other"},
            {"key": "photos", "type": "image", "label": "Photos", "accept": ["image/png"]},
            {"key": "rows", "type": "subform", "label": "Rows", "fields": [
                {"key": "qty", "type": "number", "label": "Qty"}, {"key": "scans", "type": "file", "label": "Scans"}]},
        ],
    },
]  # fmt: skip
ROLES = [
    {"key": "clerk", "label": "Clerk", "grants": [{"form": "order", "actions": EVERYTHING}]},
    {"key": "own", "label": "Own", "grants": [{"form": "order", "actions": EVERYTHING, "scope": "own"}]},
    {"key": "blind", "label": "Blind", "grants": [
        {"form": "order", "actions": EVERYTHING, "fields": {"papers": "hidden", "rows": "hidden"}}]},
    {"key": "masked", "label": "Masked", "grants": [{"form": "order", "actions": EVERYTHING, "fields": {"papers": "masked"}}]},
]  # fmt: skip


@pytest.fixture
def filed(both):
    both.publish(shop_bytes(FORMS, roles=ROLES), allow_loss=("order",))
    return both


def upload(door, content=b"hello", name="a.txt"):
    answer = door.client.post("/api/files", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def read(rest, door, number):
    """Download as a person does; keys open no pages."""
    client, _ = rest.session(door.user_id)
    return client.get(f"/files/{number}").status_code


REFUSED = "field.no_such_record"


def test_a_file_is_given_once_by_its_sender(filed):
    ann, bob = filed.door("ann", "clerk"), filed.door("bob", "clerk")
    mine, hers = upload(ann), upload(bob)
    made = ann.post("order", {"title": "x", "papers": [mine]})
    before = filed.snapshot()

    assert made["papers"] == [mine]
    assert ann.issues("POST", "order", {"papers": [hers]}) == {"papers": REFUSED}
    assert ann.issues("POST", "order", {"papers": [mine]}) == {"papers": REFUSED}
    assert ann.issues("PATCH", f"order/{made['_id']}", {"other": [mine]}) == {"other": REFUSED}
    assert ann.issues("POST", "order", {"rows": [{"qty": 1}, {"scans": [mine]}]}) == {"rows.1.scans": REFUSED}
    assert ann.issues("POST", "order", {"papers": ["5", str(2**63 - 1)]}) == {"papers": REFUSED}
    assert bob.issues("PATCH", f"order/{made['_id']}", {"papers": [mine, hers, mine, "7"]}) == {
        "papers": REFUSED
    }
    assert filed.snapshot() == before


def test_one_request_gives_a_file_once(filed):
    ann = filed.door("ann", "clerk")
    number = upload(ann)

    assert ann.issues("POST", "order", {"papers": [number], "other": [number]}) == {"other": REFUSED}
    body = {"records": [{"papers": [number]}, {"rows": [{"scans": [number]}]}]}
    assert ann.issues("POST", "order/bulk", body) == {"1.rows.0.scans": REFUSED}
    found = ann.post("order/bulk", body | {"mode": "each"}, 200)["results"]
    assert [each["version"] for each in found] == [1, None]


def test_a_file_stays_with_its_record_and_may_come_back_to_its_field(filed):
    ann = filed.door("ann", "clerk")
    first, second, scan = upload(ann), upload(ann), upload(ann)
    url = f"order/{ann.post('order', {'papers': [first], 'rows': [{'qty': 1, 'scans': [scan]}]})['_id']}"

    assert ann.patch(url, {"papers": [second, first], "rows": [{"qty": 2}, {"scans": [scan]}]})["papers"] == [
        second,
        first,
    ]
    ann.patch(url, {"papers": [], "rows": []})
    assert ann.issues("POST", "order", {"papers": [first]}) == {"papers": REFUSED}
    assert ann.issues("PATCH", url, {"papers": [scan]}) == {"papers": REFUSED}
    back = ann.patch(url, {"papers": [first], "rows": [{"scans": [scan]}]})
    assert (back["papers"], back["rows"][0]["scans"]) == ([first], [scan])


def test_a_field_takes_what_it_says(filed):
    ann = filed.door("ann", "clerk")
    large, text, picture = upload(ann, b"x" * (1 << 20) + b"x"), upload(ann), upload(ann, PNG, "a.png")
    disguised = upload(ann, b"<svg onload=alert(1)>", "a.png")

    problem = ann.post("order", {"papers": [large]}, 422)
    assert problem["issues"] == [
        {"path": "papers", "code": "file.too_large", "text": "The file is larger than 1 MB."}
    ]
    assert ann.issues("POST", "order", {"photos": [text]}) == {"photos": "file.not_accepted"}
    assert ann.issues("POST", "order", {"photos": [disguised]}) == {"photos": "file.not_accepted"}
    assert ann.post("order", {"photos": [picture], "other": [large]})


def test_whoever_reads_the_field_reads_the_file(filed):
    """P54, P55: an id in a body is no way to a file, and a file has the rights of the field that holds it."""
    ann, bob, own, blind = (filed.door(each, role) for each, role in
                            (("ann", "clerk"), ("bob", "clerk"), ("own", "own"), ("blind", "blind")))  # fmt: skip
    masked, nobody = filed.door("masked", "masked"), filed.door("nobody")
    paper, scan, loose = upload(ann), upload(ann), upload(ann)
    url = f"order/{ann.post('order', {'papers': [paper], 'rows': [{'scans': [scan]}]})['_id']}"

    assert [read(filed, each, loose) for each in (ann, bob, own, blind, nobody)] == [200, 404, 404, 404, 404]
    for number in (paper, scan):
        assert [read(filed, each, number) for each in (ann, bob, own, blind, nobody)] == [
            200,
            200,
            404,
            404,
            404,
        ]
    assert read(filed, masked, paper) == 404
    bob.patch(url, {"papers": []})
    assert read(filed, ann, paper) == 404
    bob.delete(url)
    assert read(filed, ann, scan) == 404


def test_a_file_that_two_want_at_once_goes_to_one(filed):
    ann = filed.door("ann", "clerk")
    doors = [filed.key(ann.user_id) for _ in range(6)]
    numbers = [upload(ann) for _ in range(5)]

    for number in numbers:
        with ThreadPoolExecutor(6) as threads:
            sent = [threads.submit(each.send, "POST", "order", {"papers": [number]}) for each in doors]
            codes = sorted(each.result().status_code for each in sent)
        assert codes == [201] + [422] * 5
    with filed.installation.db.read() as conn:
        held = conn.execute(sa.text("SELECT count(*), count(DISTINCT record_id) FROM weft_file")).one()
    assert tuple(held) == (5, 5)


def test_a_refused_write_gives_no_file_away(filed):
    ann = filed.door("ann", "clerk")
    number = upload(ann)

    ann.post("order", {"papers": [number], "owner": "5"}, 422)
    ann.post("order/bulk", {"records": [{"papers": [number]}, {"nothing": 1}]}, 422)

    assert ann.post("order", {"papers": [number]})


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "multipart/form-data; boundary=x"), (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"--x--", "multipart/form-data"), (b"x" * 1000, "multipart/form-data; boundary=" + "y" * 100),
        (b'{"file": "x"}', "application/json"), (b"file=%2Fetc%2Fpasswd", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_refuses_uploads_that_are_none(rest, clerk, content, content_type):
    answer = clerk.send("POST", "/api/files", content, headers={"Content-Type": content_type})

    assert answer.status_code == 400, answer.text
    assert rest.snapshot()["weft_file"] == 0


def test_a_purged_record_takes_its_files_along(filed):
    ann = filed.door("ann", "clerk")
    kept, gone = upload(ann), upload(ann)
    ann.post("order", {"papers": [kept]})
    number = ann.post("order", {"papers": [gone]})["_id"]
    ann.delete(f"order/{number}")

    store = filed.installation.store
    with store.unit(filed.model, Access(None), Cause("test", None)) as uow:
        assert write(store, uow, filed.model.form("order"), [Change(Op.purge, id=int(number))])[0].ok

    with filed.installation.db.read() as conn:
        left = conn.scalars(sa.text("SELECT id FROM weft_file")).all()
    assert [str(each) for each in left] == [kept]
