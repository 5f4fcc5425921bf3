"""Designing a form on screen: every gesture is a plain post, and works without scripts."""

import re

import pytest

BASE = "/design/shop"
FORM = f"{BASE}/forms/order"


def revision_in(page):
    (found, *_) = re.findall(r'name="revision" value="(\d+)"', page)
    return found


class Desk:
    """A designer at her desk, without scripts."""

    def __init__(self, rest, user_id):
        self.client, self.csrf = rest.session(user_id)

    def get(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def revision(self):
        return revision_in(self.get(FORM))

    def post(self, path, revision=None, **fields):
        body = {"csrf": self.csrf, "revision": revision or self.revision(), "next": FORM, **fields}
        answer = self.client.post(path, data=body)
        assert answer.status_code == 303, answer.text[:500]
        return answer.headers["Location"]

    def act(self, **fields):
        return self.post(f"{BASE}/act", **fields)

    def labels(self):
        return re.findall(r'data-place="forms/order/fields/(\w+)"', self.get(FORM))


@pytest.fixture
def desk(rest):
    return Desk(rest, rest.add("shen", "designer"))


def test_a_click_in_the_palette_adds_a_field_and_chooses_it(desk):
    where = desk.act(do="add_field", place="forms/order", type="date")

    assert where == f"{FORM}?at=date"
    page = desk.get(where)
    assert 'id="block-date"' in page
    assert "Any calendar day" in page or "date" in page
    assert desk.labels()[-1] == "date"


def test_a_field_is_named_by_its_label_and_shown_as_people_will_see_it(desk):
    desk.act(do="add_field", place="forms/order", type="select")

    where = desk.act(do="panel", place="forms/order/fields/select", **{
        "set.label": "客户来源", "set.options": "官网\n展会\n广告", "set.required": "yes"})  # fmt: skip

    assert where == f"{FORM}?at=kehulaiyuan"
    page = desk.get(where)
    assert "客户来源" in page
    assert "展会" in page
    assert 'aria-pressed="true"' in page


def test_fields_are_moved_copied_removed_and_brought_back(desk):
    first, second, *_ = before = desk.labels()

    desk.act(do="move", place=f"forms/order/fields/{second}", before=first)
    assert desk.labels()[:2] == [second, first]
    desk.act(do="copy", place=f"forms/order/fields/{second}")
    assert desk.labels()[:3] == [second, f"{second}_2", first]
    desk.act(do="remove", place=f"forms/order/fields/{second}_2")
    for _ in range(3):
        desk.post(f"{BASE}/undo")
    assert desk.labels() == before
    desk.post(f"{BASE}/redo")
    assert desk.labels()[:2] == [second, first]


def test_a_stale_page_is_told_and_changes_nothing(desk):
    old = desk.revision()
    desk.act(do="add_field", place="forms/order", type="date")

    desk.act(do="add_field", place="forms/order", type="time", revision=old)

    assert "changed the design meanwhile" in desk.get(FORM)
    assert "time" not in desk.labels()


def test_what_cannot_be_is_refused_in_words(desk):
    desk.act(do="panel", place="forms/order/fields/title", **{"set.max_length": "9999"})
    page = desk.get(FORM)

    assert "The number must be at most 255." in page
    assert "definition." not in page


def test_problems_lead_to_where_they_are_put_right(desk):
    desk.act(do="add_field", place="forms/order", type="formula")
    desk.act(do="panel", place="forms/order/fields/formula", **{"set.formula": "nothing + 1"})

    page = desk.get(BASE)

    assert f'href="{FORM}?at=formula"' in page
    assert "1 problem" in page
    assert "must be put right" in desk.get(f"{BASE}/publish")


def test_publishing_shows_the_plan_and_makes_the_version(desk, rest):
    desk.act(do="add_field", place="forms/order", type="date")
    desk.act(do="panel", place="forms/order/fields/date", **{"set.label": "Signed on"})
    plan = desk.get(f"{BASE}/publish")
    revision = revision_in(plan)

    assert "Signed on" in plan
    assert desk.post(f"{BASE}/publish", revision=revision) == BASE
    assert "signed_on" in rest.door("chief", "chief").get(
        f"order/{rest.door('c2', 'chief').create(title='t')}"
    )
    assert "Nothing to publish" in desk.get(f"{BASE}/publish")


def test_a_new_form_is_ready_to_be_filled(desk):
    where = desk.act(do="add_form", label="项目信息表")

    assert where == f"{BASE}/forms/xiangmuxinxibiao?at=name&new=yes"
    assert "项目信息表" in desk.get(BASE)
    assert 'id="block-name"' in desk.get(f"{BASE}/forms/xiangmuxinxibiao")


def test_only_who_may_design_comes_in(rest):
    clerk = Desk(rest, rest.add("clerk2", "clerk"))

    assert clerk.client.get(BASE).status_code in {403, 404}
    assert clerk.client.get("/design").status_code == 403
    answer = clerk.client.post(f"{BASE}/act", data={"csrf": clerk.csrf, "revision": "1", "do": "remove"})
    assert answer.status_code in {403, 404}


def test_it_leads_back_to_the_designer_and_nowhere_else(desk):
    for elsewhere in ("//evil.example", "https://evil.example", "/people", f"{BASE}\\..", "/design/shopx"):
        revision = desk.revision()
        assert desk.act(
            do="add_field", place="forms/order", type="date", next=elsewhere, revision=revision
        ).startswith(BASE)


def keep(desk, place, revision=None, **values):
    """Post a panel as a script does that keeps what is typed."""
    body = {
        "csrf": desk.csrf,
        "revision": revision or desk.revision(),
        "next": FORM,
        "do": "panel",
        "place": place,
    }
    said = body | {f"set.{name}": value for name, value in values.items()}
    return desk.client.post(f"{BASE}/act", data=said, headers={"Accept": "application/json"})


def test_a_panel_that_keeps_by_itself_hears_where_its_element_stands_now(desk):
    desk.act(do="add_field", place="forms/order", type="select")

    told = keep(desk, "forms/order/fields/select", label="Colour", options="Red\nBlue").json()

    assert told["place"] == "forms/order/fields/colour"
    assert told["url"] == f"{FORM}?at=colour"
    assert told["revision"] == int(desk.revision())
    assert told["saved"].startswith("Saved ")
    assert told["saved"] in desk.get(FORM)


def test_what_cannot_be_kept_is_said_beside_its_property(desk):
    before = desk.revision()

    answer = keep(desk, "forms/order/fields/title", max_length="9999")

    assert answer.status_code == 422
    (issue,) = answer.json()["issues"]
    assert issue["name"] == "max_length"
    assert "at most 255" in issue["text"]
    assert desk.revision() == before


def test_a_panel_behind_the_draft_hears_how_far_it_is(desk):
    old = desk.revision()
    desk.act(do="add_field", place="forms/order", type="date")

    answer = keep(desk, "forms/order/fields/title", old, label="Late")

    assert answer.status_code == 409
    assert answer.json()["revision"] == int(desk.revision())
    assert keep(desk, "forms/order/fields/nothing", label="x").json()["issues"][0]["name"] == ""


def test_a_button_on_the_card_makes_a_field_narrower(desk):
    page = desk.get(f"{FORM}?at=title")
    assert '<input type="hidden" name="set.width" value="9">' in page

    desk.act(do="panel", place="forms/order/fields/title", **{"set.width": "9"})

    page = desk.get(f"{FORM}?at=title")
    assert "weft-block weft-w9 chosen" in page
    assert '<input type="hidden" name="set.width" value="12">' in page
