"""What the example does by itself, by stages, reviews and rules; with the demo's people and no data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import main
from engines.form.columns import iso
from engines.store import people
from examples import crm_demo
from runtime.demo import load_demo
from runtime.installation import Installation, Settings
from runtime.web.application import Application
from tests.acceptance.conftest import Door, token_of
from tests.fixtures.clock import FakeClock
from tests.fixtures.grammar import shared_grammar

SELLER, LEADER, DIRECTOR, BOSS = "lin.xiaowen", "sun.lifeng", "zhao.minghui", "chen.jianguo"
LEGAL, FINANCE, SERVICE, CARER, ADMIN = "zheng.kai", "wu.xiulan", "luo.zhiwei", "gao.yaqin", "tang.guoqing"


@dataclass
class House:
    """The installation, a door for each person, and the time."""

    box: Installation
    application: Application
    clock: FakeClock
    doors: dict[str, Door] = field(default_factory=dict)

    def __call__(self, login: str) -> Door:
        return self.doors.setdefault(login, Door(self.box, self.application, login))

    @property
    def today(self) -> str:
        """Return the day in China; no test of it begins in the evening."""
        return f"{self.clock.now():%Y-%m-%d}"

    def pass_time(self, **span: float) -> None:
        """Let time pass, and everything happen that is due by then."""
        self.clock.forward(**span)
        self.box.lease.renew()
        self.box.worker.run_due()

    def todos(self, login: str) -> dict[str, str]:
        """Return what somebody has to do or may take, and until when."""
        found = self(login).call("GET", "todos?limit=200")["data"]
        return {each["title"]: each["due"] for each in found}

    def notices(self, login: str) -> list[str]:
        """Return what somebody was told, the newest first."""
        return [each["title"] for each in self(login).call("GET", "notices?limit=200")["data"]]

    def customer(self, name: str, login: str = SELLER) -> str:
        """Create a customer and return its id."""
        values = {"name": name, "industry": "manufacturing", "region": "east"}
        return str(self(login).call("POST", "crm/customer", values, 201)["_id"])

    def deal(self, name: str, *moves: str | tuple[str, Mapping[str, Any]], login: str = SELLER) -> str:
        """Create an opportunity, press its buttons, and return its id."""
        values = {
            "name": name, "customer": self.customer(f"{name}有限公司", login), "amount": "5000",
            "expected_on": "2027-06-30",
        }  # fmt: skip
        found = str(self(login).call("POST", "crm/opportunity", values, 201)["_id"])
        for each in moves:
            key, said = each if isinstance(each, tuple) else (each, {})
            self.move(found, key, login, **said)
        return found

    def move(self, deal: str, key: str, login: str = SELLER, **values: Any) -> Any:
        """Press a button of an opportunity's stage."""
        body = {"move": key, "values": values}
        return self(login).call("POST", f"crm/opportunity/{deal}/move", body)

    def contract(self, name: str, amount: str) -> str:
        """Create a contract, send it to be reviewed, and return its id."""
        values = {"name": name, "customer": self.customer(f"{name}公司"), "amount": amount, "type": "first"}
        found = str(self(SELLER).call("POST", "crm/contract", values, 201)["_id"])
        self(SELLER).call("POST", f"crm/contract/{found}/flows", {"flow": "review"}, 201)
        return found

    def tasks(self, login: str, record: str) -> list[Any]:
        """Return the tasks of somebody about a record."""
        return [each for each in self(login).call("GET", "tasks")["data"] if each["record"] == record]

    def decide(self, login: str, record: str, button: str, status: int = 200, **said: Any) -> Any:
        """Press a button of the task that somebody has about a record."""
        (task,) = self.tasks(login, record)
        return self(login).call("POST", f"tasks/{task['id']}", {"button": button, **said}, status)

    def trail(self, record: str, login: str = SELLER) -> Any:
        """Return what happened in the review of a contract."""
        return self(login).call("GET", f"crm/contract/{record}/flows")["data"][0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open it once; every test has records of its own."""
    folder, clock = tmp_path_factory.mktemp("sales"), FakeClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    settings = Settings(folder, f"sqlite:///{folder / 'weft.db'}", demo="crm", fast_passwords=True)
    box = Installation(settings, clock, shared_grammar())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crm_demo, "records", lambda _: iter(()))
        load_demo(box, "crm")
    yield House(box, Application(box, main.routes()), clock)
    box.close()


AT_PROPOSAL = ("next", "next", ("next", {"requirements_confirmed": True}))


def test_s45_a_lost_opportunity_needs_a_reason_and_is_closed(house: House) -> None:
    deal = house.deal("输单示例")

    refused = house(SELLER).codes("POST", f"crm/opportunity/{deal}/move", {"move": "lose"})
    lost = house.move(deal, "lose", loss_reason="price")

    assert refused == {"loss_reason": "field.required"}
    assert (lost["stage"], lost["state"], lost["closed_on"]) == (
        "lost",
        "closed",
        house.today,
    )
    assert house(SELLER).call("GET", f"crm/opportunity/{deal}/flows")["moves"] == []


def test_s50_e1_submitting_a_proposal_sets_the_state_and_tells_every_director_once(house: House) -> None:
    leader = house(LEADER).id
    with house.box.db.write() as conn:
        model = house.box.app(conn, "crm", house.box.current(conn))
        second = people.load_person(conn, leader)
        people.set_roles(conn, second.id, {*second.role_uids, model.roles["sales_director"]})
    deal = house.deal("报价示例", *AT_PROPOSAL)

    click: dict[str, Any] = {"idempotency_key": "one-click"}
    first, moved = (
        house(SELLER).call("POST", f"crm/opportunity/{deal}/move", {"move": "submit"}, **click)
        for _ in range(2)
    )

    assert first == moved
    assert (moved["stage"], moved["state"]) == ("proposal", "quoting")
    for login in (DIRECTOR, LEADER):
        assert house.notices(login).count("报价待关注：报价示例") == 1
    told = house(DIRECTOR).call("GET", "notices")["data"]
    assert "林晓雯 提交了报价，预计成交金额 ¥5,000.00。" in [each["body"] for each in told]


@pytest.mark.parametrize("login", [SELLER, ADMIN])
def test_s66_nobody_jumps_from_first_contact_to_won(house: House, login: str) -> None:
    deal = house.deal(f"跳级{login}", "next")
    door, path = house(login), f"crm/opportunity/{deal}"

    assert door.codes("POST", f"{path}/move", {"move": "win"}) == {"move": "flow.no_such_move"}
    assert door.codes("PATCH", path, {"stage": "won"})["stage"] == "flow.only_moved"
    bulk = {"action": "update", "mode": "each", "records": [{"_id": deal, "stage": "won"}]}
    (result,) = door.call("POST", "crm/opportunity/bulk", bulk)["results"]
    assert ("stage", "flow.only_moved") in [(each["path"], each["code"]) for each in result["issues"]]
    assert door.call("GET", path)["stage"] == "contacted"


def test_s66_nor_does_a_spreadsheet(house: House) -> None:
    deal = house.deal("导入跳级", "next")
    sheet = "商机名称,商机阶段\n导入跳级,赢单\n".encode()

    sent = house(ADMIN).send("crm/opportunity/import?key=name&mode=each", sheet, "text/csv")

    assert "flow.only_moved" in sent.text, sent.text
    assert house(SELLER).call("GET", f"crm/opportunity/{deal}")["stage"] == "contacted"


def test_s61_a_rule_has_the_director_decide_on_more_than_a_tenth_off(house: House) -> None:
    goods = {"name": "折扣产品", "code": "P-61", "category": "service", "price": "1000"}
    product = house(ADMIN).call("POST", "crm/product", goods, 201)["_id"]
    deals = {}
    for discount in ("10", "15"):
        deal = deals[discount] = house.deal(f"折扣{discount}", *AT_PROPOSAL)
        line = {"product": product, "quantity": "1", "price": "1000", "discount": discount, "amount": "850"}
        house(SELLER).call("PATCH", f"crm/opportunity/{deal}", {"items": [line]})
        house.move(deal, "submit")

    assert house.tasks(DIRECTOR, deals["10"]) == []
    body = {"move": "win"}
    refused = house(SELLER).codes("POST", f"crm/opportunity/{deals['15']}/move", body)
    assert refused == {"discount_review": "record.check_failed"}
    house.decide(DIRECTOR, deals["15"], "approve")
    assert [house.move(each, "win")["stage"] for each in deals.values()] == ["won", "won"]


def test_s61_what_the_director_refuses_is_open_again(house: House) -> None:
    goods = {"name": "低价产品", "code": "P-62", "category": "service", "price": "1000"}
    product = house(ADMIN).call("POST", "crm/product", goods, 201)["_id"]
    deal = house.deal("低价报价", *AT_PROPOSAL)
    line = {"product": product, "quantity": "1", "price": "1000", "discount": "30", "amount": "700"}
    house(SELLER).call("PATCH", f"crm/opportunity/{deal}", {"items": [line]})
    house.move(deal, "submit")

    house.decide(DIRECTOR, deal, "reject", comment="折扣太大")

    found = house(SELLER).call("GET", f"crm/opportunity/{deal}")
    assert (found["state"], found["discount_review"]) == ("open", "rejected")
    assert "特价未获同意：低价报价" in house.notices(SELLER)
    house(SELLER).call("PATCH", f"crm/opportunity/{deal}", {"items": [{**line, "discount": "5"}]})
    house.move(deal, "submit")
    assert house.tasks(DIRECTOR, deal) == []
    assert house.move(deal, "win")["stage"] == "won"


def test_e9_the_proposal_waits_for_confirmed_requirements(house: House) -> None:
    deal = house.deal("关口示例", "next", "next")

    refused = house(SELLER).codes("POST", f"crm/opportunity/{deal}/move", {"move": "next"})

    assert "requirements_confirmed" in refused


def test_s18_a_deal_put_into_the_proposal_column_is_half_won(house: House) -> None:
    deal, seller = house.deal("看板示例", "next", "next"), house(SELLER)
    seller.enter()
    board = seller.browser.get("/a/crm/opportunity?view=board").text
    posted = {"csrf": token_of(board), "to": "proposal"}

    asked = seller.browser.post(f"/a/crm/opportunity/{deal}/put?view=board", data=posted)
    said = {"request": "s18-on-the-board", "amount": "5000", "requirements_confirmed": "1"}
    path = f"{asked.url.path}?{asked.url.query.decode()}"
    back = seller.browser.post(path, data={"csrf": token_of(asked.text), **said})

    found = seller.call("GET", f"crm/opportunity/{deal}")
    assert (found["stage"], found["probability"]) == ("proposal", "50")
    assert str(back.url).endswith("/a/crm/opportunity?view=board")
    column = back.text.partition('id="cards-proposal"')[2].partition("</ol>")[0]
    assert "看板示例" in column


def test_s42_customers_nobody_touched_for_a_month_stand_in_the_view_of_the_dormant(house: House) -> None:
    seller = house(SELLER)
    for name, days in (("久未联系", 40), ("上周联系", 7)):
        followup = {
            "customer": house.customer(f"{name}公司"), "subject": name, "method": "call",
            "happened_at": iso(house.clock.now() - timedelta(days=days)), "content": "问候",
        }  # fmt: skip
        seller.call("POST", "crm/followup", followup, 201)
    seller.enter()

    html = seller.browser.get("/a/crm/customer?view=dormant").text

    assert "久未联系公司" in html
    assert "上周联系公司" not in html


def test_s51_legal_and_finance_decide_in_order_and_the_trail_keeps_what_they_said(house: House) -> None:
    contract = house.contract("二十万合同", "200000")
    assert house(SELLER).call("GET", f"crm/contract/{contract}")["status"] == "reviewing"
    assert house.tasks(FINANCE, contract) == []

    refused = house.decide(LEGAL, contract, "approve", 422)
    house.decide(LEGAL, contract, "approve", values={"legal_opinion": "条款无异议"}, comment="同意签订")
    house.decide(FINANCE, contract, "approve", comment="额度可用")

    assert [each["path"] for each in refused["issues"]] == ["legal_opinion"]
    done = house(SELLER).call("GET", f"crm/contract/{contract}")
    assert (done["status"], done["legal_opinion"]) == ("approved", "条款无异议")
    trail = house.trail(contract)
    said = [(each["node"], one["comment"]) for each in trail["visits"] for one in each["decisions"]]
    assert said == [("legal", "同意签订"), ("finance", "额度可用")]
    assert trail["state"] == "approved"
    assert "抄送：合同已通过审批：二十万合同" in house.notices(DIRECTOR)
    assert house.tasks(BOSS, contract) == []


@pytest.mark.parametrize("login", [SELLER, ADMIN])
def test_s66_nobody_signs_what_was_not_reviewed(house: House, login: str) -> None:
    values = {"name": "未审批合同", "customer": house.customer(f"未审批{login}"), "amount": "100"}
    draft = house(SELLER).call("POST", "crm/contract", values, 201)["_id"]
    signed = {"status": "signed", "signed_on": house.today}

    assert house(login).codes("PATCH", f"crm/contract/{draft}", signed) == {"status": "record.check_failed"}
    assert house(login).codes("POST", "crm/contract", {**values, **signed}) == {
        "status": "record.check_failed"
    }
    reviewed = house.contract(f"已审批{login}", "100")
    house.decide(LEGAL, reviewed, "approve", values={"legal_opinion": "可签"})
    house.decide(FINANCE, reviewed, "approve")
    assert house(login).call("PATCH", f"crm/contract/{reviewed}", signed)["status"] == "signed"


@pytest.mark.parametrize(("amount", "asked"), [("600000", 1), ("500000", 0)])
def test_s52_above_half_a_million_the_general_manager_decides_too(
    house: House, amount: str, asked: int
) -> None:
    contract = house.contract(f"大额{amount}", amount)
    house.decide(LEGAL, contract, "approve", values={"legal_opinion": "可签"})
    house.decide(FINANCE, contract, "approve")

    assert len(house.tasks(BOSS, contract)) == asked


def test_a_contract_goes_back_is_mended_and_comes_straight_to_whoever_sent_it_back(house: House) -> None:
    contract = house.contract("退回示例", "90000")
    house.decide(LEGAL, contract, "approve", values={"legal_opinion": "可签"})
    assert house.decide(FINANCE, contract, "return", 422)["issues"][0]["path"] == "comment"
    house.decide(FINANCE, contract, "return", comment="请补付款计划")
    plan = [{"name": "全款", "due_on": "2027-01-10", "share": "100", "amount": "90000"}]

    house.decide(SELLER, contract, "submit", values={"plan": plan})

    assert house.tasks(LEGAL, contract) == []
    assert len(house.tasks(FINANCE, contract)) == 1
    house.decide(FINANCE, contract, "reject", comment="额度不足")
    refused = house(SELLER).codes("PATCH", f"crm/contract/{contract}", {"status": "approved"})
    assert refused == {"status": "record.check_failed"}


def test_whoever_sent_a_contract_may_take_it_back_until_somebody_decided(house: House) -> None:
    first, second = house.contract("撤回一", "1000"), house.contract("撤回二", "1000")
    house.decide(LEGAL, second, "approve", values={"legal_opinion": "可签"})

    house(SELLER).call("POST", f"crm/contract/{first}/flows/{house.trail(first)['id']}/withdraw", {})
    late = house(SELLER).call(
        "POST", f"crm/contract/{second}/flows/{house.trail(second)['id']}/withdraw", {}, 409
    )

    assert house.trail(first)["state"] == "withdrawn"
    assert house.tasks(LEGAL, first) == []
    assert late["code"] == "flow.no_withdrawing"


def test_who_lets_a_contract_wait_is_reminded(house: House) -> None:
    house.contract("超时示例", "1000")
    house.pass_time(hours=47)
    assert not [each for each in house.notices(LEGAL) if "超时示例" in each]

    house.pass_time(hours=2)

    assert len([each for each in house.notices(LEGAL) if "超时示例" in each]) == 1


def test_s79_e2_three_days_in_first_contact_without_an_update(house: House) -> None:
    quiet, cared = house.deal("无人跟进", "next"), house.deal("有人跟进", "next")
    title = "跟进商机：无人跟进"
    house.pass_time(days=2)
    told = {"subject": "电话", "method": "call", "opportunity": cared, "content": "已联系"}
    customer = house(SELLER).call("GET", f"crm/opportunity/{cared}")["customer"]
    house(SELLER).call("POST", "crm/followup", {**told, "customer": customer}, 201)
    house.pass_time(days=1, minutes=-1)
    assert title not in house.todos(SELLER)

    house.pass_time(minutes=2)

    assert [login for login in (SELLER, LEADER, DIRECTOR) if title in house.todos(login)] == [SELLER, LEADER]
    assert "跟进商机：有人跟进" not in house.todos(SELLER)
    house.move(quiet, "next")
    house.pass_time(days=4)
    assert list(house.todos(SELLER)).count(title) == 1


def test_s80_e3_a_new_lead_goes_to_its_region_with_a_day_for_the_first_contact(house: House) -> None:
    lead = {"name": "张三", "source": "website_form", "region": "east"}
    marketing, due = house("zhou.xinyi"), iso(house.clock.now() + timedelta(days=1))

    made = [
        marketing.call(
            "POST",
            "crm/lead",
            {**lead, "company": f"杭州新线索{number}", "phone": f"1399999000{number}"},
            201,
        )
        for number in range(2)
    ]
    house.pass_time()

    sellers = {str(house(login).id): login for login in (SELLER, "wang.haoran")}
    assert {each["owner"] for each in made} == sellers.keys()
    for each in made:
        login = sellers[each["owner"]]
        assert house.todos(login)[f"首次联系：{each['company']}"] == due
        assert f"新线索分配给你：{each['company']}" in house.notices(login)


def test_s81_e4_a_week_after_the_proposal_unless_it_is_decided(house: House) -> None:
    house.deal("报价未回", *AT_PROPOSAL, "submit")
    won = house.deal("报价已赢", *AT_PROPOSAL, "submit")
    house.pass_time(days=5)
    house.move(won, "win")
    house.pass_time(days=2, minutes=1)

    assert "报价已发出 7 天：报价未回" in house.todos(SELLER)
    assert "报价已发出 7 天：报价已赢" not in house.todos(SELLER)


def test_s87_e8_a_complaint_becomes_a_ticket_and_the_service_director_is_told(house: House) -> None:
    customer = house.customer("投诉示例公司")
    talk = {"subject": "月度回访", "method": "call", "customer": customer}
    house(SELLER).call("POST", "crm/followup", {**talk, "content": "一切正常"}, 201)
    house.pass_time()
    said = house(SELLER).call("POST", "crm/followup", {**talk, "content": "客户投诉交货太慢"}, 201)
    house.pass_time()

    found = house(CARER).call("GET", f"crm/ticket?filter=customer={customer}")["data"]

    assert [(each["type"], each["status"], each["followup"]) for each in found] == [
        ("complaint", "accepted", said["_id"])
    ]
    assert house.notices(CARER).count("客户投诉：投诉示例公司") == 1
    assert "客户投诉：投诉示例公司" not in house.notices(SERVICE)
    assert "处理工单：月度回访" in house.todos(SERVICE)
    house(SELLER).call("PATCH", f"crm/followup/{said['_id']}", {"content": "客户再次投诉"})
    house.pass_time()
    assert len(house(CARER).call("GET", f"crm/ticket?filter=customer={customer}")["data"]) == 1


@pytest.mark.parametrize(("score", "cared"), [("6", True), ("7", False)])
def test_s89_e12_below_seven_the_service_director_cares(house: House, score: str, cared: bool) -> None:
    name = f"评分{score}公司"
    answer = {"customer": house.customer(name), "score": score, "reason": "响应太慢"}

    house(SERVICE).call("POST", "crm/survey", answer, 201)
    house.pass_time()

    assert (f"客户关怀：{name}" in house.todos(CARER)) is cared
    assert f"客户关怀：{name}" not in house.todos(SERVICE)


def test_s220_a_ticket_is_received_handled_resolved_and_closed(house: House) -> None:
    values = {"subject": "终端离线", "customer": house.customer("工单示例公司"), "problem": "采集终端离线"}
    ticket = house(SERVICE).call("POST", "crm/ticket", values, 201)["_id"]
    path = f"crm/ticket/{ticket}/move"

    house(SERVICE).call("POST", path, {"move": "begin"})
    assert house(SERVICE).codes("POST", path, {"move": "solve"}) == {"solution": "field.required"}
    house(SERVICE).call("POST", path, {"move": "solve", "values": {"solution": "已更换"}})
    closed = house(SERVICE).call("POST", path, {"move": "close"})

    assert (closed["status"], closed["owner"]) == ("closed", str(house(SERVICE).id))
    assert closed["resolved_on"]


def test_s42_a_customer_untouched_for_thirty_days_stands_in_the_view_of_dormant_ones(house: House) -> None:
    idle, busy = house.customer("沉睡示例公司"), house.customer("常访示例公司")
    talk = {"subject": "回访", "method": "call", "content": "一切正常"}
    for each in (idle, busy):
        house(SELLER).call("POST", "crm/followup", {**talk, "customer": each}, 201)

    def dormant() -> tuple[bool, bool]:
        html = house(ADMIN).browser.get("/a/crm/customer?view=dormant&limit=200").text
        return f'id="row-{idle}"' in html, f'id="row-{busy}"' in html

    house.pass_time(days=30)
    house(SELLER).call("POST", "crm/followup", {**talk, "customer": busy}, 201)
    house(ADMIN).enter()
    before = dormant()
    house.pass_time(days=1)

    assert before == (False, False)
    assert dormant() == (True, False)
