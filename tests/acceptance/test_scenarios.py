"""The mission's scenarios that forms, rights and REST make true, through the doors their users use."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.store import people
from tests.acceptance.conftest import Door, token_of

Crm = Callable[[str], Door]
ADMIN, BOSS, EAST, SELLER, OTHER = "tang.guoqing", "chen.jianguo", "sun.lifeng", "lin.xiaowen", "wang.haoran"


def customer(crm: Crm, name: str, login: str = SELLER, **more: Any) -> dict[str, Any]:
    """Create a customer with what the form requires, whatever its options are called."""
    door = crm(login)
    form = next(
        each for each in door.installation.publisher.read(_template()).forms if each.key == "customer"
    )
    required = {
        field.key: field.options[0].key  # type: ignore[attr-defined]  # a select has options
        for field in form.fields if field.required and field.type == "select"
    }  # fmt: skip
    found: dict[str, Any] = door.call("POST", "crm/customer", {"name": name, **required, **more}, 201)
    return found


def _template() -> bytes:
    return (Path(__file__).parents[2] / "examples" / "crm_template.json").read_bytes()


def test_s2_two_forms_in_one_app_show_in_its_menu_with_list_and_entry_pages(crm: Crm) -> None:
    admin = crm(ADMIN)
    empty: dict[str, Any] = {"weft": 1, "key": "projects", "label": "项目管理", "forms": []}
    admin.installation.publisher.apply(json.dumps(empty).encode(), actor=None)
    text = {"key": "name", "type": "text", "label": "名称"}
    forms = [{"key": key, "label": label, "fields": [text]} for key, label in
             (("client", "客户信息表"), ("project", "项目信息表"))]  # fmt: skip

    admin.call("PUT", "builder/projects/definition", empty | {"forms": forms})

    admin.enter()
    menu = admin.browser.get("/a/projects/client").text
    assert "客户信息表" in menu
    assert "项目信息表" in menu
    for key in ("client", "project"):
        assert admin.browser.get(f"/a/projects/{key}").status_code == 200
        assert admin.browser.get(f"/a/projects/{key}/new").status_code == 200


def test_s3_a_typed_name_is_stored_and_found(crm: Crm) -> None:
    made = customer(crm, "星辰大海精密仪器有限公司")

    stored = crm(SELLER).call("GET", f"crm/customer/{made['_id']}")
    found = crm(SELLER).call("GET", "crm/customer?search=星辰大海")

    assert stored["name"] == "星辰大海精密仪器有限公司"
    assert [each["_id"] for each in found["data"]] == [made["_id"]]


def test_s4_a_value_that_is_no_option_is_refused(crm: Crm) -> None:
    made = customer(crm, "选项测试有限公司", source="exhibition")

    issues = crm(SELLER).codes("PATCH", f"crm/customer/{made['_id']}", {"source": "报纸"})

    assert issues == {"source": "field.not_an_option"}


def test_s5_a_day_that_does_not_exist_is_refused(crm: Crm) -> None:
    made = customer(crm, "日期测试有限公司")

    issues = crm(SELLER).codes("PATCH", f"crm/customer/{made['_id']}", {"first_contact_on": "2026-02-30"})

    assert issues == {"first_contact_on": "field.not_a_date"}


def test_s6_amounts_add_up_to_the_cent(crm: Crm) -> None:
    boss = crm(BOSS)
    listed: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = boss.call("GET", f"crm/contract?limit=100&fields=amount{cursor and '&after=' + cursor}")
        listed, cursor = listed + page["data"], page["next"]

    total = boss.call("GET", "crm/contract/aggregate?measure=count,sum:amount")["data"][0]

    amounts = [Decimal(each["amount"]) for each in listed]
    assert total == {"count": len(amounts), "sum_amount": str(sum(amounts))}
    assert len(amounts) > 100


def test_s7_a_wrong_phone_is_refused_alike_at_every_door(crm: Crm) -> None:
    seller = crm(EAST)
    problem = seller.call("POST", "crm/customer", {"name": "电话测试", "phone": "12345"}, 422)
    said = next(each["text"] for each in problem["issues"] if each["path"] == "phone")

    seller.enter()
    page = seller.fill("/a/crm/customer/new", name="电话测试", phone="12345")
    columns = {"客户名称": "电话测试", "手机": "12345"} | _required_options()
    sheet = f"{','.join(columns)}\n{','.join(columns.values())}\n"
    report = _imported(seller, sheet.encode())

    assert page.status_code == 422
    assert said in page.text
    assert said in report


def _imported(door: Door, sheet: bytes) -> str:
    """Upload a sheet on the import page, accept the proposed columns, and return what the page says of it."""
    path = "/a/crm/customer/import"
    files = {"file": ("customers.csv", io.BytesIO(sheet), "text/csv")}
    matching = door.browser.post(path, data={"csrf": token_of(door.browser.get(path).text)}, files=files).text
    chosen = dict(
        re.findall(r'<select[^>]+name="(map\.\d+)".*?<option value="(\w+)" selected', matching, re.DOTALL)
    )
    fields = {"csrf": token_of(matching), "token": re.findall(r'name="token" value="([^"]+)"', matching)[0]}
    return str(door.browser.post(path, data={**fields, **chosen, "action": "check"}).text)


def _required_options() -> dict[str, str]:
    """Return label -> label of the first option of the selects a customer must have."""
    form = next(each for each in json.loads(_template())["forms"] if each["key"] == "customer")
    asked = (each for each in form["fields"] if each["type"] == "select" and each.get("required"))
    return {each["label"]["zh-CN"]: each["options"][0]["label"]["zh-CN"] for each in asked}


def test_s8_an_empty_required_field_is_refused_and_marked(crm: Crm) -> None:
    seller = crm(SELLER)
    assert seller.codes("POST", "crm/customer", {"name": "  "})["name"] == "field.required"

    seller.enter()
    page = seller.fill("/a/crm/customer/new", name="")

    assert page.status_code == 422
    field = (
        page.text.split('name="name"', 1)[0].rsplit("<input", 1)[1]
        + page.text.split('name="name"', 1)[1][:400]
    )
    assert 'aria-invalid="true"' in field


def test_s39_a_stale_save_is_told_so_and_overwrites_nothing(crm: Crm) -> None:
    made = customer(crm, "并发测试有限公司")
    path = f"crm/customer/{made['_id']}"
    crm(SELLER).call("PATCH", path, {"address": "甲路 1 号"}, If_Match='"1"')

    problem = crm(SELLER).call("PATCH", path, {"address": "乙路 2 号"}, 409, If_Match='"1"')

    assert problem["code"] == "record.conflict"
    assert crm(SELLER).call("GET", path)["address"] == "甲路 1 号"


def _owners(door: Door) -> set[str]:
    """Return whose contracts somebody sees; contracts are shared with nobody, unlike deals with a team."""
    rows = door.call("GET", "crm/contract/aggregate?group=owner")["data"]
    return {row["owner"] for row in rows}


def test_s157_sellers_see_their_own_managers_their_team_the_boss_all(crm: Crm) -> None:
    own, team, everybody = (_owners(crm(login)) for login in (OTHER, EAST, BOSS))

    assert own == {str(crm(OTHER).id)}
    assert own < team < everybody
    assert str(crm("huang.jiamin").id) not in team


def test_s158_a_change_of_department_moves_visibility_at_once(crm: Crm) -> None:
    seller, manager = crm(OTHER), crm(EAST)
    assert str(seller.id) in _owners(manager)
    installation = seller.installation
    with installation.db.write() as conn:
        tree = people.load_tree(conn)
        before = people.get_profile(conn, seller.id).department_id
        south = tree.find("华南销售部")
        assert south is not None
        people.update_user(conn, seller.id, department_id=south.id)

    try:
        assert str(seller.id) not in _owners(manager)
        assert str(seller.id) in _owners(crm("huang.jiamin"))
    finally:
        with installation.db.write() as conn:
            people.update_user(conn, seller.id, department_id=before)


def test_s160_a_colleagues_customer_may_be_read_and_not_changed(crm: Crm) -> None:
    made = customer(crm, "他人客户有限公司", phone="13900001234", address="解放路 1 号")
    path = f"crm/customer/{made['_id']}"
    colleague = crm("zhang.yuqing")

    seen = colleague.call("GET", path)

    assert seen["address"] == "解放路 1 号"
    assert seen["phone"] != "+8613900001234"
    colleague.call("PATCH", path, {"address": "改动"}, 403)
    assert crm(SELLER).call("GET", path)["address"] == "解放路 1 号"


def test_s163_a_team_member_of_another_department_gets_access_by_membership(crm: Crm) -> None:
    made = customer(crm, "跨部门协作有限公司")
    deal = {"name": "跨部门项目", "customer": made["_id"], "amount": "1000", "expected_on": "2099-01-01"}
    opportunity = crm(SELLER).call("POST", "crm/opportunity", deal, 201)
    path, helper = f"crm/opportunity/{opportunity['_id']}", crm("he.siqi")
    helper.call("GET", path, status=404)

    crm(SELLER).call("PATCH", path, {"team": [str(helper.id)]})

    assert helper.call("GET", path)["name"] == "跨部门项目"


def test_s184_a_new_form_has_its_api_and_its_description_at_once(crm: Crm) -> None:
    admin = crm(ADMIN)
    note = {"key": "note", "label": "备忘", "fields": [{"key": "text", "type": "text", "label": "内容"}]}
    definition: dict[str, Any] = {"weft": 1, "key": "memo", "label": "备忘录", "forms": []}
    admin.installation.publisher.apply(json.dumps(definition).encode(), actor=None)

    admin.call("PUT", "builder/memo/definition", definition | {"forms": [note]})

    made = admin.call("POST", "memo/note", {"text": "你好"}, 201)
    assert admin.call("GET", f"memo/note/{made['_id']}")["text"] == "你好"
    document = admin.call("GET", "memo/openapi.json")
    assert "/api/memo/note" in document["paths"]
    assert "text" in document["components"]["schemas"]["note"]["properties"]


@pytest.mark.slow
def _fields(form: str) -> dict[str, str]:
    """Return the fields of a form of the example: what people read -> key."""
    forms = json.loads(_template())["forms"]
    return {
        each["label"]["zh-CN"]: each["key"]
        for one in forms if one["key"] == form for each in one["fields"]
    }  # fmt: skip


def test_s9_a_relation_searches_existing_records_and_links_one(crm: Crm) -> None:
    door = crm(SELLER)
    made = [customer(crm, f"关联测试{number}号公司") for number in range(5)]

    found = door.call("GET", "crm/opportunity/lookup/customer?search=关联测试3")["data"]
    assert [each["id"] for each in found] == [made[3]["_id"]]
    said = {"name": "关联测试商机", "customer": found[0]["id"], "amount": "1", "expected_on": "2026-12-31"}
    deal = door.call("POST", "crm/opportunity", said, 201)

    labels = door.call("GET", f"crm/opportunity/{deal['_id']}?labels=1")["_labels"]
    assert labels["customer"] == "关联测试3号公司"


def test_s11_s13_every_customer_is_filed_in_the_same_structured_form(crm: Crm) -> None:
    known = _fields("customer")
    s11, s13 = ("客户名称", "行业", "规模", "联系人信息", "客户来源"), ("手机", "历史合作记录", "级别")
    assert not {*s11, *s13} - known.keys()
    assert {"决策角色", "态度", "上级"} <= _fields("contact").keys()  # the chain of those who decide

    shapes = [{*customer(crm, f"同表{login}", login)} for login in (SELLER, OTHER)]

    assert shapes[0] == shapes[1]
    assert {known[each] for each in s11 if each != "联系人信息"} <= shapes[0]


def test_s12_a_deal_shows_its_name_amount_stage_owner_and_day(crm: Crm) -> None:
    door, known = crm(SELLER), _fields("opportunity")
    wanted = [known[each] for each in ("商机名称", "预计成交金额", "商机阶段", "负责人", "预计成交日期")]
    of = customer(crm, "五项俱全公司")["_id"]
    said = {"name": "五项俱全", "customer": of, "amount": "1200.50", "expected_on": "2026-12-31"}

    deal = door.call("POST", "crm/opportunity", said, 201)

    assert all(deal[key] for key in wanted)
    assert deal["owner"] == str(door.id)


def test_s15_a_contact_keeps_each_way_to_reach_them_by_itself(crm: Crm) -> None:
    door, known = crm(SELLER), _fields("contact")
    of = customer(crm, "联系人分栏公司")["_id"]
    said = {"姓名": "许晴", "公司": of, "职位": "采购经理", "电话": "13900001111", "邮箱": "xu@example.com",
            "微信": "xuqing"}  # fmt: skip

    made = door.call("POST", "crm/contact", {known[name]: value for name, value in said.items()}, 201)

    kept = {name: made[known[name]] for name in said}
    assert kept == {**said, "电话": "+8613900001111"}


def test_s190_a_followup_is_written_in_three_taps_from_a_task(crm: Crm) -> None:
    door = crm(SELLER)
    of = customer(crm, "手机跟进公司")["_id"]
    task = {"title": "回访手机跟进公司", "app": "crm", "form": "customer", "record": of}
    door.call("POST", "todos", task, 201)
    door.enter()

    page = door.browser.get("/todos").text
    row = page[page.index("回访手机跟进公司") :].partition("</li>")[0]
    begun = re.findall(r'href="(/a/crm/followup/new\?[^"]+)"', row)  # the menu and its entry: two taps
    assert len(begun) == 1
    form = door.browser.get(begun[0].replace("&amp;", "&")).text
    assert f'<option value="{of}" selected' in form
    saved = door.fill(
        begun[0].replace("&amp;", "&"),
        subject="已回访",
        customer=of,
        method="call",
        happened_at="2026-11-27T10:00",
        content="约了下周见面",
    )  # the third

    assert saved.status_code == 200
    found = door.call("GET", f"crm/followup?filter=customer = {of}&labels=1")["data"]
    assert [each["subject"] for each in found] == ["已回访"]


def test_s264_one_command_serves_a_demo_with_data(tmp_path: Path) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = os.environ | {"WEFT_DATA": str(tmp_path / "data"), "WEFT_PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", "import cli; cli.app()", "serve", "--demo", "crm"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 90
        while not _healthy(port) and time.monotonic() < deadline:
            time.sleep(0.2)

        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in").read().decode()

        assert "林晓雯" in page
    finally:
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}" in printed
    assert SELLER in printed


def _healthy(port: int) -> bool:
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/health").status == 200)
    except OSError:
        return False
