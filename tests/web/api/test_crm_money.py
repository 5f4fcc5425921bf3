"""The example computes what its users ask for, and takes what strangers send by its public forms."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fixtures.clock import START, FakeClock
from tests.fixtures.rest import Door, Rest
from tests.fixtures.strangers import links, make_link, send, stranger

TODAY = START.date()


@pytest.fixture(scope="module")
def crm(rest_of_module) -> Rest:
    """The example without its demo."""
    found: Rest = rest_of_module((ROOT / "examples" / "crm_template.json").read_bytes(), FakeClock())
    return found


@pytest.fixture(scope="module")
def boss(crm: Rest) -> Door:
    """An administrator."""
    door = crm.door("boss", admin=True)
    door.base = "/api/crm/"
    return door


def customer(boss: Door, name: str) -> str:
    return boss.create("customer", name=name, status="active", industry="retail", level="growing",
                       region="east", owner=str(boss.user_id))  # fmt: skip


def contract(boss: Door, owner: str, amount: str, **more: Any) -> str:
    wanted = {"name": "设备采购", "type": "first", "amount": amount, "customer": owner}
    wanted |= {"status": "signed", "signed_on": str(TODAY), "reviewer": str(boss.user_id)}
    return boss.create("contract", owner=str(boss.user_id), **{**wanted, **more})


def payment(boss: Door, of: str, owner: str, amount: str, received: str | None) -> str:
    state = "pending" if received is None else "received" if received == amount else "partial"
    arrived = {} if received is None else {"received": received, "received_on": str(TODAY)}
    return boss.create("payment", contract=of, customer=owner, part="第一期", due_on=str(TODAY),
                       amount=amount, status=state, owner=str(boss.user_id), **arrived)  # fmt: skip


def of(boss: Door, path: str, *keys: str) -> list[Any]:
    record = boss.get(path)
    return [record[key] for key in keys]


def test_s22_a_payment_shows_at_once_what_is_paid_and_what_is_not(boss: Door) -> None:
    firm = customer(boss, "S22")
    deal = contract(boss, firm, "100", plan=[{"name": "一", "due_on": str(TODAY), "amount": "100"}])
    keys = ("received_amount", "unpaid_amount", "payment_status")
    assert of(boss, f"contract/{deal}", *keys) == ["0.00", "100.00", "未回款"]

    due = payment(boss, deal, firm, "100", "40")

    assert of(boss, f"contract/{deal}", *keys) == ["40.00", "60.00", "部分回款"]
    boss.patch(f"payment/{due}", {"status": "received", "received": "100"})
    assert of(boss, f"contract/{deal}", *keys) == ["100.00", "0.00", "已回款"]
    paid = boss.get('contract?filter=payment_status = "已回款"&sort=-received_amount')["data"]
    assert [row["_id"] for row in paid] == [deal]


@pytest.mark.parametrize(
    ("amount", "commission"),
    [("150000", "5500.00"), ("100000", "3000.00"), ("100000.01", "3000.00"), ("50", "1.50")],
)
def test_s262_commission_in_tiers(boss: Door, amount: str, commission: str) -> None:
    deal = contract(boss, customer(boss, f"S262 {amount}"), amount)

    assert of(boss, f"contract/{deal}", "commission") == [commission]


def test_the_customer_adds_up_its_contracts_and_payments(boss: Door) -> None:
    firm = customer(boss, "合计")
    deal = contract(boss, firm, "300")
    contract(boss, firm, "200", status="draft")
    payment(boss, deal, firm, "120", "120")

    keys = ("contract_count", "contract_total", "received_total", "unpaid_total")
    assert of(boss, f"customer/{firm}", *keys) == ["1", "300.00", "120.00", "180.00"]
    largest = boss.get("customer?filter=contract_total >= 300&sort=-contract_total&fields=name")["data"]
    assert "合计" in [row["name"] for row in largest]


def test_a_follow_up_wakes_a_customer(boss: Door) -> None:
    names = {"睡着": 31, "醒着": 30}
    firms = {name: customer(boss, name) for name in names}
    for name, days in names.items():
        visit(boss, firms[name], days)
    dormant = "filter=DAYS(TODAY(), last_followed_on) > 30&fields=name,idle_days"

    (row,) = boss.get(f"customer?{dormant}")["data"]

    assert (row["name"], row["idle_days"]) == ("睡着", "31")
    visit(boss, firms["睡着"], 0)
    assert boss.get(f"customer?{dormant}")["data"] == []
    assert boss.get(f"customer/{firms['睡着']}")["last_followup"][:10] == str(TODAY)


def visit(boss: Door, firm: str, days: int) -> None:
    boss.create("followup", subject="拜访", method="visit", customer=firm, owner=str(boss.user_id),
                happened_at=(START - timedelta(days=days)).isoformat(), content="谈了一小时",
                result="progress")  # fmt: skip


def test_an_opportunity_counts_as_much_as_it_is_likely(boss: Door) -> None:
    made = boss.post("opportunity", {
        "name": "年度框架", "stage": "analysis", "customer": customer(boss, "加权"), "amount": "8000",
        "probability": "35", "expected_on": str(TODAY), "owner": str(boss.user_id),
    })  # fmt: skip

    assert made["weighted"] == "2800.00"


def test_s24_s194_a_visitor_of_a_booth_becomes_a_record_with_its_channel(crm: Rest, boss: Door) -> None:
    marketer = crm.add("market", "marketing")
    booth = make_link(crm, marketer, "/public/crm/booth", channel="展会A")

    html = send(
        crm,
        stranger(crm, accept_language="en"),
        booth,
        {"name": "李明", "company": "明远科技", "phone": "13800001234"},
    )

    assert "within one working day" in html
    (found,) = boss.get('lead?filter=name = "李明"')["data"]
    assert (found["source"], found["campaign"]) == ("exhibition", "展会A")
    created = boss.get(f"lead/{found['_id']}/history")["data"][-1]
    assert (created["door"], created["note"]) == ("public", "欢迎来到我们的展位 · 展会A")
    shown = crm.session(marketer)[0].get("/public/crm/booth").text
    assert "<strong>1</strong>" in shown.partition("展会A")[2]
    send(crm, stranger(crm), booth, {"name": "", "company": "无名"}, 422)


def test_s23_what_a_link_about_a_record_brings_belongs_to_it(crm: Rest, boss: Door) -> None:
    firm, engineer = customer(boss, "S23"), crm.add("engineer", "service")
    client, csrf = crm.session(boss.user_id)
    about = f"/public/crm/satisfaction/about/{firm}"
    assert about in client.get(f"/a/crm/customer/{firm}").text
    client.post(about, data={"csrf": csrf})
    (link,) = links(client.get(about).text)

    send(crm, stranger(crm), link, {"score": "6", "reason": "慢"})

    (found,) = boss.get(f"survey?filter=customer = {firm}")["data"]
    assert (found["score"], found["channel"], found["owner"]) == ("6", "email", str(engineer))
    assert "already" in send(
        crm, stranger(crm, "198.51.100.3", accept_language="en"), link, {"score": "9"}, 409
    )
    for other in (link.replace(firm, str(int(firm) + 1)), link.split("?")[0]):
        assert 'name="ticket"' not in stranger(crm).get(other).text


def test_only_those_make_links_whom_the_design_names(crm: Rest) -> None:
    seller, csrf = crm.session(crm.add("seller", "sales"))

    assert seller.get("/public/crm/booth").status_code == 404
    assert seller.post("/public/crm/booth/links", data={"csrf": csrf}).status_code == 404
    listed = seller.get("/public/crm").text
    assert ("/public/crm/satisfaction" in listed, "/public/crm/booth" in listed) == (True, False)


def lead(**more: Any) -> dict[str, Any]:
    return {
        "company": "S204 Ltd",
        "name": "Lee",
        "source": "social",
        "received_at": f"{TODAY}T01:00:00Z",
        **more,
    }


def test_s204_a_lead_of_a_known_phone_is_refused_and_of_a_known_person_asked_about(boss: Door) -> None:
    first = boss.create("lead", **lead(phone="13900002041"))

    refused = boss.post("lead", lead(company="Other", name="Kim", phone="0086 139-0000-2041"), 422)
    asked = boss.post(
        "lead", lead(company="s204 LTD.", email="a@example.com"), 422, headers={"Prefer": "handling=strict"}
    )
    sure = boss.post("lead", lead(company="s204 LTD.", email="a@example.com"))

    assert [(each["code"], each["records"][0]["id"]) for each in refused["issues"]] == [
        ("duplicate.refused", first)
    ]
    assert [each["severity"] for each in asked["issues"]] == ["warning"]
    assert sure["company"] == "s204 LTD."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"phone": "139000020"}, "无效：手机号码不存在"),
        ({"phone": "13900002051", "email": "lee@nowhere"}, "无效：邮箱格式不对"),
        ({"email": "lee@mailinator.com"}, "无效：一次性邮箱"),
        ({"phone": "13900002052", "email": "lee@example.com"}, "有效"),
    ],
)
def test_s205_what_reaches_nobody_is_kept_and_marked_with_the_reason(
    boss: Door, given: dict[str, str], said: str
) -> None:
    made = boss.post("lead", lead(name=said, **given))

    assert of(boss, f"lead/{made['_id']}", "reachable") == [said]


def test_s206_a_lead_of_a_known_company_knows_its_industry_and_size(boss: Door) -> None:
    firm = customer(boss, "苏州东吴精密有限公司")
    boss.patch(f"customer/{firm}", {"scale": "large"})

    made = boss.post("lead", lead(company="苏州东吴精密", email="wu@example.com"))

    assert [made[key] for key in ("industry", "scale", "region")] == ["retail", "large", "east"]
