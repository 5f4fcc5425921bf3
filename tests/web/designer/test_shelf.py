"""Applications are copied, put away and brought back."""

from datetime import timedelta

import pytest

from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_form_designer import Desk
from tests.web.designer.test_starting import send, told

REMINDER = {
    "key": "soon", "label": "Soon", "on": {"type": "date", "form": "order", "field": "day", "days": 0},
    "then": [{"type": "create_todo", "to": [{"type": "field", "field": "owner"}], "title": "Today"}],
}  # fmt: skip


@pytest.fixture
def admin(rest):
    return Desk(rest, rest.add("tang", admin=True))


def post(desk, path, **fields):
    return desk.client.post(path, data={"csrf": desk.csrf, **fields})


def run(rest, **later):
    """Let some time pass, and the worker do what is due."""
    rest.clock.forward(**later)
    rest.installation.lease.renew()
    rest.installation.worker.run_due()


def test_a_copy_is_designed_alike_and_holds_no_records(admin, rest):
    rest.door("may", "clerk").create(title="A")

    where, page = told(admin, post(admin, "/design/shop/duplicate"))

    assert where == "/design/shop_2"
    assert "Copy of Shop" in page
    box = rest.installation
    with box.db.read() as conn:
        apps = box.apps(conn, box.current(conn))
    assert apps["shop_2"].forms.keys() == apps["shop"].forms.keys()
    listed = admin.client.get("/a/shop_2/order").text
    assert "/a/shop_2/order/new" in listed
    assert ">A<" not in listed


def test_an_app_that_is_put_away_is_seen_by_nobody_and_comes_back_as_it_was(admin, rest):
    clerk = rest.door("may", "clerk")
    number = clerk.create(title="A")

    where, page = told(admin, post(admin, "/design/shop/archive"))

    assert where == "/design"
    assert "/design/shelf/shop" in page
    assert 'href="/design/shop"' not in page
    clerk.get("order", 404)
    clerk.post("order", {"title": "B"}, 404)
    assert admin.client.get("/a/shop/order").status_code == 404
    assert admin.client.get("/design/shop").status_code == 404
    assert "/a/shop" not in admin.get("/?all=1")

    where, _ = told(admin, post(admin, "/design/shelf/shop"))
    assert where == "/design/shop"
    assert clerk.get(f"order/{number}")["title"] == "A"
    assert post(admin, "/design/shelf/shop").status_code == 404


def test_what_comes_due_meanwhile_waits_and_its_to_dos_are_out_of_sight(admin, rest):
    rest.publish(shop_bytes(rules=[REMINDER]))
    clerk = rest.door("may", "clerk")
    today = rest.clock.now().date()
    for title, days in (("now", 1), ("later", 3)):
        clerk.create(title=title, owner=str(clerk.user_id), day=(today + timedelta(days)).isoformat())
    run(rest, days=1, hours=12)
    assert len(clerk.get("/api/todos")["data"]) == 1

    post(admin, "/design/shop/archive")
    run(rest, days=3)
    assert clerk.get("/api/todos")["data"] == []

    post(admin, "/design/shelf/shop")
    run(rest, hours=2)
    assert len(clerk.get("/api/todos")["data"]) == 2


def test_nothing_is_published_over_an_app_that_is_put_away(admin):
    post(admin, "/design/shop/archive")

    where, page = told(admin, send(admin, shop_bytes()))
    assert where == "/design"
    assert 'data-kind="danger"' in page

    made, _ = told(admin, post(admin, "/design/new", label="Shop"))
    assert made == "/design/shop_2"


def test_only_administrators_put_away_and_copy(rest):
    designer = Desk(rest, rest.add("shen", "designer"))

    assert [post(designer, f"/design/{way}").status_code for way in (
        "shop/archive", "shop/duplicate", "shelf/shop", "gallery/projects")] == [403] * 4  # fmt: skip
    assert designer.client.get("/design/gallery").status_code == 403
