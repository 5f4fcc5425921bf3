"""Running a house: spreadsheets come in, people join, everybody reads it in their language."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.e2e.driving import Desk, found_row, settle, titles, visit

ADMIN = "tang.guoqing"
SHEET = """产品名称,产品编码,产品线,标准价
巡检机器人 R1,P-7001,工业网关,26800
巡检机器人 R2,P-7002,工业网关,便宜
巡检机器人 R3,P-7003,没有这条产品线,31800
"""
FORTY = "姓名\t账号\t手机\t部门\n" + "\n".join(
    f"新同事{number:02d}\tnewcomer{number:02d}\t139{number:08d}\t销售中心/西区销售部"
    for number in range(1, 41)
)
PLACES = {"customer": ("客户", "Customer"), "opportunity/new": ("新建商机", "New: Opportunity")}


def test_a_sheet_is_previewed_imported_and_its_mistakes_come_back_as_a_workbook(
    desk: Desk, tmp_path: Path
) -> None:
    sheet = tmp_path / "产品.csv"
    page = desk.open(ADMIN, "/a/crm/product/import")
    known = page.context.request.get("/api/crm/product/distinct/category").json()["data"]
    line = next(each for each in known if each["value"])
    label = line.get("label") or line["value"]
    sheet.write_text(SHEET.replace("工业网关", str(label)), "utf-8")

    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="上传并预览").click()
    settle(page)
    expect(page.get_by_label("标准价: 对应字段")).to_have_value("price")
    page.get_by_label("跳过有问题的行，导入其余的").check()
    page.get_by_role("button", name="开始导入").click()
    settle(page)

    figures = page.locator(".weft-figure")
    expect(figures.filter(has_text="新建")).to_contain_text("1")
    expect(figures.filter(has_text="有问题")).to_contain_text("2")
    with page.expect_download() as asked:
        page.get_by_role("link", name="下载问题清单").click()
    asked.value.save_as(tmp_path / "errors.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "errors.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["巡检机器人 R2", "巡检机器人 R3"]

    visit(page, "/a/crm/product?search=P-7001")
    assert titles(page)
    expect(page.locator("tbody")).to_contain_text("巡检机器人 R1")


def test_an_administrator_takes_in_forty_people_and_one_of_them_joins(desk: Desk) -> None:
    page = desk.open(ADMIN, "/people")
    page.get_by_text("添加部门").click()
    page.locator("[name=add_name]").fill("西区销售部")
    above = page.locator("[name=add_parent] option", has_text="销售中心").first.get_attribute("value")
    page.locator("[name=add_parent]").select_option(above)
    page.locator("details[open] .btn").first.click()
    settle(page)
    expect(page.locator(".weft-tree").first).to_contain_text("西区销售部")

    page.get_by_role("link", name="批量添加").click()
    settle(page)
    page.get_by_label("粘贴成员名单").fill(FORTY)
    page.get_by_role("button", name="预览").click()
    settle(page)
    expect(page.locator("tbody tr")).to_have_count(40)
    page.get_by_role("button", name="添加这 40 人").click()
    settle(page)
    expect(page.get_by_role("heading", name="40 个链接已生成")).to_be_visible()
    link = page.locator("li", has_text="新同事07").locator("code").first.inner_text()

    newcomer = desk.context().new_page()
    visit(newcomer, link[link.index("/join/") :])
    expect(newcomer.locator("main")).to_contain_text("newcomer07")
    newcomer.get_by_label("密码", exact=False).first.fill("short")
    newcomer.get_by_role("button", name="设置密码并开始使用").click()
    expect(newcomer.locator(".weft-summary")).to_be_visible()
    newcomer.get_by_label("密码", exact=False).first.fill("a long enough pass phrase")
    newcomer.get_by_role("button", name="设置密码并开始使用").click()
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("新同事07")

    again = desk.context().new_page()
    visit(again, "/sign-in")
    again.locator("[name=account]").last.fill("newcomer07")
    again.locator("[name=password]").fill("a long enough pass phrase")
    again.get_by_role("button", name="登录", exact=True).click()
    expect(again.get_by_role("heading", level=1)).to_contain_text("新同事07")


def test_a_role_given_by_clicks_opens_an_application(desk: Desk) -> None:
    page = desk.open(ADMIN, "/people?search=xu.mingyuan")
    found_row(page, "徐明远").get_by_role("link").first.click()
    settle(page)
    page.get_by_label("财务", exact=True).check()
    page.get_by_role("button", name="保存").click()
    settle(page)

    them = desk.open("xu.mingyuan", "/a/crm/payment")
    expect(them.get_by_role("heading", level=1)).to_have_text("回款")


def test_the_language_and_the_appearance_are_chosen_once_and_hold_everywhere(desk: Desk) -> None:
    page = desk.open("huang.jiamin", "/a/crm/customer")
    for place, (chinese, _) in PLACES.items():
        visit(page, f"/a/crm/{place}")
        expect(page.get_by_role("heading", level=1)).to_have_text(chinese)

    page.locator("summary[aria-label=语言]").click()
    page.get_by_role("button", name="English").click()
    settle(page)
    page.locator("weft-theme summary").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()

    for place, (_, english) in PLACES.items():
        visit(page, f"/a/crm/{place}")
        expect(page.get_by_role("heading", level=1)).to_have_text(english)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    left = page.evaluate(
        "[...document.querySelectorAll('button, label, summary, legend, th')].map(e => e.innerText)"
    )
    assert [each for each in left if re.search(r"[一-鿿]", each) and "黄嘉敏" not in each] == []


@pytest.mark.parametrize("path", ["/a/crm/nothing", "/a/crm/customer/1", "/nowhere"])
def test_a_wrong_address_is_answered_in_the_house_with_a_way_home(desk: Desk, path: str) -> None:
    page = desk.open("he.siqi", path)

    page.locator("main").get_by_role("link").last.click()

    page.wait_for_url(lambda url: path not in url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
