"""A newer package of an app: what it changed is shown in words, decided about, and lands in the draft."""

import json
from html import unescape

import pytest

from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE, FORM

PAGE = f"{BASE}/upgrade"
API = "/api/builder/shop/upgrade"


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def package(label="Shop", note="Note", **more):
    """A newer shop: one label and one field more, or other words for what is there."""
    forms = json.loads(json.dumps(list(FORMS)))
    order = next(each for each in forms if each["key"] == "order")
    next(each for each in order["fields"] if each["key"] == "note")["label"] = note
    order["fields"].append({"key": "due", "type": "date", "label": "Due by"})
    return shop_bytes(forms, label=label, version="2.0.0", **more)


def send(desk, data, name="shop.json"):
    files = {"file": (name, data, "application/json")}
    answer = desk.client.post(f"{PAGE}/file", data={"csrf": desk.csrf}, files=files)
    assert answer.status_code == 303, answer.text[:300]
    return unescape(desk.get(answer.headers["Location"]))


def take(desk, *paths, shown=(), **more):
    fields = {"csrf": desk.csrf, "revision": desk.revision(), "take": list(paths), "shown": list(shown)}
    answer = desk.client.post(PAGE, data=fields | more)
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["Location"]


AT = "forms/order/fields"


def test_what_a_package_changed_is_decided_about_and_published(desk, rest):
    desk.say(f"{AT}/note", label="My own note")
    page = send(desk, package(note="Remark"))

    assert "1 change of your own" in page
    assert "1 thing changed on both sides" in page
    assert "<del>Note</del> → <ins>Remark</ins>" in page
    assert "You made it: My own note" in page
    assert "Due by" in page

    where = take(desk, f"{AT}/due", "version", shown=[f"{AT}/due", "version", f"{AT}/note/label"])
    assert where == f"{BASE}/publish"
    assert "New field “Due by”" in unescape(desk.get(where))
    desk.publish()
    order = rest.installation.publisher.read(desk.client.get(f"{BASE}/export").content).form("order")
    assert order.field("due") is not None
    assert order.field("note").label == "My own note"
    assert "Bring in a newer file" in desk.get(PAGE)


def test_the_next_upgrade_begins_where_this_one_ended(desk):
    send(desk, package(note="Remark"))
    take(desk, f"{AT}/due", "version", shown=[f"{AT}/due", "version", f"{AT}/note/label"])
    desk.publish()

    page = send(desk, package("Shop of Bo", note="Remark"))

    assert "Shop of Bo" in page
    assert "Remark" not in page, "what was declined once is not asked again"
    assert "1 change in the new version" in page


def test_undo_takes_an_upgrade_back_and_its_package_is_not_the_base(desk):
    before = desk.draft
    send(desk, package())
    take(desk, f"{AT}/due", "version")
    assert desk.draft != before
    desk.post(f"{BASE}/undo", next=FORM)
    assert desk.draft == before

    desk.say(f"{AT}/note", label="Mine")
    desk.publish()
    assert "Due by" in send(desk, package())


def test_a_file_may_replace_everything(desk):
    desk.say(f"{AT}/note", label="Mine")
    send(desk, package())

    take(desk, how="replace")

    labels = {each["key"]: each["label"] for each in desk.draft["forms"][2]["fields"]}
    assert (labels["note"], labels["due"]) == ("Note", "Due by")


def test_a_draft_that_moved_on_meanwhile_is_looked_at_again(desk):
    send(desk, package())
    revision = desk.revision()
    desk.say(f"{AT}/note", label="Mine")

    answer = desk.client.post(PAGE, data={"csrf": desk.csrf, "revision": revision, "take": f"{AT}/due"})

    assert answer.headers["Location"] == PAGE
    assert "due" not in {each["key"] for each in desk.draft["forms"][2]["fields"]}
    assert "Due by" in desk.get(PAGE), "the package still waits"


def test_an_upgrade_is_put_aside(desk):
    send(desk, package())
    assert desk.client.post(f"{PAGE}/drop", data={"csrf": desk.csrf}).status_code == 303
    assert "Due by" not in desk.get(PAGE)
    assert desk.client.post(PAGE, data={"csrf": desk.csrf, "revision": desk.revision()}).status_code == 404


def cycle():
    forms = [{"key": "a", "label": "A", "fields": [
        {"key": "x", "type": "formula", "label": "X", "formula": "y + 1"},
        {"key": "y", "type": "formula", "label": "Y", "formula": "x + 1"},
    ]}]  # fmt: skip
    return shop_bytes(forms, roles=[])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b'{"weft": 2, "key": "shop", "label": "Shop"}', "definition.unknown_format", id="newer"),
        pytest.param(cycle(), "definition.circular", id="cycle"),
        pytest.param(b'{"weft": 1, "key": "else", "label": "Else"}', "definition.other_app", id="other"),
        pytest.param(b"[" * 100_000, "definition.not_json", id="deep"),
        pytest.param(b'{"weft": 1, "key": "shop", "key": "a"}', "definition.repeated_key", id="twice"),
    ],
)
def test_a_package_that_is_none_is_refused_with_a_code_and_changes_nothing(desk, rest, data, code):
    before = desk.draft
    door = rest.door("tool", "designer")

    assert 'data-kind="danger"' in send(desk, data)
    for path in ("/plan", "?revision=1000000"):
        problem = door.send("POST", API + path, data).json()
        assert [each["code"] for each in problem["issues"]][:1] == [code]
    assert desk.draft == before


def test_over_rest_conflicts_are_taken_only_where_told(rest):
    door = rest.door("tool", "designer")
    update = {"do": "update", "at": f"{AT}/note", "set": {"label": "Mine"}}
    draft = door.post("/api/builder/shop/draft", {"revision": 1_000_000, "commands": [update]}, 200)
    plan = door.post(f"{API}/plan", package(note="Remark"), 200)
    assert {each["path"]: each["conflict"] for each in plan["items"]} == {
        "version": False, f"{AT}/note/label": True, f"{AT}/due": False}  # fmt: skip
    assert all(each["text"] for each in plan["items"])
    assert plan["own"] == 1

    assert door.issues("POST", f"{API}?revision={draft['revision']}&take=nothing", package()) == {
        "nothing": "upgrade.no_item"}  # fmt: skip
    stale = door.send("POST", f"{API}?revision=1000000", package())
    assert stale.status_code == 409
    made = door.post(
        f"{API}?revision={draft['revision']}&decline={AT}/due&take={AT}/note/label",
        package(note="Remark"), 200,
    )  # fmt: skip
    assert {each["path"]: each["taken"] for each in made["items"]} == {
        "version": True, f"{AT}/note/label": True, f"{AT}/due": False}  # fmt: skip
    order = door.get("/api/builder/shop/draft")["definition"]["forms"][2]["fields"]
    assert {each["key"]: each["label"] for each in order}.get("note") == "Remark"
    assert "due" not in {each["key"] for each in order}
    door.post("/api/builder/shop/draft/publish", {"revision": made["revision"]}, 200)


def test_over_rest_an_upgrade_leaves_alone_what_a_designer_decides_about(desk, rest):
    send(desk, package(note="Remark"))
    door = rest.door("tool", "designer")
    for number in range(4):
        now = door.get("/api/builder/shop/draft")["revision"]
        door.post(f"{API}?revision={now}", package(label=f"Shop {number}"), 200)

    assert "Remark" in desk.get(PAGE)


def test_a_package_of_a_thousand_forms_is_looked_at_as_a_whole(rest):
    forms = [
        {"key": f"f{n}", "label": f"F{n}", "fields": [{"key": "name", "type": "text", "label": "Name"}]}
        for n in range(1000)
    ]
    door = rest.door("tool", "designer")

    plan = door.post(f"{API}/plan", shop_bytes([*FORMS, *forms]), 200)

    assert len(plan["items"]) == 1000


def test_only_designers_upgrade(rest):
    clerk = Editor(rest, rest.add("may", "clerk"))
    assert clerk.client.get(PAGE).status_code in {403, 404}
    assert rest.door("bo", "clerk").send("POST", f"{API}/plan", package()).status_code in {403, 404}


def test_an_upgrade_that_the_data_does_not_fit_is_told_before_it_is_published_and_loses_nothing(rest):
    """Values that may not come twice any more, and values that are no numbers."""
    clerk, door = rest.door("bo", "clerk"), rest.door("tool", "designer")
    for title in ("One", "Two"):
        clerk.create(title=title, word="same", note="no number")
    forms = json.loads(json.dumps(list(FORMS)))
    fields = {each["key"]: each for form in forms if form["key"] == "order" for each in form["fields"]}
    fields["word"]["unique"] = True
    fields["note"] |= {"type": "number", "decimals": 0}
    at = door.get("/api/builder/shop/draft")["revision"]
    made = door.post(f"{API}?revision={at}", shop_bytes(forms), 200)

    lines = door.get("/api/builder/shop/draft/plan")["lines"]
    told = {each["path"]: (each["code"], each["count"]) for each in lines if each["blocking"]}
    assert told == {"order.word": ("plan.field.unique", 1), "order.note": ("plan.field.loss", 2)}
    body = {"revision": made["revision"]}
    refused = door.issues("POST", "/api/builder/shop/draft/publish", body | {"allow_loss": ["order.note"]})
    assert set(refused.values()) == {"plan.field.unique"}
    assert {each["note"] for each in clerk.get("order")["data"]} == {"no number"}
    assert door.get("/api/builder/shop/draft")["revision"] == made["revision"], "the draft is still there"


def test_a_draft_that_refers_to_what_somebody_else_removed_is_told_and_not_published(desk, rest):
    """One designer removes a field while another, who saw it, makes something of it."""
    door = rest.door("tool", "designer")
    draft, seen = "/api/builder/shop/draft", door.get("/api/builder/shop/draft")["revision"]
    view = {"do": "add", "to": "forms/order/views",
            "value": {"key": "mine", "label": "Mine", "columns": ["title", "word"]}}  # fmt: skip
    desk.act(do="remove", place="forms/order/fields/word")

    stale = door.send("POST", draft, {"revision": seen, "commands": [view]})
    assert (stale.status_code, stale.json()["code"]) == (409, "draft.moved_on")
    now = door.post(draft, {"revision": door.get(draft)["revision"], "commands": [view]}, 200)["revision"]

    (problem,) = door.get(f"{draft}/problems")["problems"]
    assert problem["code"] == "definition.unknown_field"
    assert door.send("POST", f"{draft}/publish", {"revision": now}).status_code == 422
    page = unescape(desk.get(f"{BASE}/publish"))
    assert "1 problem must be put right" in page
    assert "element?at=forms/order/views/mine" in page
