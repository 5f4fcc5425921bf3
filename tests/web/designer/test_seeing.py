"""An app through the eyes of a role or a person, and why something is seen: never more than one may see."""

import re
from html import unescape

import pytest

import main
from tests.fixtures.rest import ROLES, shop_bytes
from tests.web.designer.test_form_designer import BASE, Desk

AS, WHY = f"{BASE}/as", f"{BASE}/why"
RICH = [
    {
        "key": "rich", "label": "Rich",
        "grants": [
            {"form": "order", "actions": ["view", "edit"], "where": "amount > 100",
             "fields": {"word": "masked", "note": "hidden"}, "others": "read"}
        ],
    },
    {
        "key": "maker", "label": "Maker", "design": True,
        "grants": [{"form": "order", "actions": ["view"], "fields": {"amount": "hidden"}}],
    },
]  # fmt: skip


@pytest.fixture
def shop(rest):
    """Two orders, one of them large; a designer without an admin's rights; a person who holds Rich."""
    rest.publish(shop_bytes(roles=[*ROLES, *RICH]))
    chief = rest.door("chief", "chief")
    small = chief.create(title="small one", word="a long word", amount="5", note="quiet")
    large = chief.create(title="large one", word="a long word", amount="500", note="quiet")
    return rest, small, large


def text_of(page):
    return " ".join(re.sub("<[^>]+>", " ", unescape(page)).split())


def test_a_person_is_seen_through_with_what_the_person_sees(shop):
    rest, small, large = shop
    desk = Desk(rest, rest.add("tang", admin=True))
    who = f"as=person/{rest.add('rita', 'rich')}"

    over = text_of(desk.get(f"{AS}?{who}"))
    listed = desk.get(f"{AS}/order?{who}")
    record = text_of(desk.get(f"{AS}/order/{large}?{who}"))

    assert "Seen as Rita" in over
    assert "Item Not visible" in over.replace("Look at the records", "")
    assert "large one" in listed
    assert "small one" not in listed
    desk.get(f"{AS}/order/{small}?{who}", 404)
    assert "a l****rd" in record
    assert "Note This field is not visible No" in record


def test_why_is_told_rule_by_rule_with_the_way_to_each(shop):
    rest, small, large = shop
    desk = Desk(rest, rest.add("tang", admin=True))
    who = rest.add("rita", "rich", "sender")

    page = unescape(desk.get(f"{WHY}?as=person/{who}&form=order&field=word&id={large}"))
    other = text_of(desk.get(f"{WHY}?as=person/{who}&form=order&field=word&id={small}"))

    said = text_of(page)
    assert "Rita sees “large one”" in said
    assert "Sees “Word” masked" in said
    assert "May not change “Word”" in said
    assert "Rita holds: Sender, Rich" in said
    assert "The role “Rich” allows: View, Edit; records: those where Amount > 100" in said
    assert "This record is one of them" in said
    assert 'href="/design/shop/element?at=roles/rich/grants/0"' in page
    assert f'href="/people/{who}"' in page
    assert "Rita does not see the record “small one”" in other
    assert "This record is none of them" in other
    assert f'href="{WHY}?form=order&id={large}"' in unescape(desk.get(f"/a/shop/order/{large}"))
    pasted = desk.get(f"{WHY}?as=person/{who}&form=order&field=word&id=http://here/a/shop/order/{large}")
    assert "Rita sees “large one”" in text_of(pasted)
    assert "no such record" in text_of(desk.get(f"{WHY}?as=person/{who}&form=order&field=word&id=1"))


def test_the_same_is_answered_to_programs(shop):
    rest, small, large = shop
    admin, who = rest.door("tang", admin=True), rest.add("rita", "rich")
    url = f"/api/builder/shop/why?as=person/{who}&form=order&field=note"

    told = admin.get(f"{url}&id={large}")
    general = admin.get(url)

    assert (told["sight"], told["may"], told["edit"]) == ("absent", ["edit", "view"], False)
    assert [(each["role"], each["holds"], each["right"]) for each in told["grants"]] == [
        ("rich", True, "hidden")
    ]
    assert admin.get(f"{url}&id={small}")["may"] == []
    assert general["grants"][0]["holds"] is None
    admin.get(f"{url}&no=1", 400)
    admin.get("/api/builder/shop/why?as=person/1&form=order&field=note", 404)


def test_draft_rights_are_tried_before_they_are_published(shop):
    rest, _small, _large = shop
    desk = Desk(rest, rest.add("tang", admin=True))
    desk.act(do="panel", place="roles/rich/grants/0", **{"set.where": "amount < 100"})

    drafted = desk.get(f"{AS}/order?as=role/rich&of=draft")

    assert "small one" in drafted
    assert "large one" not in drafted
    assert "large one" in desk.get(f"{AS}/order?as=role/rich")


def test_a_designer_sees_no_person_and_through_a_role_only_what_both_see(shop):
    """Of records that a hidden amount chooses nothing is told: the list itself would tell the amount."""
    rest, _small, large = shop
    desk, who = Desk(rest, rest.add("mo", "maker")), rest.add("rita", "rich")
    door = rest.door("mei", "maker")

    assert "large one" not in desk.get(f"{AS}/order?as=role/rich", 404)
    listed = desk.get(f"{AS}/order?as=role/reader")
    record = text_of(desk.get(f"{AS}/order/{large}?as=role/reader"))

    told = text_of(desk.get(f"{AS}?as=role/rich"))

    assert "View" in told
    assert "you may not see these records yourself" in told
    assert "you may not see these records yourself" not in text_of(desk.get(f"{AS}?as=role/reader"))
    assert "small one" in listed
    assert "500" not in listed
    assert "Amount" not in record
    assert "both this role and you may see" in record
    desk.get(f"{AS}?as=person/{who}", 404)
    desk.get(f"{WHY}?as=person/{who}&form=order&field=word", 404)
    desk.get(f"{WHY}?as=role/reader&form=order&field=word&id={large}", 403)
    assert "allows: View" in text_of(desk.get(f"{WHY}?as=role/reader&form=order&field=word"))
    door.get(f"/api/builder/shop/why?as=role/reader&form=order&field=word&id={large}", 403)


def test_a_draft_role_is_no_way_to_ask_after_hidden_values(shop):
    rest, _small, _large = shop
    desk = Desk(rest, rest.add("mo", "maker"))
    for where in ("amount > 100", 'person.name = "x" OR amount > 100'):
        desk.act(do="panel", place="roles/reader/grants/0", **{"set.where": where})

        desk.get(f"{AS}/order?as=role/reader&of=draft", 404)

    desk.act(do="panel", place="roles/reader/grants/0", **{"set.where": 'CONTAINS(title, "large")'})
    seen = desk.get(f"{AS}/order?as=role/reader&of=draft")
    assert "large one" in seen
    assert "small one" not in seen


def test_nothing_is_written_through_other_eyes(shop):
    rest, _small, large = shop
    desk, who = Desk(rest, rest.add("tang", admin=True)), rest.add("rita", "rich", "clerk")
    before = rest.snapshot()

    pages = [
        desk.get(f"{AS}{path}?as=person/{who}") for path in ("", "/order", f"/order/{large}", "/order/new")
    ]

    assert all('method="post"' not in page.split("<main")[1].split("</main>")[0] for page in pages)
    assert not [
        each for each in main.routes() if each.path.startswith("/design/{app}/as") and each.method != "GET"
    ]
    assert rest.snapshot() == before
    assert "New: Order" in pages[3]


def test_strangers_are_not_told(shop):
    rest, *_ = shop
    clerk = Desk(rest, rest.add("may", "clerk"))

    for path in (AS, WHY, f"{AS}/order", f"{AS}/order/new"):
        clerk.get(f"{path}?as=role/reader", 404)
