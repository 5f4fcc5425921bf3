"""Filling in a record as a browser without scripts does."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from engines.query import Change, Op
from engines.store import people, platform
from tests.web.screens.conftest import links


def value_of(html, name):
    """Return the value of an input."""
    tag = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', html)
    assert tag, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


def test_a_new_form_is_prefilled_with_defaults(boss):
    html = boss.get("/a/shop/order/new")

    assert value_of(html, "due") == "2026-11-21"
    assert '<option value="open" selected>' in html
    assert "New: Orders" in html


def test_an_address_prefills_fields(shop, boss):
    ada = shop.add("person", {"name": "Ada"})[0]

    html = boss.get(f"/a/shop/order/new?person={ada}&name=Gift")

    assert f'<option value="{ada}" selected>Ada</option>' in html
    assert value_of(html, "name") == "Gift"


def test_a_record_is_created_and_shown(boss):
    place = boss.post(
        "/a/shop/order/new",
        {
            "name": "Bicycle",
            "amount": "1,234.50",
            "urgent": ["false", "true"],
            "labels": ["", "red", "fast"],
            "meeting": "2026-03-01T09:30",
            "items": "",
            "items.0.title": "Wheel",
            "items.0.qty": "2",
            "items.0.gift": "false",
            "items.4.title": "Bell",
            "items.7.title": "",
            "items.7.gift": "false",
        },
    ).headers["location"]

    html = boss.get(place)

    assert "Created" in html
    assert "CN¥1,234.50" in html
    assert "Mar 1, 2026 09:30" in html
    assert html.index("Wheel") < html.index("Bell")
    assert "fast" in html


def test_after_creating_one_may_go_on_with_another(boss):
    place = boss.post("/a/shop/order/new", {"name": "One", "_then": "new"}).headers["location"]

    assert place == "/a/shop/order/new"


def test_a_record_created_from_another_leads_back_to_it(shop, boss):
    ada = shop.add("person", {"name": "Ada"})[0]
    url = next(each for each in links(boss.get(f"/a/shop/person/{ada}"), "New") if "person=" in each)

    assert boss.post(url, {"name": "Hers", "person": str(ada)}).headers["location"] == f"/a/shop/person/{ada}"
    assert (
        boss.post("/a/shop/order/new?_back=//evil.example", {"name": "x"})
        .headers["location"]
        .startswith("/a/shop/order/")
    )
    assert (
        boss.post("/a/shop/order/new?_back=/a/shop/..//\\evil", {"name": "x"})
        .headers["location"]
        .startswith("/a/shop/order/")
    )


def test_problems_stand_beside_fields_and_nothing_typed_is_lost(boss):
    html = boss.post(
        "/a/shop/order/new",
        {
            "name": "",
            "amount": "lots",
            "labels": ["", "red"],
            "urgent": ["false", "true"],
            "items.0.title": "",
            "items.0.qty": "0",
        },
        status=422,
    ).text

    assert "4 things need a correction" in html
    assert re.search(r'data-field="name".*?Please fill this in', html, re.DOTALL)
    assert re.search(r'data-field="amount".*?is not a number', html, re.DOTALL)
    assert re.search(r'data-field="items.0.qty".*?Must be at least 1', html, re.DOTALL)
    assert value_of(html, "amount") == "lots"
    assert value_of(html, "items.0.qty") == "0"
    assert '<option value="red" selected>' in html
    assert re.search(r'type="checkbox"[^>]*name="urgent"[^>]*checked|name="urgent"[^>]*checked', html)


def test_a_row_is_added_without_scripts(boss):
    html = boss.post(
        "/a/shop/order/new", {"name": "Set", "items.0.title": "Wheel", "_add_row": "items"}, status=200
    ).text

    assert value_of(html, "items.0.title") == "Wheel"
    assert 'name="items.1.title"' in html
    assert value_of(html, "name") == "Set"


def test_an_edit_keeps_what_was_not_on_the_page(shop, boss):
    number = shop.add("order", {"name": "Old", "amount": "5", "labels": ["a"]})[0]

    boss.post(f"/a/shop/order/{number}/edit", {"name": "New", "_version": "1"})
    html = boss.get(f"/a/shop/order/{number}")

    assert "New" in html
    assert "CN¥5.00" in html


def test_an_edit_form_shows_what_stands_there(shop, boss):
    ada = shop.add("person", {"name": "Ada"})[0]
    number = shop.add(
        "order",
        {
            "name": "Old",
            "amount": "5",
            "meeting": "2026-03-01T09:30",
            "person": ada,
            "items": [{"title": "t"}],
        },
    )[0]

    html = boss.get(f"/a/shop/order/{number}/edit")

    assert value_of(html, "amount") == "5.00"
    assert value_of(html, "meeting") == "2026-03-01T09:30"
    assert value_of(html, "_version") == "1"
    assert f'<option value="{ada}" selected>Ada</option>' in html
    assert value_of(html, "items.0._id")


def test_rows_are_changed_moved_and_removed(shop, boss):
    number = shop.add("order", {"name": "Set", "items": [{"title": "a"}, {"title": "b"}]})[0]
    html = boss.get(f"/a/shop/order/{number}/edit")
    first, second = value_of(html, "items.0._id"), value_of(html, "items.1._id")

    boss.post(
        f"/a/shop/order/{number}/edit",
        {"items": "", "items.0._id": second, "items.0.title": "B", "items.1.title": "c", "_version": "1"},
    )
    html = boss.get(f"/a/shop/order/{number}/edit")

    assert value_of(html, "items.0._id") == second
    assert value_of(html, "items.0.title") == "B"
    assert value_of(html, "items.1.title") == "c"
    assert first not in html


def test_two_people_change_different_fields_and_the_second_is_told(shop, boss):
    number = shop.add("order", {"name": "Old", "amount": "5"})[0]
    shop.write("order", Change(Op.update, {"amount": "6"}, number))

    html = boss.post(
        f"/a/shop/order/{number}/edit", {"name": "Mine", "amount": "5.00", "_version": "1"}, status=409
    ).text

    assert "Somebody has just changed this record" in html
    assert value_of(html, "name") == "Mine"
    assert value_of(html, "amount") == "6.00"  # left as it was, so the other's value is taken
    assert value_of(html, "_version") == "2"
    boss.post(f"/a/shop/order/{number}/edit", {"name": "Mine", "amount": "6.00", "_version": "2"})


def test_two_people_change_one_field_and_both_values_are_shown(shop, boss):
    number = shop.add("order", {"name": "Old", "amount": "5"})[0]
    shop.write("order", Change(Op.update, {"name": "Theirs"}, number))

    html = boss.post(
        f"/a/shop/order/{number}/edit", {"name": "Mine", "amount": "5", "_version": "1"}, status=409
    ).text

    assert value_of(html, "name") == "Mine"
    row = re.search(r'<tr><th scope="row"><a href="#f-name">Name</a>.*?</tr>', html, re.DOTALL)
    assert row
    assert "Mine" in row[0]
    assert "Theirs" in row[0]


def test_what_may_not_be_changed_is_shown_and_refused(shop, boss, clerk):
    number = shop.add("order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "hush"})[0]

    html = clerk.get(f"/a/shop/order/{number}/edit")
    clerk.post(f"/a/shop/order/{number}/edit", {"name": "Still mine", "secret": "loud", "_version": "1"})

    assert "secret" not in html
    assert "hush" in boss.get(f"/a/shop/order/{number}")


def test_a_post_without_its_token_writes_nothing(boss):
    boss.post("/a/shop/order/new", {"name": "Forged", "csrf": ""}, status=403)

    assert "Forged" not in boss.get("/a/shop/order")


def test_a_post_after_the_session_ended_says_so(boss):
    boss.client.cookies.clear()

    answer = boss.post(
        "/a/shop/order/new", {"name": "Bicycle"}, status=403, headers={"Accept-Language": "en"}
    )

    assert "Your session has expired." in answer.text


def sign_in(shop, browser, html):
    """Post the sign-in form that a page holds, and return where it leads."""
    login = "boss"
    with shop.installation.db.write() as conn:
        stored = shop.installation.passwords.hash("correct horse battery")
        people.set_password(conn, browser.user_id, stored)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    fields = {**hidden, "account": login, "password": "correct horse battery"}
    return browser.client.post("/sign-in", data=fields, follow_redirects=False)


@pytest.mark.parametrize("edited", [False, True], ids=["new", "edited"])
def test_what_was_typed_survives_a_session_that_ended(shop, boss, edited):
    url = "/a/shop/order/new"
    if edited:
        url = f"/a/shop/order/{shop.add('order', {'name': 'Old', 'amount': '1'})[0]}/edit"
    boss.client.cookies.clear()
    typed = {"name": 'Bicycle "red" & <b>', "items.0.title": "Bell", "items.0.qty": "2", "_version": "1"}

    ended = boss.client.post(url, data={"csrf": boss.csrf, **typed}, follow_redirects=False)
    entered = sign_in(shop, boss, unescape(ended.text))
    html = boss.get(entered.headers["location"])
    fresh = re.search(r'name="csrf" value="([^"]*)"', html)
    shown = dict(re.findall(r'<input[^>]*name="([\w.]+)"[^>]*value="([^"]*)"', html))

    assert (ended.status_code, entered.status_code) == (403, 303)
    assert entered.headers["location"].startswith(f"{url}?_draft=1")
    assert "<b>" not in ended.text
    assert (shown["items.0.title"], shown["items.0.qty"]) == ("Bell", "2")
    assert fresh
    saved = boss.client.post(url, data={"csrf": fresh[1], **typed}, follow_redirects=False)
    assert saved.status_code == 303
    with shop.installation.db.read() as conn:
        names = conn.scalars(sa.select(shop.model.form("order").fields["name"].column)).all()
        assert conn.scalar(sa.select(sa.func.count()).select_from(platform.draft)) == 0
    assert names == ['Bicycle "red" & <b>']


def test_a_page_from_before_signing_in_anew_is_saved_with_one_more_click(shop, boss):
    old = boss.csrf
    with shop.installation.db.write() as conn:
        opened = people.open_session(conn, boss.user_id, shop.clock.now())
    boss.client.cookies.set("weft_session", opened.token)

    again = boss.client.post("/a/shop/order/new", data={"csrf": old, "name": "Bicycle", "amount": "7"})
    before = boss.get("/a/shop/order")
    token = re.search(r'name="csrf" value="([^"]*)"', again.text)

    assert again.status_code == 403
    assert "Not saved yet" in again.text
    assert 'value="Bicycle"' in again.text
    assert "Bicycle" not in before
    assert token
    assert token[1] == opened.csrf
    saved = boss.client.post(
        "/a/shop/order/new", data={"csrf": token[1], "name": "Bicycle", "amount": "7"}, follow_redirects=False
    )
    assert saved.status_code == 303


def test_a_page_from_before_never_writes_over_what_came_meanwhile(shop, boss):
    number = shop.add("order", {"name": "Old"})[0]
    shop.write("order", Change(Op.update, {"name": "Theirs"}, number))
    data = {"csrf": "of another session", "name": "Mine", "_version": "1"}

    again = boss.client.post(f"/a/shop/order/{number}/edit", data=data)
    version = re.search(r'name="_version" value="(\d+)"', again.text)

    assert version
    assert version[1] == "1"


def test_no_file_is_kept_of_a_form_with_a_wrong_token(shop, boss):
    files = {"papers": ("a.txt", b"forged", "text/plain")}
    for cookie in (True, False):
        if not cookie:
            boss.client.cookies.clear()
        answer = boss.client.post("/a/shop/order/new", data={"csrf": "x", "name": "a"}, files=files)
        assert answer.status_code == 403

    with shop.installation.db.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(platform.file)) == 0
    assert list(shop.installation.files.digests()) == []


@pytest.mark.parametrize(
    "address", ["/people", "//evil.example/a/shop/order/new", "/a/shop/nowhere/new", "/a/shop/order/99/edit"]
)
def test_what_was_typed_goes_nowhere_else(shop, boss, address):
    boss.client.cookies.clear()
    page = boss.client.get("/sign-in").text

    answer = sign_in(shop, boss, page + f'<input type="hidden" name="next" value="{address}">'
                     '<input type="hidden" name="typed" value="name=x">')  # fmt: skip

    assert answer.status_code == 303
    assert answer.headers["location"] in {address, "/"}
    with shop.installation.db.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(platform.draft)) == 0


def test_a_second_click_on_save_is_dropped(boss):
    form = re.search(r'<form[^>]* id="record"[^>]*>', boss.get("/a/shop/order/new"))

    assert form
    assert 'hx-sync="this:drop"' in form[0]
    assert 'hx-disable="findAll button[type=submit]"' in form[0]


def test_a_page_sent_again_because_nobody_heard_the_answer_is_saved_once(boss):
    token = value_of(boss.get("/a/shop/order/new"), "_once")
    typed = {"_once": token, "name": "Once", "amount": "7"}

    places = [boss.post("/a/shop/order/new", typed).headers["location"] for _ in range(2)]
    changed = boss.post("/a/shop/order/new", typed | {"name": "Once more"}).headers["location"]

    assert len({*places, changed}) == 2
    assert places[0] == places[1]


def test_a_page_that_was_refused_is_corrected_under_its_token(boss):
    token = value_of(boss.get("/a/shop/order/new"), "_once")
    refused = boss.post("/a/shop/order/new", {"_once": token, "name": ""}, status=422)

    assert value_of(refused.text, "_once") == token
    boss.post("/a/shop/order/new", {"_once": token, "name": "Corrected"})


def test_a_form_in_steps_looks_at_each_step_before_the_next_and_keeps_what_was_typed(boss):
    """Without scripts: the other steps stand in the page, hidden, and the server leads on."""
    url = "/a/shop/visit/new"
    html = boss.get(url)
    assert "Step 1 of 2" in html
    assert ">Save<" not in html

    refused = unescape(boss.post(url, {"_at": "0", "_step": "2", "who": "", "score": ""}, status=422).text)
    assert "Step 1 of 2" in refused
    assert 'href="#f-who"' in refused
    assert 'href="#f-score"' not in refused
    second = {"_at": "0", "_step": "1", "who": "Vera", "kind": "done"}
    maybe = unescape(boss.post(url, second, status=200).text)
    assert "Step 2 of 3" in maybe
    last = unescape(
        boss.post(url, {"_at": "0", "_step": "2", "who": "Vera", "kind": "open"}, status=200).text
    )
    assert "Step 2 of 2" in last
    assert value_of(last, "who") == "Vera"
    wrong = unescape(boss.post(url, {"_at": "2", "who": "", "score": "3"}, status=422).text)
    assert "Step 1 of 2" in wrong
    assert "We kept what you typed" in boss.get(url)
    boss.save(url, who="Vera", kind="open", score="3")
    assert "We kept" not in boss.get(url)


def test_typed_markup_comes_back_as_text(boss):
    raw = boss.client.post(
        "/a/shop/order/new", data={"csrf": boss.csrf, "name": '"><script>alert(1)</script>', "amount": "lots"}
    ).text

    assert "<script>alert" not in raw


def test_what_is_typed_is_kept_as_a_draft(shop, boss):
    boss.post("/a/shop/order/draft", {"name": "Half", "items.0.title": "Wheel"}, status=204)

    html = boss.get("/a/shop/order/new")
    assert "We kept what you typed" in html
    assert value_of(html, "name") == ""
    restored = boss.get(links(html, "Restore")[0])
    assert value_of(restored, "name") == "Half"
    assert value_of(restored, "items.0.title") == "Wheel"
    other = shop.sign_in("other", admin=True)
    assert "We kept" not in other.get("/a/shop/order/new")


def test_a_draft_goes_when_the_record_is_saved_or_it_is_discarded(boss):
    boss.post("/a/shop/order/draft", {"name": "Half"}, status=204)
    boss.save("/a/shop/order/new", name="Whole")
    assert "We kept" not in boss.get("/a/shop/order/new")

    boss.post("/a/shop/order/draft", {"name": "Half"}, status=204)
    boss.post("/a/shop/order/draft/discard", {"_record": ""})
    assert "We kept" not in boss.get("/a/shop/order/new")


def test_a_draft_belongs_to_its_record(shop, boss):
    one, two = shop.add("order", {"name": "One"}, {"name": "Two"})

    boss.post("/a/shop/order/draft", {"name": "One and a half", "_record": str(one)}, status=204)

    assert "We kept" in boss.get(f"/a/shop/order/{one}/edit")
    assert "We kept" not in boss.get(f"/a/shop/order/{two}/edit")


def test_forms_speak_chinese(shop):
    reader = shop.sign_in("wang", admin=True, locale="zh-CN")

    html = reader.post("/a/shop/order/new", {"name": ""}, status=422).text

    assert "新建订单" in html
    assert "请填写" in html or "必填" in html


def test_a_record_may_be_created_to_be_chosen(shop, boss, clerk):
    html = boss.get("/a/shop/order/new")
    place = boss.post("/a/shop/person/new?_pick=1", {"name": "Ada"}).headers["location"]

    assert "/a/shop/person/new?_pick=1" in html
    assert place.endswith("/picked")
    assert 'data-text="Ada"' in boss.get(place)
    assert "_pick" not in clerk.get("/a/shop/order/new")  # she may not create people


def open_tab(html):
    """Return the key of the tab that is shown first, and the tabs that say something is wrong."""
    shown = re.search(r'id="tab-(\w+)" data-open', html)
    wrong = re.findall(r'<a href="#tab-(\w+)"[^>]*>[^<]*<span class="weft-tab-wrong"', html)
    return shown and shown[1], wrong


def test_tabs_hold_their_sections_and_one_with_a_problem_is_open(shop, boss):
    html = boss.get("/a/shop/person/new")
    first, second = html.index('id="tab-who"'), html.index('id="tab-reach"')

    assert open_tab(html) == ("who", [])
    assert first < html.index('name="name"') < second < html.index('name="phone"')
    assert html.count("Telephone") == 1
    assert not re.search(r'<h2 id="section-who[^>]*>Who', html), "its tab says what a lone section is called"
    refused = boss.post("/a/shop/person/new", {"name": "Ada", "phone": "12"}, status=422).text
    assert open_tab(refused) == ("reach", ["reach"])
    record = boss.get(f"/a/shop/person/{shop.add('person', {'name': 'Ada'})[0]}")
    assert open_tab(record) == ("who", [])
