"""Packages: what goes out of one installation comes into another as the very same, and goes out again."""

import copy
import io
import json
import zipfile
from pathlib import Path

import pytest

from runtime.scenarios.playing import Asked, plan, play_all
from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_form_designer import BASE, Desk
from tests.web.designer.test_starting import send, told

ROOT = Path(__file__).resolve().parents[3]
BLANK = b'{"weft": 1, "key": "blank", "label": "Blank"}'
PICTURE = b"\x89PNG\r\n\x1a\n a picture"
INSTALL = "/api/builder/packages/install"


@pytest.fixture
def admin(rest):
    return Desk(rest, rest.add("tang", admin=True))


@pytest.fixture(scope="module")
def empty(rest_of_module):
    return rest_of_module(BLANK)


def install(door, data, status=201):
    answer = door.client.post(INSTALL, files={"file": ("shop.zip", data, "application/zip")})
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def with_pictures():
    """The shop, whose orders hold pictures too."""
    forms = copy.deepcopy(list(FORMS))
    order = next(each for each in forms if each["key"] == "order")
    order["fields"].append({"key": "pictures", "type": "image", "label": "Pictures"})
    order["fields"][-2:] = reversed(order["fields"][-2:])
    return shop_bytes(forms)


def sell(door):
    """Record what refers to people, files, other records, and to one that comes later."""
    files = {"file": ("front.png", PICTURE, "image/png")}
    picture = door.client.post("/api/files", files=files).json()["id"]
    person = door.create("person", name="Bo", keeper=str(door.user_id))
    item = door.create("item", code="Chair", price="3.50")
    first = door.create(
        title="First", amount="12.5", pictures=[picture], person=person, things=[item], tags=["a", "b"],
        stage="open", day="2026-03-01", seen="2026-03-01T10:00:00Z", rows=[{"qty": "2", "item": item}],
    )  # fmt: skip
    second = door.create(title="Second", owner=str(door.user_id))
    door.patch(f"order/{first}", {"above": second})
    door.delete(f"order/{door.create(title='Gone')}")


def test_s244_a_package_installed_elsewhere_is_the_same_app_with_the_same_records(rest, empty):
    rest.publish(with_pictures())
    door = rest.door("tang", admin=True)
    sell(door)
    out = door.send("GET", "/api/builder/shop/package?data=1").content

    other = empty.door("tang", admin=True)
    made = install(other, out)
    again = other.send("GET", "/api/builder/shop/package?data=1").content

    assert made == {"app": "shop", "version": 1, "records": 4}
    assert again == out
    first = other.get("order", params={"sort": "title", "labels": "1"})["data"][0]
    assert first["_labels"]["above"] == "Second"
    browser, _ = empty.session(other.user_id)
    assert browser.get(f"/files/{first['pictures'][0]}").content == PICTURE
    data = zipfile.ZipFile(io.BytesIO(out)).read("data.json").decode()
    assert str(door.user_id) not in data
    assert '"_user": "tang"' in data
    assert install(other, out, 409)["code"] == "package.app_there"


def test_only_an_administrator_takes_records_along_or_installs(rest):
    designer = rest.door("shen", "designer")
    out = designer.send("GET", "/api/builder/shop/package")
    assert out.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(out.content)).namelist() == ["app.json"]
    assert designer.send("GET", "/api/builder/shop/package?data=1").status_code == 403
    install(designer, out.content, 403)
    desk = Desk(rest, rest.add("li", "designer"))
    assert 'name="data"' not in desk.get(f"{BASE}/package")


def test_a_package_is_brought_on_screen_as_a_new_app_or_an_upgrade(admin, rest):
    assert 'name="data"' in admin.get(f"{BASE}/package")
    out = admin.client.get(f"{BASE}/package.zip").content
    assert told(admin, send(admin, out, "shop.zip"))[0] == f"{BASE}/upgrade"
    document = json.loads(shop_bytes(key="second", label="Second"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("app.json", json.dumps(document))
        batch = {"form": "item", "records": [{"_key": "a", "code": "Desk"}]}
        archive.writestr("data.json", json.dumps({"records": 1, "forms": [batch]}))

    where, page = told(admin, send(admin, made.getvalue(), "second.zip"))

    assert where == "/design/second"
    assert "with 1 record" in page
    assert "Desk" in admin.get("/a/second/item")


BAD = [
    ({"form": "item", "records": [{"code": "x", "nothing": 1}]}, "definition.unknown_field"),
    ({"form": "nothing", "records": [{}]}, "definition.unknown_form"),
    ({"form": "order", "records": [{"title": "A"}, {"amount": "no number"}]}, "field.required"),
    ({"form": "order", "records": [{"title": {"_file": "0" * 64}}]}, "package.no_file"),
    ({"form": "item", "records": ["x"]}, "package.not_records"),
]


@pytest.mark.parametrize(("batch", "code"), BAD, ids=[code for _, code in BAD])
def test_records_that_cannot_be_written_leave_nothing_behind(empty, batch, code):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("app.json", shop_bytes(key="third"))
        archive.writestr("data.json", json.dumps({"records": 1, "forms": [batch]}))
    door = empty.door(f"bad{code.replace('.', '')}", admin=True)

    problem = install(door, made.getvalue(), 422)

    assert code in {each["code"] for each in problem["issues"]}
    assert all(each["text"] for each in problem["issues"])
    assert door.send("GET", "/api/builder/third/definition").status_code == 404


def test_a_bomb_on_screen_is_refused_in_words(admin):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.json", b" " * 4_900_000)

    where, page = told(admin, send(admin, made.getvalue(), "bomb.zip"))

    assert where == "/design"
    assert "unpacks to far too much" in page


def test_s244_the_crm_template_goes_out_and_in_and_its_scenarios_hold(empty):
    """Installed in an empty place it is the same bytes, and does the same."""
    made = io.BytesIO()
    template = (ROOT / "examples/crm_template.json").read_bytes()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("app.json", template)
    door = empty.door("crm", admin=True)

    install(door, made.getvalue())
    out = zipfile.ZipFile(io.BytesIO(door.send("GET", "/api/builder/crm/package").content)).read("app.json")

    assert out == template
    (scenario, *_) = json.loads(out)["tests"]
    (report,) = play_all(plan(Asked(out, scenario["key"])))
    assert report.good
