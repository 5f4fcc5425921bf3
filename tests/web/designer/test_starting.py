"""Applications begin blank or from a file, and go out as the very file that makes them elsewhere."""

import json

import pytest

from schemas.dumper import dump
from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_form_designer import BASE, FORM, Desk, revision_in


@pytest.fixture
def admin(rest):
    return Desk(rest, rest.add("tang", admin=True))


def send(desk, data, name="app.json"):
    body = {"csrf": desk.csrf}
    return desk.client.post("/design/file", data=body, files={"file": (name, data, "application/json")})


def told(desk, answer):
    """Return where an answer leads and the page that is there."""
    assert answer.status_code == 303, answer.text[:300]
    where = answer.headers["Location"]
    return where, desk.get(where)


def test_an_app_begins_with_its_name_and_is_filled_on_screen(admin):
    where, page = told(
        admin, admin.client.post("/design/new", data={"csrf": admin.csrf, "label": "项目管理"})
    )

    assert where == "/design/xiangmuguanl"
    assert "项目管理" in page
    assert "0 people, assign" in admin.get(f"{where}/rights")
    revision = revision_in(page)
    said = {"csrf": admin.csrf, "revision": revision, "next": where, "do": "add_form", "label": "任务"}
    made = admin.client.post(f"{where}/act", data=said)
    assert made.headers["Location"] == f"{where}/forms/renwu?at=name&new=yes"
    draft = admin.client.get("/api/builder/xiangmuguanl/draft").json()["definition"]
    assert draft["roles"][0]["grants"] == [{"form": "renwu", "actions": ["view", "create", "edit"]}]
    publish = admin.get(f"{where}/publish")
    admin.client.post(f"{where}/publish", data={"csrf": admin.csrf, "revision": revision_in(publish)})
    made = admin.client.get("/a/xiangmuguanl/renwu")
    assert made.status_code == 200
    assert "任务" in made.text


def test_two_apps_of_one_name_have_keys_of_their_own(admin):
    places = [
        admin.client.post("/design/new", data={"csrf": admin.csrf, "label": label}).headers["Location"]
        for label in ("Shop", "Shop", "", "一个名字特别特别长的应用程序名字")
    ]

    assert places[:3] == ["/design/shop_2", "/design/shop_3", "/design/new_applicat"]
    assert len(set(places)) == 4


def test_what_goes_out_comes_back_as_the_same_bytes(admin, rest, rest_of_module):
    out = admin.client.get(f"{BASE}/export")
    assert out.headers["Content-Disposition"] == 'attachment; filename="shop.json"'
    assert out.content == dump(rest.installation.publisher.read(shop_bytes()))

    other = rest_of_module(b'{"weft": 1, "key": "blank", "label": "Blank"}')
    desk = Desk(other, other.add("tang", admin=True))
    where, _ = told(desk, send(desk, out.content))

    assert where == BASE
    assert desk.client.get(f"{BASE}/export").content == out.content


def test_a_file_of_an_app_that_is_there_is_an_upgrade_of_it(admin):
    document = json.loads(admin.client.get(f"{BASE}/export").content)
    document["forms"][2]["fields"].append({"key": "extra", "type": "text", "label": "Extra"})
    where, page = told(admin, send(admin, json.dumps(document).encode()))

    assert where == f"{BASE}/upgrade"
    assert "Extra" in page
    said = {"csrf": admin.csrf, "revision": revision_in(page), "take": "forms/order/fields/extra"}
    assert admin.client.post(where, data=said).headers["Location"] == f"{BASE}/publish"
    assert "Extra" in admin.get(FORM)
    answer = admin.client.post(
        f"{BASE}/undo", data={"csrf": admin.csrf, "revision": admin.revision(), "next": FORM}
    )
    assert answer.status_code == 303
    assert "Extra" not in admin.get(FORM)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b'{"weft": 99, "key": "later", "label": "Later"}',
        b'{"weft": 1, "key": "wrong", "label": "Wrong", "forms": [{"key": "a"}]}',
        b'{"weft": 1, "key": "../up", "label": "Up"}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_app_is_refused_in_words(admin, data):
    before = admin.client.get("/design").text.count("weft-card-link")

    where, page = told(admin, send(admin, data))

    assert where == "/design"
    assert page.count("weft-card-link") == before
    assert 'data-kind="danger"' in page


def test_only_an_administrator_begins_applications(rest):
    designer = Desk(rest, rest.add("shen", "designer"))

    assert "new-app" not in designer.get("/design")
    assert designer.client.post("/design/new", data={"csrf": designer.csrf}).status_code == 403
    assert send(designer, shop_bytes()).status_code == 403
    assert designer.client.get(f"{BASE}/export").status_code == 200
    clerk = Desk(rest, rest.add("may", "clerk"))
    assert clerk.client.get(f"{BASE}/export").status_code in {403, 404}
