"""Spreadsheets in and out through the screens."""

import re

from tests.web.screens.conftest import titles

SHEET = 'Name,Amount,Colour,STATE\nBicycle,"1,200",red,Done\nBell,12,blue,进行中\n'


def send(browser, text, name="orders.csv", status=200):
    return browser.post("/a/shop/order/import", {}, status=status, files={"file": (name, text.encode())}).text


def fields(html):
    return dict(re.findall(r'name="(token|map\.\d+)" value="([^"]*)"', html)) | {
        f"map.{number}": (re.search(r'value="([^"]*)" selected', body) or ["", ""])[1]
        for number, body in re.findall(r'<select[^>]*name="map\.(\d+)".*?>(.*?)</select>', html, re.DOTALL)
    }


def test_a_sheet_is_matched_checked_and_imported(shop, boss):
    matched = send(boss, SHEET)
    asked = fields(matched)
    checked = boss.post("/a/shop/order/import", asked | {"action": "check"}, status=200).text
    before = titles(boss.get("/a/shop/order"))
    done = boss.post("/a/shop/order/import", asked | {"action": "start"}, status=200).text

    assert "2 rows in the file" in matched
    assert [asked[f"map.{number}"] for number in range(4)] == ["name", "amount", "", "state"]
    assert "Checked; nothing was imported" in checked
    assert before == []
    assert "Import finished" in done
    html = boss.get("/a/shop/order")
    assert sorted(titles(html)) == ["Bell", "Bicycle"]
    assert "CN¥1,200.00" in html


def test_wrong_rows_come_back_as_a_workbook(shop, boss):
    asked = fields(send(boss, "Name,Amount\nGood,1\nBad,lots\n"))

    html = boss.post("/a/shop/order/import", asked | {"action": "start", "mode": "each"}, status=200).text

    assert titles(boss.get("/a/shop/order")) == ["Good"]
    assert "is not a number" in html
    url = re.search(r'href="(/files/\d+)"', html)
    assert url
    assert boss.client.get(url[1]).content[:2] == b"PK"


def test_a_file_that_is_no_sheet_is_told(boss):
    html = send(boss, "\x00\x01\x02", "orders.xlsx", status=422)

    assert "weft-summary" in html


def test_the_sheet_of_somebody_else_cannot_be_imported(shop, boss):
    other = shop.sign_in("other", admin=True)
    asked = fields(send(boss, SHEET))

    other.post("/a/shop/order/import", asked | {"action": "start"}, status=404)


def test_who_may_not_import_sees_no_import(clerk):
    clerk.get("/a/shop/order/import", status=403)
    assert "/import" not in clerk.get("/a/shop/order")


def test_the_filtered_list_is_exported(shop, boss):
    shop.add("order", {"name": "Cheap", "amount": "5"}, {"name": "Dear", "amount": "500"})

    answer = boss.client.get("/a/shop/order/export.csv?f.0.field=amount&f.0.op=gt&f.0.value=40")
    text = answer.content.decode("utf-8-sig")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Dear" in text
    assert "Cheap" not in text


def test_an_export_holds_no_hidden_field_and_no_foreign_row(shop, clerk):
    mine = {"name": "Mine", "owner": str(clerk.user_id), "secret": "hush"}
    shop.add("order", mine, {"name": "Foreign"})

    text = clerk.client.get("/a/shop/order/export.csv").content.decode("utf-8-sig")

    assert "Mine" in text
    assert "hush" not in text
    assert "Foreign" not in text


def test_ticked_rows_are_exported(shop, boss):
    one, _ = shop.add("order", {"name": "One"}, {"name": "Two"})

    answer = boss.post("/a/shop/order/bulk/export", {"id": str(one)}, status=200)

    assert answer.content[:2] == b"PK"


def test_a_template_holds_the_columns(boss):
    assert boss.client.get("/a/shop/order/import/template.xlsx").content[:2] == b"PK"
