"""Everything besides fields is edited on screen by plain posts: rules, flows, dashboards, roles, views."""

import re
from html import unescape
from urllib.parse import quote, unquote, urlencode

import pytest

from tests.web.designer.test_form_designer import BASE, Desk, revision_in


def page_of(place):
    return f"{BASE}/element?at={quote(place)}"


class Editor(Desk):
    """A designer who works on the pages of elements."""

    def look(self, place, status=200):
        return unescape(self.get(page_of(place), status))

    def do(self, show, pairs=(), **fields):
        """Post a gesture from the page of ``show`` and return the place that is looked at then."""
        body = {
            "csrf": self.csrf,
            "revision": revision_in(self.get(page_of(show))),
            "next": page_of(show),
            "show": show,
        }
        body |= fields
        posted = dict(pairs) | body
        answer = self.client.post(f"{BASE}/act", data=posted)
        assert answer.status_code == 303, answer.text[:500]
        return unquote(answer.headers["Location"]).removeprefix(f"{BASE}/element?at=")

    def add(self, to, kind="", show=""):
        return self.do(show or to, do="part_add", to=to, kind=kind)

    def say(self, place, show="", **values):
        return self.do(
            show or place, {f"set.{name}": value for name, value in values.items()}, do="panel", place=place
        )

    def send(self, place, pairs):
        """Post a panel as a browser does, with names that come several times."""
        page = page_of(place)
        said = {"csrf": self.csrf, "revision": revision_in(self.get(page)), "next": page, "show": place}
        body = urlencode([*said.items(), ("do", "panel"), ("place", place), *pairs])
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert self.client.post(f"{BASE}/act", content=body, headers=kind).status_code == 303

    def turn(self, name, place):
        """Undo or redo from the page of a place."""
        page = page_of(place)
        said = {"csrf": self.csrf, "revision": revision_in(self.get(page)), "next": page}
        assert self.client.post(f"{BASE}/{name}", data=said).status_code == 303

    @property
    def draft(self):
        return self.client.get("/api/builder/shop/draft").json()["definition"]

    def publish(self):
        page = self.get(f"{BASE}/publish")
        answer = self.client.post(f"{BASE}/publish", data={"csrf": self.csrf, "revision": revision_in(page)})
        assert answer.status_code == 303, unescape(answer.text)


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def test_a_rule_is_made_on_screen_and_works_once_it_is_published(desk, rest):
    rule = desk.add("rules")
    rule = desk.say(rule, label="Large orders are open")
    assert rule == "rules/large_orders_are_open"
    assert "gets a new record" in desk.look(rule)

    desk.do(rule, do="part_kind", place=f"{rule}/on", kind="updated")
    desk.say(f"{rule}/on", rule, form="order", created="yes")
    desk.say(rule, **{"if": "amount > 100"})
    action = desk.add(f"{rule}/then", "set_fields", show=rule)
    desk.do(action, {"set.set": "", "add.set": "stage"}, do="panel", place=action)
    desk.do(action, {"set.set": "", "map.set.stage": "open"}, do="panel", place=action)

    assert desk.draft["rules"] == [
        {
            "key": "large_orders_are_open",
            "label": "Large orders are open",
            "on": {"type": "updated", "form": "order", "created": True},
            "if": "amount > 100",
            "then": [{"type": "set_fields", "set": {"stage": "open"}}],
        }
    ]
    (card,) = re.findall(rf'href="{re.escape(page_of(action))}#.*?</a>', desk.look(rule), re.DOTALL)
    assert "Stage" in card
    desk.publish()
    clerk = rest.door("may", "clerk")
    made = clerk.get(f"/api/shop/order/{clerk.create(title='A', amount='500')}")
    assert made["stage"] == "open"


def test_a_flow_begins_with_a_start_and_an_end_and_gets_an_approval_between(desk):
    flow = desk.add("flows")
    desk.say(flow, label="Check", form="order")
    flow = "flows/check"
    node = desk.add(f"{flow}/nodes", "approve", show=flow)
    desk.do(node, {"set.label": "Chief", "set.next": "end"}, do="panel", place=node)
    desk.do(flow, do="part_move", place=f"{flow}/nodes/chief", before="end")
    desk.do(f"{flow}/nodes/start", {"set.next": "chief"}, do="panel", place=f"{flow}/nodes/start")

    keys = [each["key"] for each in desk.draft["flows"][0]["nodes"]]
    assert keys == ["start", "chief", "end"]
    page = desk.look(flow)
    assert "Chief" in page
    assert "problem" not in page


def test_a_list_of_fields_keeps_its_order_and_a_button_moves_one(desk):
    view = desk.add("forms/order/views", show="forms/order")

    def pick(act, known, added=""):
        pairs = [("set.columns", each) for each in ("", *known)]
        desk.send(view, [*pairs, ("add.columns", added), ("pick", act)])
        return desk.draft["forms"][2]["views"][0]["columns"]

    columns: list[str] = []
    for name in ("title", "amount", "stage"):
        columns = pick("columns/add", columns, name)
    assert columns == ["title", "amount", "stage"]
    assert pick("columns/up/stage", columns) == ["title", "stage", "amount"]
    assert pick("columns/drop/title", ["title", "stage", "amount"]) == ["stage", "amount"]


def test_a_role_is_given_rights_and_its_card_says_which(desk):
    role = desk.add("roles")
    role = desk.say(role, label="Helper")
    grant = desk.add(f"{role}/grants", show=role)
    desk.do(grant, {"set.form": "order", "set.actions": "edit", "set.scope": "own"}, do="panel", place=grant)
    desk.do(grant, {"set.fields": "", "add.fields": "note"}, do="panel", place=grant)

    assert desk.draft["roles"][-1] == {
        "key": "helper", "label": "Helper",
        "grants": [{"form": "order", "actions": ["edit"], "scope": "own", "fields": {"note": "hidden"}}],
    }  # fmt: skip
    page = desk.look(role)
    assert "Order" in page
    assert "Their own" in page


def test_what_is_removed_comes_back_by_undo(desk):
    rule = desk.add("rules")
    assert desk.do(rule, do="remove", place=rule) == "rules"
    assert desk.draft["rules"] == []

    page = page_of("rules")
    said = {"csrf": desk.csrf, "revision": revision_in(desk.get(page)), "next": page}
    desk.client.post(f"{BASE}/undo", data=said)
    assert len(desk.draft["rules"]) == 1

    # A page whose element is taken back leads to where it stood.
    said = {"csrf": desk.csrf, "revision": revision_in(desk.get(page)), "next": page_of(rule)}
    assert desk.client.post(f"{BASE}/undo", data=said).headers["Location"] == page


def test_a_part_that_may_be_missing_is_added_and_taken_away(desk):
    board = desk.add("dashboards").removeprefix(f"{BASE}/")
    widget = desk.add(f"{board}/widgets", "number", show=board)
    assert "Period" in desk.look(widget)

    desk.do(widget, do="part_add", to=f"{widget}/period")
    assert desk.draft["dashboards"][0]["widgets"][0]["period"]["span"] == "today"
    desk.do(widget, do="remove", place=f"{widget}/period")

    assert "period" not in desk.draft["dashboards"][0]["widgets"][0]


@pytest.mark.parametrize(
    "place", ["rules/nothing", "nothing", "rules/0/then", "forms/order/nothing/1", "../secret", "menu/99", ""]
)
def test_a_place_that_is_not_there_is_not_found(desk, place):
    desk.get(page_of(place), 404)


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(desk):
    before = desk.draft
    revision = revision_in(desk.get(page_of("rules")))
    body = {"csrf": desk.csrf, "revision": revision, "next": page_of("rules"), "show": "rules"}

    answer = desk.client.post(
        f"{BASE}/act", data={**body, "do": "part_add", "to": "dashboards/x/widgets", "kind": "pie"}
    )
    assert answer.status_code == 303
    answer = desk.client.post(
        f"{BASE}/act", data={**body, "do": "part_add", "to": "rules", "kind": "nonsense"}
    )
    assert answer.status_code == 303

    assert desk.draft == before


def test_a_formula_of_a_rule_opens_in_the_editor_and_returns_to_the_rule(desk):
    rule = desk.add("rules")
    desk.say(f"{rule}/on", rule, form="order")
    (link,) = re.findall(r'href="(/design/shop/formula\?at=[^"]*if)"', desk.look(rule))

    page = desk.get(link)
    assert 'name="f.0.field"' in page
    rows = {"f.0.field": "amount", "f.0.op": "gt", "f.0.value": "5"}
    where = desk.client.post(link, data={"csrf": desk.csrf, "revision": revision_in(page), **rows}).headers[
        "Location"
    ]

    assert unquote(where) == page_of(rule).replace("%2F", "/")
    assert desk.draft["rules"][0]["if"] == "amount > 5"


def test_the_app_itself_is_called_anew_on_its_settings(desk):
    page = f"{BASE}/settings"
    assert 'value="Shop"' in desk.get(page)

    def say(**values):
        said = {"csrf": desk.csrf, "revision": revision_in(desk.get(page)), "next": page}
        said |= {"do": "panel", "place": ""} | {f"set.{name}": value for name, value in values.items()}
        return desk.client.post(f"{BASE}/act", data=said).headers["Location"]

    assert say(label="Store", time_zone="Europe/Berlin") == page
    draft = desk.draft
    assert (draft["label"], draft["time_zone"], draft["key"]) == ("Store", "Europe/Berlin", "shop")
    assert say(time_zone="Nowhere/Town") == page
    assert desk.draft == draft
