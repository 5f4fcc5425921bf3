"""S242: kinds and functions come as files in the data folder, and are offered and work like any other."""

import shutil
from html import unescape
from pathlib import Path

import pytest

from engines.expression.functions.table import withdraw
from engines.store.publishing.marks import begin, unfinished
from runtime.installation import Installation, Settings
from schemas.errors import Conflict
from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import OTHER, Rest, shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_elements import Editor, page_of
from tests.web.designer.test_form_designer import BASE, FORM

EXAMPLE = Path(__file__).parents[3] / "examples/plugins/barcode"
GOOD, BAD = "6901234567892", "6901234567890"


def _field(key, type_, **more):
    return {"key": key, "type": type_, "label": key.title(), **more}


def _shop():
    """The shop as a designer makes it with what the plug-in brings."""
    *others, order = FORMS
    extra = [
        _field("code", "barcode"),
        _field("digit", "formula", formula='CHECKDIGIT("690123456789")', result="text"),
        _field("stamped", "date"),
    ]
    flow = {
        "key": "passing", "label": "Passing", "form": "order",
        "nodes": [
            {"key": "start", "type": "start", "next": "stamp"},
            {"key": "stamp", "type": "stamp", "field": "stamped", "next": "end"},
            {"key": "end", "type": "end"},
        ],
    }  # fmt: skip
    rule = {
        "key": "empty", "label": "Empty",
        "on": {"type": "emptied", "form": "order", "field": "word"},
        "then": [{"type": "clear_fields", "fields": ["amount"]}],
    }  # fmt: skip
    board = {
        "key": "board", "label": "Board",
        "widgets": [{"key": "dial", "type": "gauge", "label": "Dial", "form": "order", "full": 50}],
    }  # fmt: skip
    forms = [*others, order | {"fields": [*order["fields"], *extra]}]
    return shop_bytes(forms, flows=[flow], rules=[rule], dashboards=[board])


@pytest.fixture(scope="module")
def plugged_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugged") / "data"
    shutil.copytree(EXAMPLE, folder / "plugins/barcode", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def plugged(plugged_folder):
    """The shop, with an app that uses everything the plug-in brings, and one that uses nothing of it."""
    found = Rest(plugged_folder, f"sqlite:///{plugged_folder / 'weft.db'}", FakeClock())
    found.publish(OTHER)
    found.publish(_shop())
    yield found
    found.close()
    withdraw(_package(found.installation))


@pytest.fixture(scope="module")
def desk(plugged):
    return Editor(plugged, plugged.add("shen", "designer"))


@pytest.fixture(scope="module")
def clerk(plugged):
    return plugged.door("may", "clerk")


def _package(installation):
    return installation.plugins.modules[0].__name__.partition(".")[0]


def test_the_designer_offers_a_node_and_its_page_asks_what_it_needs(desk):
    flow = desk.add("flows")
    desk.say(flow, label="Check", form="order")
    assert 'value="stamp"' in desk.get(f"{page_of('flows/check')}&plus=nodes/start/next")

    node = desk.add("flows/check/nodes", "stamp", show="flows/check")
    node = desk.say(node, label="Seen", field="day", next="end")

    page = desk.look(node)
    assert "Writes today's date into a field." in page
    flow = next(each for each in desk.draft["flows"] if each["key"] == "check")
    assert {**flow["nodes"][-1], "key": "…"} == {
        "key": "…", "type": "stamp", "label": "Seen", "next": "end", "field": "day",
    }  # fmt: skip


def test_the_palette_offers_a_field_type_and_the_canvas_draws_it(desk):
    assert "Barcode" in desk.get(FORM)

    desk.act(do="add_field", place="forms/order", type="barcode")

    assert 'id="block-barcode"' in desk.get(f"{FORM}?at=barcode")


@pytest.mark.parametrize(
    ("place", "kind", "said"),
    [
        pytest.param("rules/one/then", "clear_fields", "Clear fields", id="action"),
        pytest.param("dashboards/one/widgets", "gauge", "Gauge", id="widget"),
    ],
)
def test_parts_of_rules_and_dashboards_are_offered(desk, place, kind, said):
    family = place.split("/")[0]
    made = desk.add(family).removeprefix("/design/shop/")  # a dashboard opens on its canvas
    desk.say(made, label="One")

    assert f'value="{kind}"' in desk.look(f"{family}/one")
    part = desk.add(place, kind, show=f"{family}/one")

    assert said in desk.look(part)


def test_a_trigger_and_a_function_are_offered(desk):
    rule = desk.add("rules")
    desk.say(rule, label="Two")
    desk.do("rules/two", do="part_kind", place="rules/two/on", kind="emptied")

    assert "is emptied" in desk.look("rules/two")
    words = desk.client.get(f"{BASE}/formula/words", params={"at": "/forms/2/checks/0/that"})
    assert "CHECKDIGIT" in words.text


def test_a_barcode_is_read_by_its_own_rules(clerk, plugged):
    made = clerk.get(f"/api/shop/order/{clerk.create(title='A', code='6 901234-567892')}")

    assert made["code"] == GOOD
    assert made["digit"] == "2"
    assert clerk.issues("POST", "order", {"title": "B", "code": BAD}) == {"code": "field.not_a_barcode"}
    browser, _ = plugged.session(clerk.user_id)
    page = unescape(browser.get(f"/a/shop/order/{made['_id']}").text)
    assert f"<code>{GOOD}</code>" in page


def test_a_flow_runs_through_the_node(clerk, plugged):
    number = clerk.create(title="F")
    clerk.post(f"order/{number}/flows", {"flow": "passing"})

    assert clerk.get(f"/api/shop/order/{number}")["stamped"] == plugged.clock.now().date().isoformat()


def test_a_rule_begins_with_the_trigger_and_does_the_action(clerk):
    number = clerk.create(title="R", word="x", amount="5")

    clerk.patch(f"/api/shop/order/{number}", {"word": None})

    assert clerk.get(f"/api/shop/order/{number}")["amount"] is None


def test_a_widget_is_asked_and_drawn(clerk, plugged):
    dial = clerk.get("/api/shop/dashboards/board/dial")

    assert dial["figure"]["data"][0]["gauge"]["axis"]["range"] == [0, 50]
    browser, _ = plugged.session(clerk.user_id)
    assert "data-figure" in browser.get("/a/shop/dashboards/board").text


def test_an_app_whose_plug_in_is_gone_says_so_and_the_others_work(plugged, tmp_path):
    for file in plugged.folder.glob("weft.db*"):
        shutil.copy(file, tmp_path)

    bare = Installation(Settings(tmp_path, f"sqlite:///{tmp_path / 'weft.db'}"), clock=FakeClock())
    with bare.db.write() as conn:  # as if a publish of it had died
        begin(conn, "shop")
        begin(conn, "other")
    bare.publisher.recover()

    with bare.db.read() as conn:
        assert list(unfinished(conn)) == ["shop"]
        epoch = bare.current(conn)
        assert list(bare.apps(conn, epoch)) == ["other"]
        with pytest.raises(Conflict):
            bare.app(conn, "shop", epoch)
        with pytest.raises(Conflict) as caught:
            bare.app(conn, "shop", epoch)
        assert list(bare.models.closed(conn, epoch)) == ["shop"]
    bare.close()
    assert caught.value.reason == "plugin.missing"
    assert {"barcode", "gauge", "stamp"} <= set(str(caught.value.params["names"]).split(", "))
