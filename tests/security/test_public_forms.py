"""Public forms: what strangers may do is to make one record of the questions, and nothing else at all."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from engines.form.verify import load_verified
from schemas.errors import Invalid
from tests.fixtures.clock import START
from tests.fixtures.rest import ROLES, clerk_of, shop_bytes
from tests.fixtures.shop import FORMS
from tests.fixtures.strangers import links, make_link, read, send, stranger, ticket

QUESTIONS = [{"field": each} for each in ("title", "word", "note", "amount", "stage", "marks", "papers")]
PUBLICS: list[dict[str, Any]] = [
    {"key": "ask", "label": "Ask us", "form": "order", "questions": QUESTIONS, "edit_minutes": 10,
     "channel": "code", "given": {"state": "asked"}},
    {"key": "few", "label": "Few", "form": "order", "questions": QUESTIONS[:2], "limit": 3,
     "origins": ["https://www.example.com"]},
    {"key": "each", "label": "Each", "form": "order", "questions": QUESTIONS[:2], "limit_each": 1},
    {"key": "later", "label": "Later", "form": "order", "questions": QUESTIONS[:1],
     "opens": "2026-11-21T17:30", "closes": "2026-11-21T17:40"},
    {"key": "kept", "label": "Kept", "form": "order", "edit_minutes": 10, "managers": ["reader", "blind"],
     "questions": [*QUESTIONS[:6], {"field": "papers", "required": True}],
     "origins": ["https://www.example.com"]},
    {"key": "bound", "label": "Bound", "form": "order", "about": "person",
     "questions": [*QUESTIONS[:2], {"field": "stage"}, {"field": "more"}]},
]  # fmt: skip
BLIND = {"key": "blind", "label": "Blind", "grants": clerk_of(note="hidden")}


def definition():
    """The shop with public forms on its orders, which hold papers here."""
    forms = json.loads(json.dumps(FORMS))
    forms[2]["fields"] += [
        {"key": "papers", "type": "file", "label": "Papers", "max_mb": 1},
        {"key": "code", "type": "text", "label": "Code"},
        {"key": "more", "type": "text", "label": "More", "visible_if": 'stage = "open" AND state = "new"'},
        {"key": "inside", "type": "text", "label": "Inside", "visible_if": 'stage = "open"'},
    ]
    return shop_bytes(forms, publics=PUBLICS, roles=[*ROLES, BLIND])


@pytest.fixture(scope="module")
def shop(rest_of_module):
    rest = rest_of_module(definition())
    rest.chief = rest.door("chief", "chief")
    rest.chief.create("person", name="Vera Hidden", phone="999")
    keys = [each["key"] for each in PUBLICS]
    rest.paths = {
        key: make_link(rest, rest.chief.user_id, f"/public/shop/{key}", channel="Fair") for key in keys
    }
    return rest


def orders(shop, word):
    return shop.chief.get(f'order?filter=word = "{word}"')["data"]


def test_only_the_questions_are_written(shop):
    """P8, P29: what else is sent might as well not have been."""
    more = {"owner": str(shop.chief.user_id), "person": "1", "helpers": "1", "_id": "5", "_version": "9",
            "state": "x", "code": "Mine", "_created_by": "1"}  # fmt: skip
    send(shop, stranger(shop), shop.paths["ask"], {"title": "Only", "word": "only", **more})

    (found,) = orders(shop, "only")
    kept = (found["owner"], found["state"], found["code"], found["_created_by"])
    assert kept == (None, "asked", "Fair", None)


def test_the_page_says_nothing_of_people_records_or_other_fields(shop):
    html = stranger(shop).get(shop.paths["ask"]).text

    for word in ("Vera", "Chief", "lookup", "/api/", "/a/shop", "owner", "helpers", "person", "data-who"):
        assert word not in html, word


def test_a_value_that_is_taken_is_no_secret_told(shop):
    """A unique field must not tell strangers what is there: both are thanked, the house sees what waits."""
    shop.chief.create("order", title="Known")
    client = stranger(shop)

    known = send(shop, client, shop.paths["ask"], {"title": "Known", "word": "held"})
    fresh = send(shop, client, shop.paths["ask"], {"title": "Unknown", "word": "held"})

    def plain(html):
        return re.sub(r'nonce="[^"]*"|/change/[\w-]+', "", html)

    assert plain(known) == plain(fresh)
    assert [each["title"] for each in orders(shop, "held")] == ["Unknown"]
    page, _ = shop.session(shop.chief.user_id)
    assert "<dd>Known</dd>" in page.get("/public/shop/ask").text


def test_a_page_sent_twice_is_taken_once_whoever_is_faster(shop):
    client = stranger(shop)
    told = {"ticket": ticket(client.get(shop.paths["ask"]).text), "title": "Twice", "word": "twice"}
    read(shop)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: client.post(shop.paths["ask"], data=told).status_code, range(4)))

    assert found == [200] * 4
    assert len(orders(shop, "twice")) == 1


def test_a_cap_holds_when_many_come_at_once(shop):
    pages = [(stranger(shop, f"203.0.113.{n}"), n) for n in range(6)]
    tickets = [ticket(client.get(shop.paths["few"]).text) for client, _ in pages]
    read(shop)

    def post(index):
        client, number = pages[index]
        told = {"ticket": tickets[index], "title": f"Cap {number}", "word": "cap"}
        return client.post(shop.paths["few"], data=told).status_code

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(post, range(6)))

    assert found == [200, 200, 200, 409, 409, 409]
    assert len(orders(shop, "cap")) == 3
    assert 'name="ticket"' not in stranger(shop).get(shop.paths["few"]).text


def test_a_visitor_sends_as_many_as_may_be(shop):
    client = stranger(shop)
    send(shop, client, shop.paths["each"], {"title": "Each 1", "word": "each"})
    send(shop, client, shop.paths["each"], {"title": "Each 2", "word": "each"}, 409)
    send(shop, stranger(shop), shop.paths["each"], {"title": "Each 3", "word": "each"})

    assert len(orders(shop, "each")) == 2


@pytest.mark.parametrize("forged", ["", "x", "1.2.3", "9999999999999.ab.cd", "٣.x.y"])
def test_a_ticket_is_ours_or_none(shop, forged):
    """P40: a page elsewhere can post nothing blindly, cookies or not."""
    answer = stranger(shop).post(
        shop.paths["ask"], data={"ticket": forged, "title": "Forged", "word": "forged"}
    )

    assert answer.status_code == 422
    assert 'value="Forged"' in answer.text
    assert orders(shop, "forged") == []


def test_a_ticket_of_one_form_opens_no_other(shop):
    client = stranger(shop)
    taken = ticket(client.get(shop.paths["each"]).text)
    read(shop)

    answer = client.post(shop.paths["ask"], data={"ticket": taken, "title": "Other", "word": "other"})

    assert answer.status_code == 422
    assert orders(shop, "other") == []


def test_machines_are_told_thanks_and_leave_nothing(shop):
    client = stranger(shop)
    told = {"ticket": ticket(client.get(shop.paths["ask"]).text), "title": "Bot", "word": "bot"}

    quick = client.post(shop.paths["ask"], data=told)
    read(shop)
    trapped = client.post(shop.paths["ask"], data={**told, "website_url_2": "https://spam.example"})

    assert (quick.status_code, trapped.status_code) == (429, 200)
    assert 'value="Bot"' in quick.text
    assert orders(shop, "bot") == []


def test_floods_wait(shop):
    client = stranger(shop, "198.51.100.66")
    page = ticket(client.get(shop.paths["ask"]).text)
    read(shop)

    found = [
        client.post(shop.paths["ask"], data={"ticket": page, "title": ""}).status_code for _ in range(33)
    ]

    assert found[:30] == [422] * 30
    assert found[-1] == 429
    send(shop, stranger(shop), shop.paths["ask"], {"title": "Someone else", "word": "flood"})


def test_files_are_sent_with_the_form_or_not_at_all(shop):
    """P25, P54, P55: the number of a file that is there means nothing, nor what a file calls itself."""
    other = stranger(shop)
    sent = {"papers": ("a.html", b"<script>alert(1)</script>", "image/png")}
    send(shop, other, shop.paths["ask"], {"title": "With file", "word": "file"}, files=sent)
    (found,) = orders(shop, "file")
    (number,) = found["papers"]

    send(shop, other, shop.paths["ask"], {"title": "Stolen", "word": "stolen", "papers": number})
    assert orders(shop, "stolen")[0]["papers"] == []
    assert other.get(f"/files/{number}").status_code == 303
    kept = shop.chief.send("GET", f"/api/files/{number}")
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"].startswith("attachment")


def test_a_file_too_large_is_refused_and_what_was_typed_stays(shop):
    sent = {"papers": ("a.bin", b"x" * 1_200_000, "application/pdf")}

    html = send(shop, stranger(shop), shop.paths["ask"], {"title": "Large", "word": "large"}, 422, files=sent)

    assert 'value="Large"' in html
    assert orders(shop, "large") == []
    declared = stranger(shop).post(shop.paths["few"], content=b"x", headers={"Content-Length": "2000000"})
    assert declared.status_code == 413  # a form that asks for no files is sent none


def test_what_was_sent_is_corrected_by_its_secret_and_no_other_record(shop):
    client = stranger(shop)
    html = send(shop, client, shop.paths["ask"], {"title": "Mine", "word": "mine"})
    (change,) = re.findall(r'href="(/f/[\w-]+/change/[\w-]+)"', html)
    (found,) = orders(shop, "mine")
    shop.chief.patch(f"order/{found['_id']}", {"note": "Of the house"})

    assert "Of the house" not in client.get(change).text
    send(shop, client, change, {"title": "Mine too", "word": "mine", "owner": str(shop.chief.user_id)})
    after = shop.chief.get(f"order/{found['_id']}")
    assert (after["title"], after["note"], after["owner"]) == ("Mine too", "Of the house", None)
    assert client.get(change[:-1] + ("a" if change[-1] != "a" else "b")).status_code == 404
    elsewhere = change.replace(shop.paths["ask"], shop.paths["few"])
    assert client.get(elsewhere).status_code == 404


def test_only_the_address_for_it_is_shown_in_a_frame_and_only_by_whom_the_design_names(shop):
    client = stranger(shop)
    plain, embedded = client.get(shop.paths["few"]), client.get(f"{shop.paths['few']}/embed")
    closed = client.get(f"{shop.paths['ask']}/embed")

    assert "frame-ancestors 'self' https://www.example.com;" in embedded.headers["content-security-policy"]
    for answer in (plain, closed):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"


def test_opening_times(shop):
    client, url, before = stranger(shop), shop.paths["later"], shop.clock.at
    try:
        assert 'name="ticket"' not in client.get(url).text
        shop.clock.at = START + timedelta(minutes=35)
        page = client.get(url).text
        shop.clock.at = START + timedelta(minutes=45)
        shop.installation.lease.renew()
        late = client.post(url, data={"ticket": ticket(page), "title": "Too late", "word": "late"})
        assert late.status_code == 409
        assert orders(shop, "late") == []
    finally:
        shop.clock.at = before
        shop.installation.lease.renew()


def test_a_person_who_is_signed_in_is_a_stranger_here(shop):
    """Their rights, name and language are no part of the page."""
    client, _ = shop.session(shop.chief.user_id)

    assert "Chief" not in client.get(shop.paths["ask"]).text
    send(shop, client, shop.paths["ask"], {"title": "Signed in", "word": "signed"})
    assert orders(shop, "signed")[0]["_created_by"] is None


def test_markup_in_answers_stays_text(shop):
    """P53."""
    send(shop, stranger(shop), shop.paths["ask"], {"title": "<script>alert(1)</script>", "word": "markup"})
    page, _ = shop.session(shop.chief.user_id)
    (found,) = orders(shop, "markup")

    assert "<script>alert" not in page.get(f"/a/shop/order/{found['_id']}").text


def test_a_link_that_is_gone_and_one_that_never_was_look_alike(shop):
    gone = make_link(shop, shop.chief.user_id, "/public/shop/ask")
    page, csrf = shop.session(shop.chief.user_id)
    html = page.get("/public/shop/ask").text
    assert links(html)[0] == gone
    number = re.findall(r"/public/shop/ask/links/(\d+)/revoke", html)[0]
    page.post(f"/public/shop/ask/links/{number}/revoke", data={"csrf": csrf})
    client = stranger(shop)

    answers = {client.get(url).text.replace(url, "") for url in (gone, "/f/x")}
    assert client.get(gone).status_code == 404
    assert len({re.sub(r'nonce="[^"]*"', "", each) for each in answers}) == 1


PAPER = {"papers": ("a.txt", b"paper", "text/plain")}


def send_kept(shop, title, **answers):
    """Send a form with a file; return who sent it and where it is corrected."""
    client = stranger(shop, f"192.0.2.{len(title)}")
    html = send(shop, client, shop.paths["kept"], {"title": title, **answers}, files=PAPER)
    return client, re.findall(r'href="(/f/[\w-]+/change/[\w-]+)"', html)[0]


def correct(shop, client, change, status=200, **answers):
    """Correct what was sent as browsers do it: with a part for files where none is chosen."""
    page = client.get(change).text
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'
        for key, text in {"ticket": ticket(page), **answers}.items()
    )
    blank = '--x\r\nContent-Disposition: form-data; name="papers"; filename=""\r\n\r\n\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post(change, content=(parts + blank).encode(), headers=headers)
    assert answer.status_code == status, answer.text[:2000]
    return unescape(answer.text)


def waiting(shop, person=None):
    page, _ = shop.session(person or shop.chief.user_id)
    return unescape(page.get("/public/shop/kept").text)


def test_a_correction_keeps_the_files_that_were_sent(shop):
    client, change = send_kept(shop, "Papers", word="papers")
    (before,) = orders(shop, "papers")
    (asked,) = re.findall(r'<input[^>]*type="file"[^>]*>', client.get(change).text)

    html = correct(shop, client, change, title="Papers too", word="papers")

    (after,) = orders(shop, "papers")
    assert (after["title"], after["papers"]) == ("Papers too", before["papers"])
    assert len(after["papers"]) == 1
    assert "required" not in asked
    assert f'href="{shop.paths["kept"]}"' in html  # another one is a new one


def test_what_waits_keeps_its_files_when_it_is_corrected_and_becomes_one_record(shop):
    shop.chief.create("order", title="Waits")
    client, change = send_kept(shop, "Waits", word="waits", stage="open")
    before = waiting(shop)
    assert "<dd>Open</dd>" in before
    assert "<dd>a.txt</dd>" in before

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: correct(shop, client, change, title="Goes", word="waits"), range(4)))

    (found,) = orders(shop, "waits")
    assert (found["title"], len(found["papers"])) == ("Goes", 1)
    assert "<dd>Waits</dd>" not in waiting(shop)


def test_a_correction_to_a_value_that_is_taken_waits(shop):
    """Its sender learns nothing, and the house does."""
    there = shop.chief.create("order", title="Occupied")
    client, change = send_kept(shop, "At first", word="moved")
    (found,) = orders(shop, "moved")

    correct(shop, client, change, title="Occupied", word="moved", note="Again")

    html = waiting(shop)
    assert "<dd>Occupied</dd>" in html
    assert f'/a/shop/order/{found["_id"]}/edit"' in html
    shop.chief.patch(f"order/{there}", {"title": "Left"})
    correct(shop, client, change, title="Occupied", word="moved", note="Again")
    (after,) = orders(shop, "moved")
    assert (after["title"], after["note"]) == ("Occupied", "Again")
    assert "<dd>Occupied</dd>" not in waiting(shop)


def test_what_waits_is_for_those_who_could_enter_it(shop):
    """A right to make links is none to answers."""
    shop.chief.create("order", title="Answers")
    send_kept(shop, "Answers", word="answers", note="For few")
    reader, blind = shop.add("links", "reader"), shop.add("blinded", "blind")
    (number,) = re.findall(r"/held/(\d+)/drop", waiting(shop))

    assert "Answers" not in waiting(shop, reader)
    assert "<dd>Answers</dd>" in waiting(shop, blind)
    assert "For few" not in waiting(shop, blind)
    assert "For+few" not in waiting(shop, blind)
    page, csrf = shop.session(reader)
    assert page.post(f"/public/shop/kept/held/{number}/drop", data={"csrf": csrf}).status_code == 404
    assert "For few" in waiting(shop)


def test_a_correction_that_is_refused_keeps_what_was_typed(shop):
    client, change = send_kept(shop, "Typed once")

    old = client.post(change, data={"ticket": "x", "title": "Typed twice"})
    big = {"papers": ("a.bin", b"x" * 1_200_000, "application/pdf")}
    large = send(shop, client, change, {"title": "Typed thrice"}, 422, files=big)

    assert (old.status_code, 'value="Typed twice"' in old.text) == (422, True)
    assert 'value="Typed thrice"' in large
    send(shop, client, change, {"ticket": ticket(old.text), "title": "Typed twice"})


def test_a_form_in_a_frame_leads_to_no_page_that_refuses_frames(shop):
    url = f"{shop.paths['kept']}/embed"

    html = send(shop, stranger(shop), url, {"title": "Framed"}, files=PAPER)

    assert "/change/" not in html
    assert f'href="{url}"' in html


def test_a_link_is_about_the_record_that_the_house_signed_and_no_other(shop):
    """P8: neither a forged mark, nor one of another record or another link."""
    one, two = (shop.chief.create("person", name=name) for name in ("Signed", "Not signed"))
    page, csrf = shop.session(shop.chief.user_id)
    page.post(f"/public/shop/bound/about/{one}", data={"csrf": csrf})
    html = unescape(page.get(f"/public/shop/bound/about/{one}").text)
    path, mark = re.findall(r"<code>https?://[^/]+(/f/[^<?]+)\?for=([^<]+)</code>", html)[0]
    elsewhere = make_link(shop, shop.chief.user_id, "/public/shop/bound")

    marks = (mark, mark.replace(one, two), f"{two}.", "é")

    for index, url in enumerate([*(f"{path}?for={each}" for each in marks), f"{elsewhere}?for={mark}"]):
        send(shop, stranger(shop), url, {"title": f"Bound {index}", "word": "bound"})

    found = {each["title"]: each["person"] for each in orders(shop, "bound")}
    assert elsewhere != path
    assert [found[f"Bound {index}"] for index in range(5)] == [one, None, None, None, None]


def test_what_depends_on_what_is_told_of_questions_alone(shop):
    html = stranger(shop).get(shop.paths["bound"]).text
    told = json.loads(re.findall(r"<weft-logic hidden><script[^>]*>(.*?)</script>", html)[0])

    assert told["fields"].keys() == {"title", "word", "stage", "more"}
    words = set(re.findall(r"\w+", json.dumps(told)))
    assert words.isdisjoint(
        {"inside", "state", "owner", "helpers", "papers", "code", "above", "amount", "no"}
    )


def test_no_file_within_rows_is_asked_for(shop):
    """P25: in rows there is no telling a file that was sent just now from the number of a stranger's."""
    forms = json.loads(json.dumps(FORMS))
    (rows,) = (each for each in forms[2]["fields"] if each["key"] == "rows")
    rows["fields"] = [rows["fields"][0], {"key": "scan", "type": "file", "label": "Scan"}]
    public = {**PUBLICS[0], "questions": [{"field": "title"}, {"field": "rows"}], "channel": None}

    with pytest.raises(Invalid) as caught:
        load_verified(shop_bytes(forms, publics=[public]), shop.installation.grammar)

    assert [(each.path, each.code) for each in caught.value.issues] == [
        ("/publics/0/questions/1/field", "definition.not_askable")
    ]
