"""An application out of a spreadsheet: types are proposed, may be changed, and the rows come along."""

import re
from datetime import date, datetime
from html import unescape

import pytest

from builder.designer.sheets.columns import Column, propose
from engines.form.registry import field_types
from tests.web.designer.test_form_designer import Desk
from tests.web.designer.test_shelf import post
from tests.web.designer.test_starting import told

KINDS = field_types()
SHEET = """设备名称,类别,购置日期,单价,保管人电话,备注
打印机,办公,2025-03-01,"1,299.00",13900001234,
投影仪,办公,2024-11-20,3500,13900001235,三楼会议室
叉车,生产,2023-06-15,86000.5,13900001236,
货梯,楼宇,2020-01-10,240000,13900001237,每季保养
空调,楼宇,2021-07-01,5200,13900001234,
电脑,办公,2025-09-09,6999,13900001235,
"""


@pytest.fixture
def admin(rest):
    return Desk(rest, rest.add("tang", admin=True))


def send(desk, data, name="设备台账.csv"):
    body = {"csrf": desk.csrf}
    return desk.client.post("/design/sheet", data=body, files={"file": (name, data, "text/csv")})


def proposed(page):
    """Return what each column is proposed to become, and the token of the sheet."""
    token = re.findall(r'name="token" value="(\d+)"', page)[0]
    rows = re.findall(r'name="type\.\d+".*?value="(\w+)" selected', page, re.DOTALL)
    labels = [unescape(each) for each in re.findall(r'name="label\.\d+" value="([^"]*)"', page)]
    return token, labels, rows


def test_columns_become_fields_and_rows_records(admin, rest):
    token, labels, types = proposed(send(admin, SHEET.encode()).text)
    assert labels == ["设备名称", "类别", "购置日期", "单价", "保管人电话", "备注"]
    assert types == ["text", "select", "date", "money", "phone", "text"]

    said = {f"label.{place}": label for place, label in enumerate(labels)}
    said |= {f"type.{place}": kind for place, kind in enumerate(types)} | {"required.0": "yes"}
    said |= {"label.5": "说明", "type.5": "long_text", "label": "设备台账", "form": "设备"}
    where, _ = told(admin, post(admin, "/design/sheet", token=token, **said))
    rest.installation.worker.run_due()

    assert where.startswith("/a/shebeitaizha/shebei/import/")
    door = rest.key(rest.add("ask", admin=True))
    found = {each["shebeimingcheng"]: each for each in door.get("/api/shebeitaizha/shebei")["data"]}
    assert len(found) == 6
    assert found["叉车"]["danjia"] == "86000.50"
    assert found["投影仪"]["shuoming"] == "三楼会议室"
    with rest.installation.db.read() as conn:
        app = rest.installation.apps(conn, rest.installation.current(conn))["shebeitaizha"]
    fields = {each.key: each for each in app.definition.forms[0].fields}
    assert fields["shebeimingcheng"].required
    assert [each.label for each in fields["leibie"].options] == ["办公", "生产", "楼宇"]


def test_a_column_may_be_left_out_but_not_all(admin):
    token, *_ = proposed(send(admin, b"A,B\n1,2\n").text)

    where, page = told(admin, post(admin, "/design/sheet", token=token, **{"type.0": "", "type.1": "bad"}))
    assert where == "/design"
    assert 'data-kind="danger"' in page

    where, _ = told(admin, post(admin, "/design/sheet", token=token, label="Two", **{"type.0": "number"}))
    assert re.fullmatch(r"/a/two/two/import/\d+", where)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_what_is_no_sheet_is_refused_in_words(admin, data):
    where, page = told(admin, send(admin, data, "a.xlsx"))

    assert where == "/design"
    assert 'data-kind="danger"' in page


def test_only_administrators_and_only_their_own_sheet(admin, rest):
    other = Desk(rest, rest.add("other", admin=True))
    token, *_ = proposed(send(other, b"A\n1\n").text)
    designer = Desk(rest, rest.add("shen", "designer"))

    assert send(designer, b"A\n1\n").status_code == 403
    assert post(admin, "/design/sheet", token=token).status_code == 404


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        pytest.param("编号", ["001", "002", "010"], "text", id="zeros in front are kept"),
        pytest.param("n", [1, 2.5, 3], "number", id="numbers"),
        pytest.param("预算", [100.0, 20.5], "money", id="money by its name"),
        pytest.param("d", [date(2026, 1, 1)], "date", id="dates"),
        pytest.param("d", [datetime(2026, 1, 1, 8, 30)], "datetime", id="moments"),  # noqa: DTZ001 - of a sheet
        pytest.param("d", ["2026/1/5", "2026-02-01"], "date", id="dates as text"),
        pytest.param("m", ["a@b.example", "c@d.example"], "email", id="addresses"),
        pytest.param("m", ["a@b.example", "none@"], "text", id="nearly addresses"),
        pytest.param("w", ["https://a.example", "www.b.example"], "url", id="links"),
        pytest.param("x", ["13900001234", "13800001234"], "phone", id="mobiles by their look"),
        pytest.param("x", ["13900001234567890"], "text", id="longer than a number may be"),
        pytest.param("s", ["是", "否"] * 5, "select", id="few words that come again"),
        pytest.param("s", ["a" * 200], "long_text", id="long"),
        pytest.param("s", [], "text", id="nothing"),
    ],
)
def test_the_type_takes_every_value(header, values, expected):
    column = Column(header)
    column.take(values)

    assert propose(column, KINDS) == expected
