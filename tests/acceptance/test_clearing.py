"""The demo's records go by one click, the design and what people made stay."""

from __future__ import annotations

from collections.abc import Callable

from tests.acceptance.conftest import Door, token_of


def test_an_administrator_clears_the_demo_and_keeps_the_design(crm: Callable[[str], Door]) -> None:
    admin, seller = crm("tang.guoqing"), crm("lin.xiaowen")
    admin.enter()
    page = admin.browser.get("/?all=1").text
    assert "/demo/crm/clear" in page

    after = admin.browser.post("/demo/crm/clear", data={"csrf": token_of(page)}).text

    assert "条示例数据" in after
    assert "/demo/crm/clear" not in after
    assert admin.call("GET", "crm/customer?total=exact")["total"]["count"] == 0
    seller.enter()
    assert seller.browser.get("/a/crm/customer").status_code == 200


def test_nobody_else_may_clear_it(crm: Callable[[str], Door]) -> None:
    seller = crm("wang.haoran")
    seller.enter()
    page = seller.browser.get("/a/crm/product").text

    answer = seller.browser.post("/demo/crm/clear", data={"csrf": token_of(page)})

    assert answer.status_code == 403
