"""Views that are shared with others, and the one that a list begins with."""

import re

from tests.web.screens.conftest import titles

VIEWS = "/a/shop/order/views"
DEAR = {"filter": "amount > 40"}


def role(shop):
    return str(shop.model.roles["clerk"])


def test_a_view_is_shared_with_a_role_by_who_may_and_stays_its_makers(shop, boss, clerk):
    mine = {"owner": str(clerk.user_id)}
    shop.add("order", {"name": "Cheap", "amount": "5", **mine}, {"name": "Dear", "amount": "500", **mine})

    place = boss.post(VIEWS, {"name": "Big", **DEAR, "share": role(shop)}).headers["location"]
    hidden = boss.post(VIEWS, {"name": "Hush", "filter": 'secret = "x"', "share": "all"}).headers["location"]
    html = clerk.get(place)

    assert titles(html) == ["Dear"]
    assert "Big" in html
    assert "Hush" not in html
    unknown = clerk.get(hidden)
    assert "secret" not in unknown
    assert titles(unknown) == titles(clerk.get("/a/shop/order")) != []
    clerk.post(f"{VIEWS}/{place.partition('=')[2]}", {"name": "Ha"}, status=404)
    clerk.post(f"{VIEWS}/{place.partition('=')[2]}/delete", status=404)
    boss.post(f"{VIEWS}/{place.partition('=')[2]}", {"name": "Big", **DEAR})
    assert "Big" not in clerk.get("/a/shop/order")


def test_a_shared_view_has_a_star_while_it_is_shared(shop, boss, clerk):
    place = boss.post(VIEWS, {"name": "Big", **DEAR, "share": role(shop)}).headers["location"]
    own = boss.post(VIEWS, {"name": "Hush", **DEAR}).headers["location"]
    secret = {"name": "Deep", "filter": 'secret = "x"', "share": "all"}
    deep = boss.post(VIEWS, secret).headers["location"].partition("=")[2]
    order, person = (shop.model.form(each).uid for each in ("order", "person"))
    big, hush = (each.partition("=")[2] for each in (place, own))
    target = re.findall(r'name="target" value="([^"]*)"', clerk.get(place))[0]

    clerk.post("/stars", {"target": target, "wanted": "1"})
    for unseen in (hush, deep, "secret"):
        clerk.post("/stars", {"target": f"view:{order}:{unseen}", "wanted": "1"}, status=404)
    boss.post("/stars", {"target": f"view:{order}:{deep}", "wanted": "1"})
    boss.post("/stars", {"target": f"view:{person}:{hush}", "wanted": "1"}, status=404)

    assert target == f"view:{order}:{big}"
    assert f'href="{place}"' in clerk.get("/todos").partition("Favourites")[2]
    boss.post(f"{VIEWS}/{big}", {"name": "Big", **DEAR})
    assert "Big" not in clerk.get("/todos")


def test_who_neither_designs_nor_administers_keeps_views_to_herself(shop, boss, clerk):
    shop.add("order", {"name": "Mine", "owner": str(clerk.user_id)})

    clerk.get("/a/shop/order")
    clerk.post(VIEWS, {"name": "Clerks own", "search": "mine", "share": "all"})

    assert "Clerks own" in clerk.get("/a/shop/order")
    assert "Share with" not in clerk.get("/a/shop/order")
    assert "Clerks own" not in boss.get("/a/shop/order")


def test_a_list_begins_with_the_view_its_reader_chose(shop, boss, clerk):
    shop.add("order", {"name": "Slow", "owner": str(clerk.user_id)}, {"name": "Fast", "urgent": True})

    boss.get("/a/shop/order?view=urgent")
    boss.post(f"{VIEWS}/first", {"view": "urgent"})
    first, usual = boss.get("/a/shop/order"), boss.get("/a/shop/order?view=")
    falling = boss.get("/a/shop/order?view=&sort=-name")
    boss.post(f"{VIEWS}/first", {"view": "nothing"}, status=404)
    boss.post(f"{VIEWS}/first", {"view": ""})

    assert titles(first) == ["Fast"]
    assert titles(usual) == ["Fast", "Slow"]
    assert titles(falling) == ["Slow", "Fast"]
    assert 'href="/a/shop/order?view="' in falling  # no order again is still everything
    assert titles(boss.get("/a/shop/order")) == ["Fast", "Slow"]
    assert titles(clerk.get("/a/shop/order")) == ["Slow"]
