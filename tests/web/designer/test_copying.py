"""A form of one app becomes a form of another, with what it refers to or without."""

import copy
import json
from html import unescape

import pytest

from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import revision_in

OTHER = "/design/other"
API = "/api/builder/other/draft"


def other(**more):
    """An app with a person of its own and a designer."""
    form = {"key": "person", "label": "Contact", "title": "name",
            "fields": [{"key": "name", "type": "text", "label": "Name"}]}  # fmt: skip
    return json.dumps({"weft": 1, "key": "other", "label": "Other", "forms": [form], **more}).encode()


@pytest.fixture
def admin(rest):
    forms = copy.deepcopy(list(FORMS))
    order = next(each for each in forms if each["key"] == "order")
    order["views"] = [
        {"key": "open", "label": "Open", "columns": ["title", "person"], "filter": "ISBLANK(person)"}
    ]
    rest.publish(shop_bytes(forms))
    rest.installation.publisher.apply(other(menu=[{"form": "person"}]), actor=None)
    return Editor(rest, rest.add("tang", admin=True))


def forms(door):
    return {each["key"]: each for each in door.get(API)["definition"].get("forms", [])}


def test_a_form_comes_with_what_it_refers_to_and_uses_what_is_there(admin, rest):
    page = unescape(admin.get(f"{OTHER}/copy?form=shop.order&references=take"))
    assert "2 forms come along" in page
    assert "Uses “Contact”, which is here already" in page

    said = {"csrf": admin.csrf, "revision": revision_in(page), "form": "shop.order", "references": "take"}
    where = admin.client.post(f"{OTHER}/copy", data=said).headers["Location"]

    assert where == f"{OTHER}/forms/order"
    found = forms(rest.key(rest.add("li", admin=True)))
    assert list(found) == ["person", "item", "order"]
    assert [each["key"] for each in found["order"]["views"]] == ["open"]
    publish = admin.get(f"{OTHER}/publish")
    assert "New form “Order”" in unescape(publish)
    admin.client.post(f"{OTHER}/publish", data={"csrf": admin.csrf, "revision": revision_in(publish)})
    assert admin.client.get("/a/other/order").status_code == 200


def test_references_that_lead_nowhere_are_left_out_and_told(admin, rest):
    door = rest.door("li", admin=True)
    body = {"revision": door.get(API)["revision"], "form": "shop.item", "references": "drop"}
    assert door.post(f"{API}/copy", body, 200)["dropped"] == []

    rest.installation.publisher.apply(other(forms=[]), actor=None, allow_loss=["person"])
    door.delete(API)
    body = {"revision": door.get(API)["revision"], "form": "shop.order", "references": "drop"}
    told = door.post(f"{API}/copy", body | {"dry_run": True}, 200)
    assert "order" not in forms(door)
    made = door.post(f"{API}/copy", body, 200)

    assert told["dropped"] == made["dropped"]
    assert [each["whole"] for each in told["dropped"]] == [True, True, True, False, False]
    assert [each["path"].removeprefix("forms/order/") for each in made["dropped"]] == [
        "fields/person", "fields/things", "fields/rows/fields/item",
        "views/open/columns/1", "views/open/filter",
    ]  # fmt: skip
    assert "person" not in {each["key"] for each in forms(door)["order"]["fields"]}
    assert door.get(f"{API}/problems")["problems"] == []


def test_a_key_that_is_taken_becomes_another(admin, rest):
    door = rest.door("li", admin=True)
    body = {"revision": door.get(API)["revision"], "form": "shop.person"}

    assert door.post(f"{API}/copy", body, 200)["forms"] == ["person_2"]
    again = {"revision": door.get(API)["revision"], "form": "shop.person"}
    assert door.post(f"{API}/copy", again, 200)["forms"] == ["person_3"]
    assert door.get(API)["definition"]["menu"][-1] == {"form": "person_3"}
    door.post(f"{API}/undo", {"revision": door.get(API)["revision"]}, 200)
    assert "person_3" not in forms(door)


def test_only_forms_of_apps_that_one_designs_are_copied(admin, rest):
    door = rest.door("li", "designer")  # of the shop alone
    assert door.send("POST", f"{API}/copy", {"revision": 1, "form": "shop.order"}).status_code in {403, 404}
    shop = "/api/builder/shop/draft"
    body = {"revision": door.get(shop)["revision"], "form": "other.person"}
    assert door.send("POST", f"{shop}/copy", body).status_code == 404
    admin.get(f"{OTHER}/copy?form=shop.nothing", 404)
    admin.get(f"{OTHER}/copy?form=nothing", 404)
    wrong = body | {"form": "shop.order", "references": "perhaps"}
    assert door.issues("POST", f"{shop}/copy", wrong) == {"references": "request.not_allowed"}
