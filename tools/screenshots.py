"""Take the pictures of the documentation: a fresh server with the example, a browser, one file per screen."""

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the helpers of the browser tests drive this too

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.e2e.driving import PHONE, Desk, House, chromium, serving, settle  # noqa: E402

FOLDER = ROOT / "docs/images"
MOST = 150_000  # bytes of one picture
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
LOW: dict[str, Any] = {"viewport": {"width": 1200, "height": 640}}
BOARD: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
ADMIN, SELLER, BOSS = "tang.guoqing", "lin.xiaowen", "chen.jianguo"
LEGAL, SERVICE = "zheng.kai", "gao.yaqin"
SHEET = """客户名称,行业,地域,级别,负责人
晨光仪表有限公司,制造业,华东,普通,林晓雯
远帆物流有限公司,物流运输,华南,成长,梁子俊
青禾数据有限公司,软件与信息服务,华北,普通,马文博
"""


def record(page: Page) -> None:
    """Open the first record of the list."""
    page.locator("tbody .weft-title a").first.click()
    page.wait_for_url(re.compile(r"/\d+(\?|$)"))


def filtering(page: Page) -> None:
    """Open the builder of a filter."""
    page.locator("#list-filter > summary").click()


def drawn(page: Page) -> None:
    """Wait until the charts are there."""
    for each in page.locator("weft-chart").all():
        each.locator(".main-svg").first.wait_for()


def task(page: Page) -> None:
    """Open the first thing that is asked."""
    page.locator("main li a").first.click()
    page.wait_for_url(re.compile(r"/tasks/\d+(\?|$)"))


def edit(page: Page) -> None:
    """Open the form of the first record."""
    record(page)
    page.goto(page.url.partition("?")[0] + "/edit")


def matched(page: Page) -> None:
    """Send a sheet and stop where its columns are matched."""
    sheet = {"name": "客户.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    page.locator("input[type=file]").set_input_files(sheet)  # type: ignore[arg-type]  # the stub wants its own class
    page.locator("main form .btn-primary").click()
    page.locator("select[name='map.0']").wait_for()


def scanned(page: Page) -> None:
    """Make a link to a public form, and open it."""
    page.locator("form[action$='/links'] .btn-primary").click()
    page.goto(str(page.locator(".weft-links code").first.text_content()))


def side_by_side(page: Page) -> None:
    """Put two records side by side."""
    for each in page.locator("tbody .weft-check input").all()[:2]:
        each.check()
    page.locator("[data-bulk] [formaction$='/bulk/merge']").click()
    page.locator("input[name=survivor]").first.wait_for()


def rested(page: Page) -> None:
    """Wait until what was chosen has come into view; on its way a page has its bars elsewhere."""
    page.wait_for_timeout(800)


Act = Callable[[Page], None] | None
SCREENS: dict[str, tuple[str, str, dict[str, Any], Act]] = {
    "sign-in": ("", "/sign-in", WIDE, None),
    "list": (SELLER, "/a/crm/customer", LOW, None),
    "list-groups": (SELLER, "/a/crm/opportunity?view=by_stage&open=proposal", LOW, None),
    "list-dark": (SELLER, "/a/crm/opportunity", LOW | {"locale": "en", "theme": "dark"}, None),
    "kanban": (SELLER, "/a/crm/opportunity?view=board", LOW, None),
    "calendar": (SELLER, "/a/crm/followup?view=calendar", WIDE, None),
    "gallery": (SELLER, "/a/crm/contact?view=faces", LOW, None),
    "chart": (BOSS, "/a/crm/opportunity/chart?view=open&as=pie&of=sum:amount", LOW, drawn),
    "phone-kanban": (SELLER, "/a/crm/opportunity?view=board", PHONE, None),
    "filter": (
        SELLER,
        '/a/crm/opportunity?filter=stage IN ("won", "lost") AND (amount >= 300000 OR probability < 50)',
        LOW,
        filtering,
    ),
    "formulas": (ADMIN, "/design/crm/forms/opportunity/formulas", LOW, None),
    "dashboard": (BOSS, "/a/crm/dashboards/performance", BOARD, drawn),
    "record": (SELLER, "/a/crm/customer?view=mine&search=上海", BOARD, record),
    "form": (SELLER, "/a/crm/opportunity?view=mine", WIDE, edit),
    "deal": (SELLER, "/a/crm/opportunity?view=mine", WIDE, record),
    "approval": (LEGAL, "/todos", WIDE, task),
    "todos": (SERVICE, "/todos", LOW, None),
    "todo-calendar": (SELLER, "/todos/calendar", LOW, None),
    "home": (SELLER, "/a/crm/dashboards/home_sales", BOARD, drawn),
    "phone-home": (SELLER, "/a/crm/dashboards/home_sales", PHONE, None),
    "design-form": (
        ADMIN,
        "/design/crm/forms/contract?at=amount",
        {"viewport": {"width": 1440, "height": 760}},
        rested,
    ),
    "design-board": (ADMIN, "/design/crm/dashboards/performance?at=funnel", LOW, drawn),
    "design-rule": (ADMIN, "/design/crm/element?at=rules/complaint", WIDE, None),
    "design-flow": (ADMIN, "/design/crm/element?at=flows/review", WIDE, None),
    "design-view": (ADMIN, "/design/crm/element?at=forms/customer/views/all_customers", LOW, None),
    "search": (SELLER, "/search?search=jm", LOW, None),
    "merge": (ADMIN, "/a/crm/lead", WIDE, side_by_side),
    "import": (ADMIN, "/a/crm/customer/import", WIDE, matched),
    "people": (ADMIN, "/people", LOW, None),
    "phone-list": (SELLER, "/a/crm/customer?view=mine", PHONE, None),
    "phone-deal": (SELLER, "/a/crm/opportunity?view=mine", PHONE, record),
    "public-form": (ADMIN, "/public/crm/booth", PHONE, scanned),
    "phone-form": (SELLER, "/a/crm/followup/new", PHONE, None),
}


def main() -> int:
    """Write every picture; 1 when one is too large for a page that loads quickly."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data), "--demo", "crm") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        desk = Desk(House(browser, site))
        for name, (who, path, options, act) in SCREENS.items():
            page = desk.open(who, path, **options)
            if act:
                act(page)
                settle(page)
            page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        browser.close()
    large = [each.name for each in FOLDER.glob("*.png") if each.stat().st_size > MOST]
    for each in large:
        print(f"docs/images/{each} is larger than {MOST:,} bytes")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
