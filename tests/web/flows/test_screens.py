"""Flows on the screen, with plain pages and posts: no script has to run."""

import re
from typing import Any

import pytest

from tests.fixtures.flowing import ask, flow
from tests.fixtures.rest import Rest
from tests.web.flows.office import CONTRACT, Browser, notices, with_flow


@pytest.fixture
def seller(lite: Rest) -> Browser:
    return Browser(lite, "lin", "seller")


def new(browser: Browser, kind: str, **values: Any) -> str:
    place = browser.post(f"/a/shop/{kind}/new", name="Big one", **values).headers["location"]
    return str(re.findall(r"/(\d+)", place)[-1])


def current(html: str) -> str:
    return re.sub(r"<[^>]+>", "", re.findall(r'aria-current="step">(.*?)</li>', html, re.DOTALL)[0]).strip()


def test_a_deal_is_moved_by_its_buttons(seller: Browser):
    deal = new(seller, "deal")
    url = f"/a/shop/deal/{deal}"

    html = seller.get(url)
    assert current(html) == "新线索"
    assert "先打电话。" in html
    assert {"转入下一阶段", "输单"} <= set(seller.buttons())
    seller.post(f"{url}/move/on", request=seller.request())
    assert current(seller.get(url)) == "初步接触"
    seller.post(f"{url}/move/on")
    seller.get(url)
    assert {"转入下一阶段", "退回"} <= set(seller.buttons())
    assert "赢单" not in seller.buttons()
    seller.post(f"{url}/move/win", 409)

    assert current(seller.get(url)) == "需求分析"


def test_s45_losing_asks_why(seller: Browser):
    deal = new(seller, "deal")
    url = f"/a/shop/deal/{deal}"

    seller.get(f"{url}/move/lose")
    assert 'name="reason"' in seller.html
    seller.post(f"{url}/move/lose", 422, reason="")
    assert "请填写此项" in seller.html
    seller.post(f"{url}/move/lose", reason="price", comment="太贵")

    html = seller.get(url)
    assert (current(html), "价格" in html) == ("输单", True)
    assert "转入下一阶段" not in seller.buttons()


def test_the_stage_is_no_input_of_the_form(seller: Browser):
    deal = new(seller, "deal")

    assert 'name="stage"' not in seller.get("/a/shop/deal/new")
    assert 'name="stage"' not in seller.get(f"/a/shop/deal/{deal}/edit")
    seller.post(f"/a/shop/deal/{deal}/edit", name="Other", stage="won")

    assert current(seller.get(f"/a/shop/deal/{deal}")) == "新线索"


def test_whoever_may_place_chooses_the_stage(lite: Rest):
    chief = Browser(lite, "chief", "chief")

    assert 'name="stage"' in chief.get("/a/shop/deal/new")
    deal = new(chief, "deal", stage="quote")

    assert current(chief.get(f"/a/shop/deal/{deal}")) == "方案报价"


def test_the_same_click_twice_tells_the_directors_once(lite: Rest, seller: Browser):
    director = Browser(lite, "zhao", "director")
    chief = Browser(lite, "chief", "chief")
    deal = new(chief, "deal", stage="quote")
    url = f"/a/shop/deal/{deal}"
    chief.get(url)
    token = chief.request()

    first = chief.post(f"{url}/move/submit", request=token)
    second = chief.post(f"{url}/move/submit", request=token)

    assert first.headers["location"] == second.headers["location"] == url
    assert notices(lite, director.user_id) == 1
    assert "报价中" in chief.get(url)


def test_a_contract_is_approved_by_those_who_are_asked(lite: Rest, seller: Browser):
    legal, finance = Browser(lite, "zheng", "legal"), Browser(lite, "wu", "finance", locale="en")
    contract = new(seller, "contract", amount="200000")
    url = f"/a/shop/contract/{contract}"
    seller.get(url)
    assert "提交审批" in seller.buttons()
    seller.post(f"{url}/flows/review", request=seller.request())

    task = _task(lite, legal)
    page = legal.get(task)
    assert {"同意", "驳回", "退回", "转交"} <= set(legal.buttons())
    assert 'name="opinion"' in page
    assert 'name="amount"' not in page
    assert "200,000" in page
    legal.press("approve", comment="条款无异议", opinion="可以签")
    done = legal.get(task)
    assert "您已处理过这项待办" in done
    legal.get(url, 404)
    assert "Finance" in finance.get(_task(lite, finance))
    finance.press("approve", comment="Fine")

    html = seller.get(url)
    assert "已通过" in html
    for said in ("法务审批", "条款无异议", "财务审批", "Fine", "可以签"):
        assert said in html
    assert "signed" in html


def test_two_approvers_and_the_late_one_is_told(lite: Rest, seller: Browser):
    one, two = Browser(lite, "zheng", "legal"), Browser(lite, "qian", "legal")
    contract = new(seller, "contract")
    seller.get(f"/a/shop/contract/{contract}")
    seller.post(f"/a/shop/contract/{contract}/flows/review")
    first, second = _task(lite, one), _task(lite, two)
    one.get(first)
    two.get(second)

    one.press("approve")
    two.press("reject", 409)

    assert "Zheng已经处理过了" in two.html
    assert "200" not in two.get(second)


def test_the_decision_form_stands_on_the_page_of_the_record(lite: Rest, seller: Browser):
    chief = Browser(lite, "chief", "chief", "legal")
    contract = new(seller, "contract")
    url = f"/a/shop/contract/{contract}"
    seller.get(url)
    seller.post(f"{url}/flows/review")

    page = chief.get(url)
    assert "法务审批" in page
    assert {"同意", "驳回"} <= set(chief.buttons())
    assert page.partition("<main")[2].partition("</main")[0].count("btn btn-primary") == 1
    assert chief.press("approve").headers["location"] == url
    assert "同意" not in [*chief.buttons()] or "法务审批" in chief.get(url)


def test_a_required_comment_and_field_are_asked_for(lite: Rest, seller: Browser):
    said = [{"key": "approve", "type": "approve", "comment": "required"}]
    strict = ask("node", "boss", buttons=said, fields={"opinion": "required"})
    lite.publish(with_flow(flow(strict, key="strict", form="contract")))
    boss = Browser(lite, "boss")
    contract = new(seller, "contract")
    seller.get(f"/a/shop/contract/{contract}")
    seller.post(f"/a/shop/contract/{contract}/flows/strict")
    boss.get(_task(lite, boss))

    boss.press("approve", 422, opinion="typed", comment="")
    assert "typed" in boss.html
    assert 'aria-invalid="true"' in boss.html
    boss.press("approve", 422, opinion="", comment="Read")
    assert ">Read</textarea>" in boss.html
    boss.press("approve", opinion="typed", comment="Read")


def test_handing_on_and_returning(lite: Rest, seller: Browser):
    one, two = Browser(lite, "zheng", "legal"), Browser(lite, "qian")
    contract = new(seller, "contract")
    url = f"/a/shop/contract/{contract}"
    seller.get(url)
    seller.post(f"{url}/flows/review")
    task = _task(lite, one)
    one.get(task)
    one.press("transfer", 422, comment="x")
    assert 'class="weft-transfer" open' in one.html
    one.press("transfer", to=str(two.user_id), comment="出差")
    assert "已转交" in one.get(task)

    two.get(_task(lite, two))
    two.press("return", comment="缺附件")
    page = seller.get(url)
    assert "缺附件" in page
    assert "提交" in seller.buttons()
    seller.press("submit")

    assert "第 2 次" in seller.get(url)


def test_withdrawing_says_what_stays(lite: Rest, seller: Browser):
    contract = new(seller, "contract")
    url = f"/a/shop/contract/{contract}"
    seller.get(url)
    seller.post(f"{url}/flows/review")
    link = re.findall(r'href="([^"]*/withdraw/\d+)"', seller.get(url))[0]

    assert "STATE" in seller.get(link)
    seller.post(link, request=seller.request())

    assert "已撤回" in seller.get(url)
    assert "提交审批" in seller.buttons()
    seller.get(link, 409)


def test_an_incident_is_shown_with_its_reason(lite: Rest, seller: Browser):
    check = {"that": 'state <> "signed" OR amount > 0', "message": "请填写金额", "field": "amount"}
    sign = {"key": "sign", "type": "update_record", "set": {"state": "signed"}, "next": "end"}
    quick = flow(sign, key="quick", form="contract")
    lite.publish(with_flow(quick, contract=CONTRACT | {"checks": [check]}))
    root = Browser(lite, "root", admin=True)
    contract = new(seller, "contract", amount="0")
    url = f"/a/shop/contract/{contract}"
    seller.get(url)
    seller.post(f"{url}/flows/quick")

    assert "请填写金额" in seller.get(url)
    page = root.get(_task(lite, root))
    assert "请填写金额" in page
    assert [each for each in root.buttons() if each in {"重试", "跳过"}] == ["重试", "跳过"]
    root.press("skip")

    assert "已通过" in seller.get(url)


def test_pages_of_tasks_are_nobody_elses(lite: Rest, seller: Browser):
    legal, other = Browser(lite, "zheng", "legal"), Browser(lite, "qian")
    contract = new(seller, "contract")
    seller.get(f"/a/shop/contract/{contract}")
    seller.post(f"/a/shop/contract/{contract}/flows/review")
    task = _task(lite, legal)

    for browser in (other, seller):
        browser.get(task, 404)
        browser.get(f"{task}/people", 404)
        browser.post(task, 404, button="approve")
    legal.get(f"{task}/lookup/owner", 404)
    legal.get(f"{task}/people?search=qian")
    other.get(f"/a/shop/contract/{contract}/move/on", 404)
    other.post(f"/a/shop/contract/{contract}/flows/review", 404)


def _task(rest: Rest, browser: Browser) -> str:
    with rest.installation.db.read() as conn:
        mine = f"SELECT link FROM weft_todo WHERE user_id = {browser.user_id} AND state = 'open'"
        (row,) = conn.exec_driver_sql(mine).all()
    return str(row[0])
