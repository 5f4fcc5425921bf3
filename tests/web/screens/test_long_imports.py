"""Long spreadsheets through the screens: a job in its own process, followed and stopped by its person."""

import re
from typing import Any

import pytest

from engines.exchange import importing, transactions
from engines.store import jobs, people
from engines.store.jobs import Job, State
from runtime.imports.child import Importer
from tests.web.screens.test_sheets import fields, send

ROWS = 2_500


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A slow machine would cut smaller parts."""
    monkeypatch.setattr(transactions, "PATIENCE", 60)


LONG = "Name,Amount\n" + "".join(f"row {number},{number}\n" for number in range(ROWS))
URL = "/a/shop/order/import"


class Listener:
    """Hears how far an import is, and may interfere."""

    def __init__(self, at=None, do=None):
        self.heard, self.at, self.do, self.stop = [], at, do, False

    def tell(self, rows):
        self.heard.append(rows)
        if self.do is not None and rows == self.at:
            self.do()

    def stopped(self):
        return self.stop


def ask(browser, text=LONG, action="start", **more):
    """Send a long sheet and return the address of its import."""
    asked = fields(send(browser, text)) | {"action": action, **more}
    return browser.post(URL, asked, status=303).headers["location"]


def claim(shop):
    """Take the job as a worker does."""
    with shop.installation.db.write() as conn:
        return jobs.claim(conn, ["exchange.import"], shop.clock.now())


def run_here(shop, job, **interfering):
    """Carry a job out in this process."""
    listener = Listener(**interfering)
    Importer(shop.installation, job, listener).carry_out()
    return listener


def state(shop, url):
    with shop.installation.db.read() as conn:
        return jobs.view(conn, int(url.rpartition("/")[2])).state


def count(shop, form="order"):
    table = shop.model.form(form).table
    with shop.installation.db.read() as conn:
        return len(conn.execute(table.select()).all())


def figures(html):
    return [int(each.replace(",", "")) for each in re.findall(r"<strong>([\d,]+)</strong>", html)]


def test_a_long_sheet_is_imported_by_a_job_in_another_process(shop, boss):
    url = ask(boss)
    waiting = boss.get(url)
    before = count(shop)

    ran = shop.installation.worker.run_due()
    done = boss.get(url)

    assert "Waiting for its turn" in waiting
    assert (before, ran > 0, count(shop)) == (0, True, ROWS)
    assert "Import finished" in done
    assert figures(done) == [ROWS, 0, 0, 0]


def test_the_page_asks_again_with_scripts_and_without(shop, boss):
    url = ask(boss)

    html = boss.get(url)

    assert re.search(rf'hx-get="{url}" hx-trigger="every 1s"', html)
    assert f'<noscript><p><a href="{url}">' in html


def test_the_page_shows_how_far_it_is(shop, boss):
    url = ask(boss, mode="each")
    seen = []

    run_here(shop, claim(shop), at=2_000, do=lambda: seen.append(boss.get(url)))

    assert "1,000 of 2,500 rows, 40 %" in seen[0]
    assert 'max="2500" value="1000"' in seen[0]


def test_a_check_of_a_long_sheet_writes_nothing_and_leads_to_the_import(shop, boss):
    url = ask(boss, action="check")
    shop.installation.worker.run_due()
    checked = boss.get(url)
    after = count(shop)

    start = (
        fields(checked)
        | dict(re.findall(r'name="(key|mode)" value="([^"]*)"', checked))
        | {"action": "start"}
    )
    started = boss.post(URL, start, status=303).headers["location"]
    shop.installation.worker.run_due()

    assert "Checked; nothing was imported" in checked
    assert (after, count(shop)) == (0, ROWS)
    assert started != url


def test_who_closed_the_tab_finds_the_import_again(shop, boss):
    url = ask(boss)
    shop.installation.worker.run_due()

    html = boss.get(URL)

    assert f'<a href="{url}">orders.csv</a>' in html
    assert "imported" in html


def test_nobody_else_sees_or_stops_it(shop, boss):
    other = shop.sign_in("other", admin=True)
    url = ask(boss)

    other.get(url, status=404)
    other.post(f"{url}/cancel", status=404)

    assert "Your latest imports" not in other.get(URL)
    assert state(shop, url) is State.waiting


def test_the_import_of_one_form_is_not_shown_at_another(shop, boss):
    url = ask(boss)

    boss.get(url.replace("/order/", "/person/"), status=404)


def test_an_import_that_waits_is_stopped_at_once(shop, boss):
    url = ask(boss)

    boss.post(f"{url}/cancel")
    shop.installation.worker.run_due()

    assert "Stopped; nothing was imported" in boss.get(url)
    assert count(shop) == 0


@pytest.mark.parametrize(
    ("mode", "at", "text", "left"),
    [
        ("each", 1_000, "Stopped; the rows counted here are imported and stay", 1_000),
        ("all", 500, "Stopped; nothing was imported", 0),
        ("all", 1_750, "Stopped; nothing was imported", 0),
    ],
    ids=["what is right", "checking all", "writing all"],
)
def test_stopping_keeps_what_was_committed_and_says_so(shop, boss, mode, at, text, left):
    url = ask(boss, mode=mode)
    listener = Listener(at=at)
    listener.do = lambda: setattr(listener, "stop", True)

    Importer(shop.installation, claim(shop), listener).carry_out()
    html = boss.get(url)

    assert listener.heard[-1] == at
    assert text in html
    assert (figures(html)[0], count(shop), state(shop, url)) == (left, left, State.cancelled)


def test_a_running_import_hears_that_it_shall_stop_from_the_job(shop, boss):
    url = ask(boss, mode="each")
    job = claim(shop)
    boss.post(f"{url}/cancel")

    run_here(shop, job)

    assert (count(shop), state(shop, url)) == (0, State.cancelled)


def shut_out(shop, browser):
    shop.sign_in("deputy", admin=True)
    with shop.installation.db.write() as conn:
        people.deactivate(conn, browser.user_id, shop.clock)


def test_rights_that_are_taken_under_way_end_it_after_what_is_committed(shop, boss, monkeypatch):
    url = ask(boss, mode="each")
    transaction = importing._Run._transaction
    ended: list[object] = []

    def revoking(self, passage, parts):
        transaction(self, passage, parts)
        if not ended:
            shut_out(shop, boss)
        ended.append(parts)

    monkeypatch.setattr(importing._Run, "_transaction", revoking)
    run_here(shop, claim(shop))

    assert (count(shop), state(shop, url)) == (1_000, State.done)
    with shop.installation.db.read() as conn:
        progress: Any = jobs.view(conn, int(url.rpartition("/")[2])).progress
    assert (progress["report"]["created"], progress["refusal"]["code"]) == (1_000, "not_found")


def test_rights_that_were_taken_meanwhile_are_missed(shop, boss):
    url = ask(boss)
    shut_out(shop, boss)
    shop.installation.worker.run_due()
    with shop.installation.db.write() as conn:
        people.activate(conn, boss.user_id)
        opened = people.open_session(conn, boss.user_id, shop.clock.now())
    boss.client.cookies.set("weft_session", opened.token)

    html = boss.get(url)

    assert "The import did not come to its end" in html
    assert count(shop) == 0


def test_rows_to_be_put_right_are_kept_for_the_person(shop, boss):
    url = ask(boss, LONG + "bad,lots\n", mode="each")
    shop.installation.worker.run_due()

    html = boss.get(url)

    file = re.search(r'href="(/files/\d+)"', html)
    assert figures(html) == [ROWS, 0, 0, 1]
    assert "is not a number" in html
    assert file
    assert boss.client.get(file[1]).content[:2] == b"PK"
    shop.sign_in("other", admin=True).get(file[1], status=404)


def test_a_file_that_cannot_be_used_says_why(shop, boss):
    url = ask(boss, LONG, **{"map.0": ""})
    shop.installation.worker.run_due()

    html = boss.get(url)

    assert "must be filled, but no column does so" in html


def test_the_history_names_the_file(shop, boss):
    ask(boss)
    shop.installation.worker.run_due()

    with shop.installation.db.read() as conn:
        found = conn.exec_driver_sql("SELECT door, actor, note FROM weft_cause").all()

    assert [tuple(each) for each in found] == [("import", boss.user_id, "orders.csv")]


@pytest.mark.parametrize("mode", ["all", "each"])
def test_running_it_twice_writes_it_once(shop, boss, mode):
    ask(boss, mode=mode)
    job = claim(shop)
    run_here(shop, job)

    again = Job(job.id, job.kind, job.payload, job.attempt)
    run_here(shop, again)

    assert count(shop) == ROWS
