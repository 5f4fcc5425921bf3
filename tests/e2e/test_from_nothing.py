"""From an empty application to two forms that are published: by mouse, by keyboard alone, by touch."""

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.driving import PHONE, Desk, House, fits, serving, settle, visit, walk_to
from tests.e2e.test_designing import kept

OWNER = "tang.guoqing"
STAGES = "新线索\n初步沟通\n需求确认\n提交报价\n赢单\n输单"
WANTED = {
    "客户名称": "text", "联系电话": "phone", "客户来源": "select", "项目名称": "text", "所属客户": "relation",
    "项目阶段": "select", "预计金额": "money", "预计成交日期": "date", "需求说明": "long_text",
}  # fmt: skip
WATCH = """addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.clicks = 1 + Number(sessionStorage.clicks || 0);
}, true)"""


def field(page: Page, kind: str, label: str, options: str = "", *, required: bool = False) -> None:
    """Add a field by a click in the palette, name it, list its options, require it: three clicks at most."""
    before = clicks(page)
    kept(page, page.locator(f".weft-control[data-type={kind}]"))
    expect(page.locator(".weft-card-label")).to_be_focused()
    page.keyboard.type(label)
    kept(page, lambda: page.keyboard.press("Enter"))
    if options:
        expect(page.locator(".weft-card-editor [data-lines]")).to_be_focused()
        page.keyboard.insert_text(options)
        if not required:
            kept(page, lambda: page.keyboard.press("Tab"))
    if required:
        expect(page.locator("#card-required")).to_have_count(1)
        page.locator("#card-required").click()
        expect(page.locator("#card-required")).to_have_attribute("aria-pressed", "true")
    assert clicks(page) - before <= 3


def clicks(page: Page) -> int:
    return int(page.evaluate("+(sessionStorage.clicks || 0)"))


def new_form(page: Page, app: str, label: str) -> str:
    """Add a form on the page of the application, open it and return its address."""
    visit(page, app)
    page.locator("#new-form").fill(label)
    kept(page, lambda: page.locator("#new-form").press("Enter"))
    page.locator("main").get_by_role("link", name=label).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(label)
    settle(page)
    return page.url


def test_an_application_is_made_from_nothing(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", "crm") as url:
        house = House(browser, url)
        desk, begun = Desk(house), time.monotonic()
        page = desk.open(OWNER, "/design")
        page.context.add_init_script(WATCH)
        visit(page, "/design#start")
        page.locator("#new-app").fill("营销项目")
        page.locator("#start .btn").click()
        settle(page)
        app = re.sub(r"(/design/[^/?#]+).*", r"\1", page.url).removeprefix(url)

        new_form(page, app, "客户信息表")
        field(page, "text", "客户名称", required=True)
        field(page, "phone", "联系电话", required=True)
        field(page, "select", "客户来源", "官网\n展会\n转介绍")
        new_form(page, app, "项目信息表")
        field(page, "text", "项目名称", required=True)
        field(page, "relation", "所属客户")
        field(page, "select", "项目阶段", STAGES, required=True)
        field(page, "money", "预计金额")
        by_keyboard(page, "date", "预计成交日期")
        by_touch(desk, page.url, "long_text", "需求说明")
        built, took = clicks(page), time.monotonic() - begun
        print(f"two forms of eleven fields: {built} clicks, {took:.0f} s")  # noqa: T201 - for whoever measures
        assert built <= 30

        visit(page, f"{app}/publish")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url(f"**{app}")
        draft = page.context.request.get(f"/api/builder/{app.rpartition('/')[2]}/draft").json()
        made = {each["label"]: each for each in draft["definition"]["forms"]}
        assert set(made) == {"客户信息表", "项目信息表"}
        fields = {each["label"]: each for form in made.values() for each in form["fields"]}
        assert WANTED.items() <= {label: each["type"] for label, each in fields.items()}.items()
        assert [each["label"] for each in fields["项目阶段"]["options"]] == STAGES.splitlines()
        assert {label for label, each in fields.items() if each.get("required")} >= {
            "客户名称",
            "联系电话",
            "项目阶段",
        }
        assert fields["所属客户"]["form"] == made["客户信息表"]["key"]
        desk.close()
        assert house.said == []


def by_keyboard(page: Page, kind: str, label: str) -> None:
    """Add a field without a mouse."""
    before = clicks(page)
    visit(page, page.url.partition("?")[0])
    walk_to(page, page.locator(f".weft-control[data-type={kind}]"))
    kept(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".weft-card-label")).to_be_focused()
    page.keyboard.type(label)
    kept(page, lambda: page.keyboard.press("Enter"))
    assert clicks(page) - before <= 1  # Enter on a button is told as a click


def by_touch(desk: Desk, url: str, kind: str, label: str) -> None:
    """Add a field with a finger."""
    phone = desk.open(OWNER, url.partition("?")[0], **PHONE)
    kept(phone, lambda: phone.locator(f".weft-control[data-type={kind}]").tap())
    phone.locator(".weft-card-label").fill(label)
    kept(phone, lambda: phone.keyboard.press("Enter"))
    assert fits(phone)
