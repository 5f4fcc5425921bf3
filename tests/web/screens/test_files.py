"""Files: sent by one person, read by whoever may read the record that holds them."""

import re

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def upload(browser, name="offer.pdf", content=b"%PDF-1.7 hello"):
    answer = browser.client.post(
        "/api/files", files={"file": (name, content)}, headers={"X-CSRF-Token": browser.csrf}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_upload_is_read_back_by_who_sent_it_and_nobody_else(shop, boss, clerk):
    sent = upload(clerk)

    own = clerk.client.get(sent["url"])

    assert (own.status_code, own.content) == (200, b"%PDF-1.7 hello")
    assert own.headers["content-disposition"].startswith("inline")
    assert own.headers["content-type"] == "application/pdf"
    assert own.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert own.headers["x-content-type-options"] == "nosniff"
    assert sent["size"] == 14
    assert boss.client.get(sent["url"]).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<script>alert(1)</script>"),
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("lies.pdf", b"<script>alert(1)</script>"),
        ("lies.png", b"<svg onload=alert(1)>"),
        ("late.pdf", b"<script>alert(1)</script>%PDF-1.7"),
    ],
)
def test_what_may_hold_a_script_or_lies_is_a_download(clerk, name, content):
    sent = upload(clerk, name, content)

    answer = clerk.client.get(sent["url"])

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_picture_is_shown(clerk):
    answer = clerk.client.get(upload(clerk, "photo.png", PNG)["url"])

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")


def test_a_file_in_a_record_is_read_by_its_readers(shop, boss, clerk):
    sent = upload(clerk)
    other = shop.sign_in("other", roles=("clerk",))

    number = clerk.save(
        "/a/shop/order/new", name="Bicycle", papers=["", sent["id"]], owner=str(clerk.user_id)
    )
    html = clerk.get(f"/a/shop/order/{number}")

    assert f'href="{sent["url"]}" target="_blank" rel="noopener">offer.pdf</a>' in html
    assert "14 B" in html
    assert boss.client.get(sent["url"]).status_code == 200
    assert other.client.get(sent["url"]).status_code == 404


def test_an_attached_picture_is_small_and_a_page_of_markup_a_download(clerk):
    papers = [upload(clerk, "photo.png", PNG), upload(clerk, "x.svg", b"<svg/>")]

    number = clerk.save(
        "/a/shop/order/new",
        name="Two",
        papers=["", *(each["id"] for each in papers)],
        owner=str(clerk.user_id),
    )
    html = clerk.get(f"/a/shop/order/{number}")

    assert f'<img src="{papers[0]["url"]}" alt="photo.png"' in html
    assert f'href="{papers[1]["url"]}" download="x.svg">x.svg</a>' in html
    assert "6 B" in html


def test_a_plain_form_carries_its_files(clerk):
    place = clerk.post(
        "/a/shop/order/new",
        {"name": "Bicycle", "papers": "", "owner": str(clerk.user_id)},
        files={"papers": ("plan.txt", b"left, then right")},
    ).headers["location"]

    html = clerk.get(place)

    assert "plan.txt" in html
    url = re.search(r'href="(/files/\d+)"', html)
    assert url
    assert clerk.client.get(url[1]).content == b"left, then right"


def test_a_file_sent_with_a_refused_form_is_not_lost(clerk):
    html = clerk.post(
        "/a/shop/order/new", {"name": "", "papers": ""}, status=422, files={"papers": ("plan.txt", b"left")}
    ).text

    assert re.search(r'<input type="hidden" name="papers" value="\d+">', html)
    assert "plan.txt" in html


def test_an_upload_without_a_file_or_a_token_is_refused(clerk):
    headers = {"X-CSRF-Token": clerk.csrf}

    assert clerk.client.post("/api/files", files={"file": ("x", b"")}, headers=headers).status_code == 422
    assert clerk.client.post("/api/files", data={"a": "b"}, headers=headers).status_code == 400
    assert clerk.client.post("/api/files", files={"file": ("x", b"y")}).status_code == 403
