"""A list worked in like a sheet: rows pasted, cells edited by keyboard, groups with their subtotals."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.driving import ABROAD, PHONE, Desk, fits, settle

ADMIN = "tang.guoqing"
LIST = "/a/crm/product?sort=name&column=name&column=price&column=category"
AMOUNT = re.compile(r"[\d,]+\.\d\d")


def cell(page: Page, row: int, key: str) -> str:
    """Return what a cell of the table shows."""
    at = f"[...document.querySelectorAll('thead th')].findIndex(head => head.dataset.key === '{key}')"
    text = page.evaluate(f"document.querySelectorAll('tbody tr')[{row}].cells[{at}].innerText")
    return str(text).strip()


def put(page: Page, row: int, key: str) -> None:
    """Put the focus into a cell by the keyboard."""
    page.locator("tbody .weft-title > a").first.focus()
    heads = page.locator("thead th").evaluate_all("all => all.map(head => head.dataset.key)")
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    for _ in range(heads.index(key) - heads.index("name")):
        page.keyboard.press("ArrowRight")


def paste(page: Page, text: str) -> None:
    """Paste what another program put on the clipboard."""
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_rows_are_pasted_cells_edited_by_keyboard_and_groups_show_their_subtotals(desk: Desk) -> None:
    page = desk.open(ADMIN, LIST, **ABROAD)
    old = [cell(page, row, "price") for row in range(20)]

    put(page, 0, "price")
    paste(page, "\n".join(f"{900_000 + each}.50" for each in range(20)))
    expect(page.locator(".weft-paste-what")).to_contain_text("20")
    expect(page.locator(".weft-paste-right")).to_be_visible()
    page.locator("button[name=act][value=all]").click()
    page.wait_for_url(f"**{LIST}")
    settle(page)
    assert [AMOUNT.findall(cell(page, row, "price"))[0] for row in (0, 19)] == ["900,000.50", "900,019.50"]
    page.locator(".weft-toast form button").click()
    expect(page.locator(".weft-toast")).to_contain_text("20")
    page.goto(LIST)
    settle(page)
    assert [cell(page, row, "price") for row in range(20)] == old

    put(page, 1, "price")
    page.keyboard.type("777777")
    expect(page.locator(".weft-cell-editor input[name=price]")).to_have_value("777777")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("777,777.00")
    page.keyboard.type("lots")
    page.keyboard.press("Tab")
    expect(page.locator(".weft-cell-editor .weft-error")).to_contain_text("lots")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("tbody tr").nth(1)).to_contain_text(old[1])

    page.locator("th[data-key=category]").hover()
    page.locator("[popovertarget=column-category]").click()
    page.locator("#column-category a[href*='group=category']").click()
    expect(page.locator(".weft-group-head").first).to_be_visible()
    page.locator("th[data-key=price]").hover()
    page.locator("[popovertarget=column-price]").click()
    page.locator("#column-price a[href*='price%3Asum']").click()
    expect(page.locator("tfoot .weft-figure")).to_have_count(1)
    figures = page.locator(".weft-group-head .weft-figure b").all_inner_texts()
    parts = [float(AMOUNT.findall(each)[0].replace(",", "")) for each in figures]
    whole = float(AMOUNT.findall(page.locator("tfoot .weft-figure b").inner_text())[0].replace(",", ""))
    assert round(sum(parts), 2) == whole

    phone = desk.open(ADMIN, "/a/crm/product/paste", **PHONE)
    rows = "\n".join(f"交换机 {each}\t{900 + each}.50" for each in range(20))
    phone.locator("textarea[name=text]").fill(f"产品名称\t标准价\n{rows}")
    phone.locator(".weft-submit .btn-primary").tap()
    expect(phone.locator(".weft-paste-what")).to_contain_text("20")
    assert fits(phone)
