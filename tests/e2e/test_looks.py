"""Every page of the example in both languages, by day and by night, at a desk and in the hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.driving import PHONE, Desk, audit, fits, moved, settle

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/crm_template.json"
ADMIN, SELLER, BOSS = "tang.guoqing", "lin.xiaowen", "chen.jianguo"


def _open_record(page: Page) -> None:
    page.goto(page.locator("tbody .weft-title a").first.get_attribute("href") or "")


def _edit_record(page: Page) -> None:
    _open_record(page)
    page.goto(page.url.partition("?")[0] + "/edit")


def _share_record(page: Page) -> None:
    _open_record(page)
    page.goto(page.url.partition("?")[0] + "/share")


def _open_rules(page: Page) -> None:
    _open_record(page)
    page.goto(page.url.partition("?")[0] + "/rules")


def _hand_over(page: Page) -> None:
    page.locator("a[href$='/transfer']:visible").first.click()


def _refuse(page: Page) -> None:
    page.locator(".weft-submit .btn-primary").click()
    expect(page.locator(".weft-summary")).to_be_visible()


def _draw(page: Page) -> None:
    expect(page.locator("weft-chart .main-svg").first).to_be_visible(timeout=60_000)


def _show_data(page: Page) -> None:
    _draw(page)
    page.locator(".weft-data > summary").first.click()
    expect(page.locator(".weft-data[open]")).to_have_count(1)


def _bring(page: Page) -> None:
    if page.locator(".weft-choices").count():  # brought by the same page in another look
        return
    template = json.loads(EXAMPLE.read_text("utf-8"))
    template["version"] = "9.0.0"
    template["forms"][0]["fields"].append({"key": "extra", "type": "text", "label": "Extra"})
    sent = {"name": "newer.json", "mimeType": "application/json", "buffer": json.dumps(template).encode()}
    page.locator("main input[type=file]").set_input_files(sent)  # type: ignore[arg-type]  # a file's parts
    page.locator("main form .btn").last.click()
    expect(page.locator(".weft-choices")).to_be_visible()


def _choose_place(page: Page) -> None:
    page.locator("[data-grip]").first.click()
    expect(page.locator("dialog[data-places]")).to_be_visible()


def _open_menu(name: str) -> Any:
    return lambda page: page.locator(f"#{name} > summary").click()


def _complete(page: Page) -> None:
    page.locator("textarea[name=filter]").press("End")
    page.keyboard.type(" = am")
    expect(page.locator(".weft-word").first).to_be_visible()


def _upload(page: Page) -> None:
    sheet = Path(__file__).parent / "sheet.csv"
    page.locator("input[type=file]").set_input_files(sheet)
    page.locator("main form .btn-primary").click()
    expect(page.locator("select[name='map.0']")).to_be_visible()


def _send_sheet(page: Page) -> None:
    page.locator("#app-sheet").set_input_files(Path(__file__).parent / "sheet.csv")
    page.locator("#sheet .btn").click()
    expect(page.locator("select[name='type.0']")).to_be_visible()


def _paste(page: Page) -> None:
    page.locator("textarea").fill("王小明\twangxm\tnot an address\t13800000000")
    page.locator("main form .btn-primary").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def _column_menu(page: Page) -> None:
    button = page.locator("[popovertarget=column-amount]")
    if button.is_visible():  # cards have no heads
        button.focus()
        button.press("Enter")
        expect(page.locator("#column-amount")).to_be_visible()


def _edit_cell(page: Page) -> None:
    link = page.locator("tbody .weft-title a").first
    if page.locator("weft-sheet.is-grid").count():
        link.press("F2")
        expect(page.locator(".weft-cell-form")).to_be_visible()


def _see_block(page: Page) -> None:
    page.locator("textarea[name=text]").fill("商机名称\t预计成交金额\nA\t5\nB\tlots")
    page.locator(".weft-submit .btn-primary").click()
    expect(page.locator(".weft-paste-what")).to_be_visible()


def _tick(page: Page) -> None:
    page.locator("tbody .weft-check input").first.check()
    expect(page.locator("[data-bulk]")).to_be_visible()


def _change_many(page: Page) -> None:
    _tick(page)
    page.locator("[data-bulk] .btn").first.click()
    expect(page.locator("select[name=_field]")).to_be_visible()


def _side_by_side(page: Page) -> None:
    for each in page.locator("tbody .weft-check input").all()[:2]:
        each.check()
    page.locator("[data-bulk] [formaction$='/bulk/merge']").click()
    expect(page.locator("input[name=survivor]").first).to_be_attached()


def _scan(page: Page) -> None:
    """Make a link, and open it."""
    page.locator("form[action$='/links'] .btn-primary").click()
    page.goto(str(page.locator(".weft-links code").first.text_content()))


# Name -> who looks, where, and what is done there first.
PAGES: dict[str, tuple[str, str, Any]] = {
    "sign_in": ("", "/sign-in", None),
    "launcher": (SELLER, "/?all=1", None),
    "list": (SELLER, "/a/crm/customer", None),
    "board": (SELLER, "/a/crm/opportunity?view=board", None),
    "board_menu": (SELLER, "/a/crm/opportunity?view=board", _choose_place),
    "calendar": (SELLER, "/a/crm/followup?view=calendar", None),
    "calendar_week": (SELLER, "/a/crm/followup?view=calendar&span=week", None),
    "wall": (SELLER, "/a/crm/contact?view=faces", None),
    "chart": (SELLER, "/a/crm/opportunity/chart?view=open&as=pie&of=sum:amount", _show_data),
    "feed": (SELLER, "/a/crm/followup/feed/calendar", None),
    "list_filter": (SELLER, "/a/crm/customer?search=shanghai", _open_menu("list-filter")),
    "list_formula": (SELLER, "/a/crm/opportunity?filter=amount > 5 AND (stage", _complete),
    "formulas": (ADMIN, "/design/crm/forms/opportunity/formulas", None),
    "condition": (ADMIN, "/design/crm/formula?at=/forms/4/checks/1/that", None),
    "formula": (ADMIN, "/design/crm/formula?at=/forms/4/fields/4/default/formula", None),
    "design_home": (ADMIN, "/design", None),
    "gallery": (ADMIN, "/design/gallery", None),
    "template": (ADMIN, "/design/gallery/projects", None),
    "sheet": (ADMIN, "/design", _send_sheet),
    "begin": (ADMIN, "/begin", None),
    "design_guide": (ADMIN, "/design/crm/guide", None),
    "design_modules": (ADMIN, "/design/crm/element?at=modules", None),
    "help": (SELLER, "/help/crm", None),
    "design": (ADMIN, "/design/crm", None),
    "design_form": (ADMIN, "/design/crm/forms/contract?at=amount", None),
    "design_rights": (ADMIN, "/design/crm/rights", None),
    "design_as": (ADMIN, "/design/crm/as?as=role/sales", None),
    "design_as_list": (ADMIN, "/design/crm/as/customer?as=role/sales_manager", None),
    "design_as_record": (ADMIN, "/design/crm/as/customer?as=role/sales_manager", _open_record),
    "design_as_new": (ADMIN, "/design/crm/as/customer/new?as=role/sales", None),
    "design_why": (ADMIN, "/design/crm/why?as=role/sales&form=customer&field=tax_number", None),
    "design_remarks": (ADMIN, "/design/crm/remarks", None),
    "design_diagram": (ADMIN, "/design/crm/diagram", None),
    "suggest": (SELLER, "/a/crm/customer/suggest", None),
    "design_upgrade": (ADMIN, "/design/crm/upgrade", _bring),
    "design_package": (ADMIN, "/design/crm/package", None),
    "design_copy": (ADMIN, "/design/crm/copy", None),
    "design_publish": (ADMIN, "/design/crm/publish", None),
    "design_trials": (ADMIN, "/design/crm/tests", None),
    "design_element": (ADMIN, "/design/crm/element?at=rules/stalled", None),
    "design_view": (ADMIN, "/design/crm/element?at=forms/customer/views/all_customers", None),
    "design_flow": (ADMIN, "/design/crm/element?at=flows/review", None),
    "design_logic": (ADMIN, "/design/crm/forms/opportunity/logic", None),
    "design_rule_action": (ADMIN, "/design/crm/element?at=rules/complaint/then/0", None),
    "design_pipeline": (ADMIN, "/design/crm/element?at=flows/line&plus=nodes/contacted/moves/next/to", None),
    "design_branch": (ADMIN, "/design/crm/element?at=flows/review/nodes/large/arms/yes", None),
    "design_node": (ADMIN, "/design/crm/element?at=flows/review/nodes/legal", None),
    "design_role": (ADMIN, "/design/crm/element?at=roles/sales", None),
    "design_grant": (ADMIN, "/design/crm/element?at=roles/sales/grants/1", None),
    "design_preview": (ADMIN, "/design/crm/forms/contract/preview?device=phone&role=sales", None),
    "design_board": (ADMIN, "/design/crm/dashboards/performance?at=ranking", _draw),
    "filter": (
        SELLER,
        '/a/crm/opportunity/filter?filter=amount > 5 AND (stage = "won" OR LEN(name) > 3)&do=face:rows',
        None,
    ),
    "list_columns": (SELLER, "/a/crm/opportunity?view=mine", _open_menu("list-columns")),
    "list_groups": (SELLER, "/a/crm/opportunity?view=by_stage", _column_menu),
    "list_cell": (SELLER, "/a/crm/opportunity?view=mine", _edit_cell),
    "paste": (SELLER, "/a/crm/opportunity/paste", _see_block),
    "list_selected": (SELLER, "/a/crm/customer?view=mine", _tick),
    "list_nothing": (SELLER, "/a/crm/contract?search=zzzz", None),
    "payments": (ADMIN, "/a/crm/payment", None),
    "products": (ADMIN, "/a/crm/product", None),
    "dashboard": (BOSS, "/a/crm/dashboards/performance", _draw),
    "dashboard_data": (BOSS, "/a/crm/dashboards/cash", _show_data),
    "widget": (BOSS, "/a/crm/dashboards/performance/funnel", _draw),
    "bulk": (ADMIN, "/a/crm/product", _change_many),
    "customer": (SELLER, "/a/crm/customer?view=mine", _open_record),
    "customer_sharing": (SELLER, "/a/crm/customer?view=mine", _share_record),
    "customer_edit": (SELLER, "/a/crm/customer?view=mine", _edit_record),
    "lead": (ADMIN, "/a/crm/lead", _open_record),
    "lead_edit": (ADMIN, "/a/crm/lead", _edit_record),
    "opportunity": (SELLER, "/a/crm/opportunity?view=mine", _open_record),
    "opportunity_edit": (SELLER, "/a/crm/opportunity?view=mine", _edit_record),
    "contract": (ADMIN, "/a/crm/contract", _open_record),
    "contact_edit": (SELLER, "/a/crm/contact?view=mine", _edit_record),
    "followup_refused": (SELLER, "/a/crm/followup/new", _refuse),
    "duplicates": (ADMIN, "/a/crm/lead/duplicates", None),
    "merge": (ADMIN, "/a/crm/lead", _side_by_side),
    "design_duplicates": (ADMIN, "/design/crm/element?at=forms/lead/duplicates/0", None),
    "trash": (ADMIN, "/a/crm/customer/trash", None),
    "import": (ADMIN, "/a/crm/product/import", None),
    "import_map": (ADMIN, "/a/crm/product/import", _upload),
    "people": (ADMIN, "/people", None),
    "people_bulk": (ADMIN, "/people/bulk", None),
    "people_preview": (ADMIN, "/people/bulk", _paste),
    "people_invitations": (ADMIN, "/people/invitations", None),
    "people_roles": (ADMIN, "/people/roles", None),
    "people_designers": (ADMIN, "/people/designers/crm", None),
    "person": (ADMIN, "/people?search=he.siqi", _open_record),
    "profile": (ADMIN, "/profile", None),
    "rules": (SELLER, "/a/crm/lead?view=mine", _open_rules),
    "design_rules": (ADMIN, "/design/crm/rules", None),
    "design_rule_runs": (ADMIN, "/design/crm/rules/complaint", None),
    "search": (SELLER, "/search?search=jm", None),
    "todos": (SELLER, "/todos", None),
    "todos_calendar": (SELLER, "/todos/calendar", None),
    "home": (SELLER, "/a/crm/dashboards/home_sales", None),
    "arrange": (SELLER, "/arrange/crm/home_sales", None),
    "notice_settings": (SELLER, "/notices/settings", None),
    "todos_hand_over": (SELLER, "/todos", _hand_over),
    "todos_new": (SELLER, "/todos/new", None),
    "notices": (SELLER, "/notices", None),
    "must": ("gao.yaqin", "/a/crm/ticket/new", None),
    "public_links": (ADMIN, "/public/crm/satisfaction", None),
    "public_form": (ADMIN, "/public/crm/booth", _scan),
    "design_public": (ADMIN, "/design/crm/element?at=publics/booth", None),
    "missing": (SELLER, "/a/crm/nothing", None),
}
# What comes after a click may move; these only go somewhere, or wait.
UNTOUCHED = (_open_record, _edit_record, _share_record, _open_rules, _draw)
CALM = 0.05
COMBINATIONS = [
    pytest.param(
        name, locale, theme, width, id=f"{name}-{locale}-{theme}-{width}",
        marks=() if (locale, theme, width) == (("zh-CN", "light", 1440) if index % 2 else ("en", "dark", 390))
        else pytest.mark.soak,
    )
    for index, name in enumerate(PAGES)
    for locale in ("zh-CN", "en")
    for theme in ("light", "dark")
    for width in (1440, 390)
]  # fmt: skip


@pytest.mark.parametrize(("name", "locale", "theme", "width"), COMBINATIONS)
def test_page_is_accessible_and_fits(desk: Desk, name: str, locale: str, theme: str, width: int) -> None:
    who, path, act = PAGES[name]
    options: dict[str, Any] = {"locale": locale, "theme": theme} | (PHONE if width == 390 else {})
    page = desk.glance(who, path, **options)
    jumped = moved(page)
    if act:
        act(page)
        settle(page)
    if act in UNTOUCHED:
        jumped = moved(page)

    assert jumped < CALM
    assert audit(page) == []
    assert fits(page)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    assert page.locator("h1").count() == 1
