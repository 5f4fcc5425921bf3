"""One record on its page."""

import re

from engines.query import Change, Op
from tests.web.screens.conftest import links


def test_shows_every_field_in_its_section(shop, boss):
    person = shop.add("person", {"name": "Ada"})[0]
    number = shop.add(
        "order", {"name": "Bicycle", "amount": "1234.5", "person": person, "owner": str(boss.user_id)}
    )[0]

    html = boss.get(f"/a/shop/order/{number}")

    assert "<h1>Bicycle</h1>" in re.sub(r"\s+", " ", html).replace("<h1> ", "<h1>")
    assert (
        html.index("Main part") < html.index("CN¥1,234.50", html.index("Main part")) < html.index("More</h2>")
    )
    assert f'href="/a/shop/person/{person}"' in html
    assert "Boss" in html


def test_shows_the_rows_of_a_subform(shop, boss):
    number = shop.add("order", {"name": "Set", "items": [{"title": "Wheel", "qty": "2"}, {"title": "Bell"}]})[
        0
    ]

    html = boss.get(f"/a/shop/order/{number}")

    assert html.index("Wheel") < html.index("Bell")


def test_lists_what_refers_to_it_and_offers_one_more(shop, boss):
    ada, eve = shop.add("person", {"name": "Ada"}, {"name": "Eve"})
    shop.add(
        "order",
        *({"name": f"Order {each}", "person": ada} for each in range(12)),
        {"name": "Foreign", "person": eve},
    )

    html = boss.get(f"/a/shop/person/{ada}")

    assert html.count("Order ") - html.count("Order 1") >= 1
    assert "Foreign" not in html
    assert len(re.findall(r'class="weft-title"', html)) == 10
    everything = boss.get(links(html, "Show all")[0])
    assert "12 records" in everything
    assert f"/a/shop/order/new?person={ada}" in html


def test_a_related_list_shows_only_what_the_reader_may_see(shop, boss, clerk):
    ada = shop.add("person", {"name": "Ada"})[0]
    shop.add(
        "order",
        {"name": "Mine", "person": ada, "owner": str(clerk.user_id)},
        {"name": "Foreign", "person": ada},
    )

    html = clerk.get(f"/a/shop/person/{ada}")

    assert "Mine" in html
    assert "Foreign" not in html


def test_history_tells_who_changed_what(shop, boss):
    number = boss.save("/a/shop/order/new", name="Bicycle", amount="5")
    boss.post(
        f"/a/shop/order/{number}/edit", {"name": "Bicycle", "amount": "7", "state": "done", "_version": "1"}
    )
    boss.post(f"/a/shop/order/{number}/edit", {"amount": "9", "_version": "2"})

    html = re.sub(r"\s+", " ", boss.get(f"/a/shop/order/{number}"))

    assert "created this record" in html
    assert (
        '<dt>Amount</dt><dd><del>CN¥5.00</del> <span aria-hidden="true">→</span> <ins>CN¥7.00</ins>' in html
    )
    assert (
        '<dt>Amount</dt><dd><del>CN¥7.00</del> <span aria-hidden="true">→</span> <ins>CN¥9.00</ins>' in html
    )
    assert '<dt>State</dt><dd><del>Open</del> <span aria-hidden="true">→</span> <ins>Done</ins>' in html
    assert "<strong>Boss</strong>" in html


def test_history_hides_what_the_reader_may_not_see(shop, boss, clerk):
    number = shop.add("order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "hush"})[0]
    shop.write("order", Change(Op.update, {"secret": "louder"}, number))

    html = clerk.get(f"/a/shop/order/{number}")

    assert "hush" not in html
    assert "louder" not in html
    assert "changed 1 field" not in html
    assert "SECRET" not in html


def test_history_names_the_system(shop, boss):
    number = shop.add("order", {"name": "Any"})[0]

    assert "The system" in boss.get(f"/a/shop/order/{number}")


def test_unseen_absent_and_nonsense_look_alike(shop, clerk):
    foreign = shop.add("order", {"name": "Foreign"})[0]

    addresses = (str(foreign), "17000000017", "nonsense")
    pages = [clerk.get(f"/a/shop/order/{each}", status=404).replace(each, "") for each in addresses]

    assert len({re.sub(r'nonce="[^"]*"', "", each) for each in pages}) == 1


def test_a_reader_without_rights_gets_no_buttons(shop, clerk):
    ada = shop.add("person", {"name": "Ada"})[0]

    html = clerk.get(f"/a/shop/person/{ada}")

    assert f"/a/shop/person/{ada}/edit" not in html
    assert f"/a/shop/person/{ada}/delete" not in html
    clerk.get(f"/a/shop/person/{ada}/edit", status=403)
    clerk.post(f"/a/shop/person/{ada}/delete", status=403)


def test_a_record_is_deleted_and_taken_back(shop, boss):
    number = shop.add("order", {"name": "Bicycle"})[0]

    boss.post(f"/a/shop/order/{number}/delete", {"_version": "1"})
    html = boss.get("/a/shop/order")

    assert "Moved to the trash" in html
    assert f'action="/a/shop/order/{number}/restore"' in html
    boss.get(f"/a/shop/order/{number}", status=404)
    boss.post(f"/a/shop/order/{number}/restore")
    assert "Bicycle" in boss.get(f"/a/shop/order/{number}")


def test_a_record_in_use_stays_and_says_why(shop, boss):
    ada = shop.add("person", {"name": "Ada"})[0]
    shop.add("order", {"name": "Hers", "person": ada})

    answer = boss.post(f"/a/shop/person/{ada}/delete", status=303)

    assert "still refers to it" in boss.get(answer.headers["location"])


def test_a_masked_field_is_shown_in_outline_only(shop, clerk):
    ada = shop.add("person", {"name": "Ada", "phone": "13912345678"})[0]

    html = clerk.get(f"/a/shop/person/{ada}") + clerk.get("/a/shop/person")

    assert html.count("****") >= 2
    assert "12345678" not in html
    assert '<option value="phone"' not in clerk.get("/a/shop/person")  # nobody filters by a mask
