"""Regions on screens, in sheets and in the interface for programs, without scripts."""

import shutil
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from runtime.api import add_routes as add_api
from runtime.dashboards.pages import add_dashboard_pages
from runtime.screens import add_routes
from runtime.web.application import Application
from runtime.web.routing import Routes
from tests.fixtures.clock import FakeClock
from tests.fixtures.publishing import app, field, form
from tests.web.screens.conftest import Shop, titles
from tests.web.screens.test_sheets import fields

LIST = "/a/shop/firm"
SHEET = quote('STARTSWITH(name, "Sheet")')
CITY = quote('STARTSWITH(area, "3301")')


class Firms(Shop):
    definition = app(
        form(
            "firm",
            field("name", required=True),
            field("area", "region", searchable=True, label={"zh-CN": "地区", "en": "Area"}),
            field("branch", "region", depth="city"),
            title="name",
        )
    )

    def __init__(self, folder, clock):
        super().__init__(folder, clock)
        routes = Routes()
        add_dashboard_pages(routes)
        add_routes(routes)
        add_api(routes)
        self.web = Application(self.installation, routes)


@pytest.fixture(scope="module")
def firms(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firms")
    found = Firms(folder, FakeClock())
    found.add(
        "firm",
        {"name": "Lake", "area": "浙江省杭州市西湖区"},
        {"name": "Port", "area": "浙江/宁波"},
        {"name": "Gate", "area": "北京市朝阳区", "branch": "330106"},
        {"name": "None"},
    )
    yield found
    found.installation.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def boss(firms):
    return firms.sign_in("boss", admin=True)


@pytest.fixture(scope="module")
def api(boss):
    def send(method, path, **body):
        headers = {"X-CSRF-Token": boss.csrf}
        return boss.client.request(method, f"/api/shop/firm{path}", headers=headers, **body)

    return send


def test_a_region_is_written_by_its_names_and_read_by_them(firms, boss):
    number = boss.save(f"{LIST}/new", name="River", area="江苏 南京 玄武")

    assert "Jiangsu / Nanjing / Xuanwu District" in boss.get(f"{LIST}/{number}")
    assert 'value="Jiangsu / Nanjing / Xuanwu District"' in boss.get(f"{LIST}/{number}/edit")
    assert "江苏省 / 南京市 / 玄武区" in firms.sign_in("zhang", admin=True, locale="zh-CN").get(
        f"{LIST}/{number}"
    )


def test_what_is_meant_by_a_name_that_several_bear_is_asked_beside_the_field(boss):
    html = boss.post(f"{LIST}/new", {"name": "Which", "area": "西湖区"}, 422).text

    assert 'value="西湖区"' in html
    assert "may be 浙江省杭州市西湖区、江西省南昌市西湖区" in html


def test_a_list_is_filtered_by_what_a_region_lies_in(boss):
    query = "f.0.field=area&f.0.op=within&f.0.value=" + quote("浙江")
    kept = boss.client.get(f"{LIST}?{query}", follow_redirects=False).headers["location"]
    html = boss.get(kept)

    assert parse_qs(urlsplit(kept).query) == {"filter": ['STARTSWITH(area, "33")']}
    assert set(titles(html)) == {"Lake", "Port"}
    assert "Area is in Zhejiang" in html
    assert titles(boss.get(f"{LIST}?filter={CITY}")) == ["Lake"]
    assert 'value="Zhejiang / Hangzhou"' in boss.get(f"{LIST}/filter?filter={CITY}&do=face:rows")


def test_a_list_is_grouped_by_province_and_city(boss):
    html = boss.get(f"{LIST}?group=area:province,area&open=330000&filter={quote('ISBLANK(name) = FALSE')}")
    cities = boss.get(f"{LIST}?group=area:city&open=330200")

    assert "Zhejiang" in html
    assert '<option value="area:province" selected>Area · By province</option>' in html
    assert "Zhejiang / Ningbo" in cities
    assert titles(cities) == ["Port"]


def test_figures_are_counted_by_province(api):
    filled = quote("NOT ISBLANK(area)")
    found = api("GET", f"/aggregate?group=area:province&measure=count&filter={filled}").json()["data"]

    assert {each["area:province"]: each["count"] for each in found}["330000"] == 2
    assert api("GET", "/aggregate?group=name:province&measure=count").status_code == 400


def test_a_chart_of_a_list_goes_by_province(boss):
    html = boss.get(f"{LIST}/chart?as=column&by=area&bucket=province")

    assert '<option value="province" selected>Province</option>' in html
    assert "Zhejiang" in html


def test_a_region_is_found_by_its_names_and_their_sound(boss):
    assert [titles(boss.get(f"{LIST}?search={quote(each)}")) for each in ("西湖", "zhejiang ningbo")] == [
        ["Lake"],
        ["Port"],
    ]


def test_programs_send_codes_or_names_and_get_codes(api):
    made = api("POST", "", json={"name": "Program", "area": "Zhejiang / Hangzhou", "branch": "330106"}).json()
    wrong = api("POST", "", json={"name": "Program", "area": "Atlantis"})

    assert (made["area"], made["branch"]) == ("330100", "330100")
    assert [each["code"] for each in wrong.json()["issues"]] == ["field.not_a_region"]
    assert api("DELETE", f"/{made['_id']}").status_code == 204


def test_a_sheet_says_which_cells_name_no_region(boss):
    rows = "Name,Area\nSheet A,上海市/市辖区/浦东新区\nSheet B,西湖区\nSheet C,Atlantis\nSheet D,440305\n"
    sent = boss.post(f"{LIST}/import", {}, status=200, files={"file": ("firms.csv", rows.encode())}).text
    page = boss.post(f"{LIST}/import", fields(sent) | {"action": "start", "mode": "each"}, status=200).text

    assert "“西湖区” may be 浙江省杭州市西湖区、江西省南昌市西湖区." in unescape(page)
    assert "There is no region “Atlantis”." in unescape(page)
    html = boss.get(f"{LIST}?filter={SHEET}&sort=name")
    assert titles(html) == ["Sheet A", "Sheet D"]
    assert "Shanghai / Pudong New Area" in html
    assert "Guangdong / Shenzhen / Nanshan District" in html
