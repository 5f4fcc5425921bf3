"""Spreadsheets through REST: short ones at once, long ones by a job of the person who sent it."""

import io

import pytest
import sqlalchemy as sa

from engines.exchange.writers import Column, XlsxWriter
from tests.fixtures.rest import Door, Rest

ROWS = 1_200
LONG = "Code,Price\n" + "".join(f"i{number},{number}\n" for number in range(ROWS))


def send(door: Door, text: str, query: str = "", status: int = 200, form: str = "item"):
    return door.post(f"{form}/import{query}", text.encode(), status)


def items(rest: Rest) -> int:
    with rest.installation.db.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(rest.model.form("item").table)) or 0


def test_a_short_sheet_is_answered_with_a_report(rest, clerk):
    report = send(clerk, "Code,Price,Colour\na,1.5,red\nb,2,blue\n")

    assert [report[name] for name in ("created", "updated", "unchanged", "refused")] == [2, 0, 0, 0]
    assert (report["written"], report["unmapped"], report["issues"], report["errors"]) == (
        True,
        ["Colour"],
        [],
        None,
    )
    assert items(rest) == 2


def test_a_form_with_a_file_is_as_good(rest, clerk):
    data = io.BytesIO()
    writer = XlsxWriter(data, "", [Column("Code"), Column("Price")])
    writer.write(["a", 1])
    writer.close()

    answer = clerk.client.post("/api/shop/item/import", files={"file": ("goods.xlsx", data.getvalue())})

    assert (answer.status_code, answer.json()["created"]) == (200, 1)


def test_wrong_rows_are_told_and_come_back_as_a_workbook(rest, clerk):
    report = send(clerk, "Code,Price\na,1\nb,x\n", "?mode=each")

    assert (report["created"], report["refused"]) == (1, 1)
    assert [(each["row"], each["column"], each["code"]) for each in report["issues"]] == [
        (3, "Price", "field.not_a_number")
    ]
    assert clerk.send("GET", report["errors"]).content[:2] == b"PK"
    assert rest.door("other", "clerk").send("GET", report["errors"]).status_code == 404


def test_a_dry_run_writes_nothing_and_a_key_updates(rest, clerk):
    send(clerk, "Code,Price\na,1\n")
    dry = send(clerk, "Code,Price\na,2\nb,3\n", "?dry_run=1&key=code")
    real = send(clerk, "Code,Price\na,2\nb,3\n", "?key=code")

    assert (dry["created"], dry["updated"], dry["written"]) == (1, 1, False)
    assert (real["created"], real["updated"], real["written"]) == (1, 1, True)
    assert items(rest) == 2


@pytest.mark.parametrize(
    ("query", "path"),
    [("?mode=some", "mode"), ("?dry=1", "dry"), ("?key=nothing", "key"), ("?unresolved=x", "unresolved")],
)
def test_a_wrong_parameter_is_named(clerk, query, path):
    assert path in clerk.issues("POST", f"item/import{query}", b"Code\na\n", 400)


def test_an_empty_body_is_refused(clerk):
    assert clerk.issues("POST", "item/import", b"") == {"": "file.empty"}


def test_who_may_not_import_is_refused(rest, clerk):
    reader = rest.door("reader", "reader")

    reader.post("order/import", b"Title\na\n", 403)
    rest.door("nobody").post("order/import", b"Title\na\n", 404)


def test_a_long_sheet_becomes_a_job(both):
    clerk = both.door("clerk", "clerk")
    started = send(clerk, LONG, status=202)
    waiting = clerk.get(f"/api/jobs/{started['job']}")

    both.installation.worker.run_due()
    done = clerk.get(f"/api/jobs/{started['job']}")

    assert (waiting["state"], waiting["progress"], waiting["report"]) == (
        "waiting",
        {"rows": 0, "total": ROWS},
        None,
    )
    assert (done["state"], done["progress"]["rows"], done["report"]["created"]) == ("done", ROWS, ROWS)
    assert items(both) == ROWS


def test_nobody_else_sees_or_stops_a_job(rest, clerk, chief):
    job = send(clerk, LONG, status=202)["job"]

    chief.get(f"/api/jobs/{job}", 404)
    chief.delete(f"/api/jobs/{job}", 404)

    assert clerk.get(f"/api/jobs/{job}")["state"] == "waiting"


def test_a_job_of_another_kind_is_nobodys(rest, clerk):
    with rest.installation.db.write() as conn:
        other = rest.installation.jobs.enqueue(conn, "search.index", {"person": str(clerk.user_id)})

    clerk.get(f"/api/jobs/{other}", 404)


def test_a_job_is_cancelled(rest, clerk):
    job = send(clerk, LONG, status=202)["job"]

    clerk.delete(f"/api/jobs/{job}")
    rest.installation.worker.run_due()
    found = clerk.get(f"/api/jobs/{job}")

    assert (found["state"], found["report"]["cancelled"], found["report"]["written"]) == (
        "cancelled",
        True,
        False,
    )
    assert items(rest) == 0


def test_rights_that_were_taken_meanwhile_are_missed(both):
    clerk = both.door("clerk", "clerk")
    job = send(clerk, LONG, status=202)["job"]
    both.give(clerk.user_id, "reader")

    both.installation.worker.run_due()
    found = clerk.get(f"/api/jobs/{job}")

    assert (found["state"], found["refusal"]["code"], found["report"]["created"]) == ("done", "not_found", 0)
    assert items(both) == 0
