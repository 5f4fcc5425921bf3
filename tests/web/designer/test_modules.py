"""Modules are switched off and on, menus show nothing empty, and help is there for whom it is meant."""

import json
from html import unescape

import pytest

from engines.store import people
from schemas.errors import Invalid
from tests.conftest import ROOT
from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_form_designer import Desk, revision_in

CRM = json.loads((ROOT / "examples/crm_template.json").read_bytes())


def only(*on):
    """Return the example with some modules alone."""
    modules = [each | {"enabled": each["key"] in on} for each in CRM["modules"]]
    return json.dumps(CRM | {"modules": modules}).encode()


def crm(rest, *on):
    rest.model = rest.installation.publisher.apply(only(*on), actor=None)
    return rest


@pytest.fixture
def seller(rest):
    crm(rest, "selling")
    number = rest.add("lin", "sales_manager", "sales")
    door = rest.key(number)
    door.base = "/api/crm/"
    return door


def test_s240_of_a_module_that_is_off_nothing_is_there_and_links_degrade(rest, seller):
    browser, _ = rest.session(seller.user_id)
    customer = seller.create("customer", name="苏州精密", status="active", industry="software",
                             source="website", level="high", region="east")  # fmt: skip

    assert [seller.send("GET", form).status_code for form in ("lead", "ticket", "survey")] == [404] * 3
    assert seller.send("POST", "ticket", {"subject": "x"}).status_code == 404
    assert browser.get("/a/crm/ticket").status_code == 404
    record = seller.get(f"customer/{customer}")
    assert not {"tickets", "surveys"} & record.keys()
    page = browser.get(f"/a/crm/customer/{customer}")
    assert page.status_code == 200
    assert "/a/crm/ticket" not in page.text
    assert "/a/crm/lead" not in page.text
    assert "/a/crm/opportunity" in page.text
    assert "service" not in {each["key"] for each in seller.get("dashboards")["data"]}

    seller.create("followup", customer=customer, subject="来电", content="投诉交货延迟", method="call")
    with rest.installation.db.read() as conn:
        table = rest.model.form("ticket").table
        assert conn.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() == 0

    crm(rest, "marketing", "selling", "service")
    assert seller.send("GET", "lead").status_code == 200
    seller.create("followup", customer=customer, subject="来电", content="再次投诉", method="call")
    with rest.installation.db.read() as conn:
        assert conn.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() == 1


def test_an_administrator_does_not_see_it_either(rest, seller):
    admin = rest.key(rest.add("tang", admin=True))

    assert admin.send("GET", "/api/crm/ticket").status_code == 404
    assert admin.send("GET", "/api/crm/customer").status_code == 200


def test_s238_a_menu_has_no_entry_and_no_heading_without_content(rest):
    menu = [{"label": "Stock", "items": [{"form": "item"}]}, {"label": "Sales", "items": [{"form": "order"}]}]
    rest.publish(shop_bytes(menu=menu))
    reader = rest.add("ray", "reader")
    browser, _ = rest.session(reader)

    page = browser.get("/a/shop/order").text

    assert ">Sales<" in page.replace("\n", "")
    assert "Stock" not in page
    assert "/a/shop/item" not in page
    assert "/help/shop" not in page
    rest.publish(shop_bytes(forms=FORMS))
    chief, _ = rest.session(rest.add("bo", "chief"))
    number = rest.key(rest.add("may", "clerk")).create(title="A")
    assert "/flows" not in chief.get(f"/a/shop/order/{number}").text


def test_help_is_there_for_whom_it_is_meant(rest):
    pages = [
        {"key": "all", "label": "Everybody", "text": "# First\n- one\n- two\n\nTwo & more <3"},
        {"key": "own", "label": "Readers only", "text": "Secret", "roles": ["reader"]},
    ]
    rest.publish(shop_bytes(help=pages))
    clerk, _ = rest.session(rest.add("may", "clerk"))
    reader, _ = rest.session(rest.add("ray", "reader"))
    stranger, _ = rest.session(rest.add("no"))

    assert 'href="/help/shop"' in clerk.get("/a/shop/order").text
    page = clerk.get("/help/shop").text
    assert "<h3>First</h3>" in page
    assert "<li>two</li>" in page
    assert "Two & more <3" in unescape(page)
    assert "<3" not in page
    assert "Secret" not in page
    assert "Secret" in reader.get("/help/shop").text
    assert stranger.get("/help/shop").status_code == 404
    rest.publish(shop_bytes())
    assert clerk.get("/help/shop").status_code == 404


def test_a_module_that_is_needed_elsewhere_is_not_switched_off(rest):
    person = {"key": "who", "type": "relation", "label": "Who", "form": "person", "required": True}
    forms = [*FORMS[:2], FORMS[2] | {"fields": [*FORMS[2]["fields"], person]}]
    off = [{"key": "people", "label": "People", "forms": ["person"], "enabled": False}]

    with pytest.raises(Invalid) as caught:
        rest.installation.publisher.read(shop_bytes(forms, modules=off))

    assert [each.code for each in caught.value.issues] == ["definition.form_is_off"]


def test_modules_are_switched_in_the_designer(rest):
    rest.publish(shop_bytes(modules=[{"key": "stock", "label": "Stock", "forms": ["item"]}]))
    desk = Desk(rest, rest.add("shen", "designer"))
    clerk = rest.door("may", "clerk")
    assert clerk.send("GET", "item").status_code == 200

    place = "/design/shop/element?at=modules/stock"
    said = {"csrf": desk.csrf, "revision": revision_in(desk.get(place)), "next": place, "do": "panel",
            "show": "modules/stock", "place": "modules/stock", "set.enabled": ""}  # fmt: skip
    desk.client.post("/design/shop/act", data=said)
    page = desk.get("/design/shop/publish")
    desk.client.post("/design/shop/publish", data={"csrf": desk.csrf, "revision": revision_in(page)})

    assert clerk.send("GET", "item").status_code == 404
    things = clerk.get(f"order/{clerk.create(title='A')}")
    assert "things" not in things
    with rest.installation.db.write() as conn:
        people.set_preferences(conn, clerk.user_id, locale="en")
