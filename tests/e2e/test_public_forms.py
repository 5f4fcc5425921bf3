"""A visitor of a booth scans a code with a telephone; whoever made it sees from where the visitor came."""

import re

from playwright.sync_api import expect

from tests.e2e.driving import ABROAD, PHONE, Desk, fits, said, settle

MARKETER = "tang.guoqing"


def test_a_form_is_sent_from_a_code_on_a_phone_and_its_channel_is_seen_at_the_desk(desk: Desk) -> None:
    page = desk.open(MARKETER, "/public/crm/booth")
    page.get_by_role("textbox", name="渠道").fill("展会A")
    page.get_by_role("button", name="生成链接").click()
    link = page.locator(".weft-links > li").filter(has_text="展会A").first
    expect(link.locator(".weft-qr svg")).to_be_visible()
    address = str(link.locator("code").text_content())

    phone = desk.context(**ABROAD, **PHONE).new_page()
    phone.goto(re.sub(r"^https?://[^/]+", desk.site, address))
    settle(phone)
    assert fits(phone)
    phone.wait_for_timeout(2100)  # who reads a page takes longer than a machine
    send = phone.locator(".weft-public-send button")
    send.tap()
    expect(phone.get_by_role("alert")).to_contain_text("3")
    phone.get_by_label("Your name").fill("李明")
    phone.get_by_label("Company").fill("明远展台科技")
    phone.get_by_label("Mobile phone").fill("13800001234")
    send.tap()
    expect(phone.get_by_role("heading", name=said(phone, "public_form.thanks"))).to_be_visible()

    page.reload()
    expect(link).to_contain_text("1 份填写")
    page.goto("/a/crm/lead?search=明远展台")
    page.locator("tbody .weft-title a").first.click()
    expect(page.locator("[data-fact=campaign]")).to_contain_text("展会A")
    expect(page.locator("main")).to_contain_text("公开表单、欢迎来到我们的展位 · 展会A")
