"""One search over everything a person may open, as a browser sees it."""

import re

import pytest


def found(html):
    """Return what stands in the answer: title and address."""
    return [
        (title, url) for url, title in re.findall(r'<a href="([^"]+)"><svg.*?<strong>(.*?)</strong>', html)
    ]


def named(html):
    return [title for title, _ in found(html)]


@pytest.fixture
def orders(shop):
    return shop.add(
        "order",
        {"name": "杭州云帆科技", "secret": "hush-77"},
        {"name": "Red bicycle"},
        {"name": "杭州红旗自行车"},
    )


def test_records_of_every_form_are_found_by_characters_pinyin_and_initials(shop, boss, orders):
    (ada,) = shop.add("person", {"name": "云小帆"})

    for text in ("云帆", "yunfan", "yfkj"):
        assert ("杭州云帆科技", f"/a/shop/order/{orders[0]}") in found(boss.get(f"/search?search={text}"))
    both = found(boss.get("/search?search=yun"))
    assert ("云小帆", f"/a/shop/person/{ada}") in both
    assert "杭州云帆科技" in [title for title, _ in both]


def test_pages_are_found_by_their_names_and_new_records_are_begun(boss):
    html = boss.get("/search?search=order")

    assert ("Orders", "/a/shop/order") in found(html)
    assert ("New Orders", "/a/shop/order/new") in found(html)
    assert "Contact" not in named(html)
    assert {"To-dos", "Orders", "Contact", "NOTES"} <= set(named(boss.get("/search")))


def test_actions_are_done_from_there_and_what_fits_best_comes_first(boss):
    html = boss.get("/search?search=language")

    assert re.search(r'name="locale" value="zh-CN"><input type="hidden" name="next" value="/"><button>', html)
    assert "New to-do" in named(boss.get("/search?search=new to"))
    assert named(boss.get("/search?search=ord"))[:2] == ["Orders", "New Orders"]


def test_a_chinese_reader_finds_pages_by_initials(shop):
    reader = shop.sign_in("wang", admin=True, locale="zh-CN")

    assert ("订单", "/a/shop/order") in found(reader.get("/search?search=dd"))


def test_nobody_finds_what_they_may_not_see(shop, clerk, boss, orders):
    shop.add("order", {"name": "Blue bicycle", "owner": str(clerk.user_id), "secret": "hush-88"})

    assert named(clerk.get("/search?search=bicycle")) == ["Blue bicycle"]
    assert named(clerk.get("/search?search=hush")) == []
    assert "hush" not in clerk.get("/search?search=blue")
    assert "NOTES" not in clerk.get("/search")
    assert "hush-88" in boss.get("/search?search=blue")


def test_more_than_a_few_lead_to_the_whole_list(shop, boss):
    shop.add("order", *({"name": f"Chair {number}"} for number in range(7)))

    html = boss.get("/search?search=chair")

    assert named(html) == [f"Chair {number}" for number in (6, 5, 4, 3, 2)]
    assert 'href="/a/shop/order?search=chair"' in html


@pytest.mark.parametrize("text", ["zzz", "%", "'", "<script>alert(1)</script>", "x" * 5000, "\x00", "  ,  "])
def test_what_is_not_there_is_said_so(boss, orders, text):
    answer = boss.client.get("/search", params={"search": text})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert orders
    assert not any(url.startswith("/a/shop/order/") for _, url in found(answer.text))
