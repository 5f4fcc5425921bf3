"""Who may do what at a glance, from the draft; each cell leads to where it is changed."""

import re

import pytest

from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE

PAGE = f"{BASE}/rights"


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def cells(page, role):
    """Return the cells of a role: of each grant its actions, its scope, and what else is said."""
    (row,) = re.findall(rf'<tr data-role="{role}">.*?</tr>', page, re.DOTALL)
    return [
        [grant(each) for each in cell.split('<div class="weft-grant">')[1:]] or words(cell)
        for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    ]


def grant(html):
    ticked = re.findall(r'value="(\w+)" checked', html)
    scope = re.findall(r'<option value="(\w+)" selected', html)
    (more,) = re.findall(r'href="[^"]*grants/\d+">([^<]*)<', html)
    return (" ".join(ticked), *scope, more)


def words(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_a_cell_says_what_and_on_which_records(desk):
    page = desk.get(PAGE)

    assert cells(page, "Own")[2] == [("view create edit", "own", "More limits")]
    assert cells(page, "Own")[0] == "Nothing Read only Can edit"
    assert cells(page, "Chief")[0] == "View Create Edit Delete Import Export Everything"
    assert cells(page, "Sender")[2] == [("create", "all", "More limits")]
    assert 'href="/design/shop/element?at=roles/own/grants/0"' in page
    assert "May design the app" in page


def test_it_shows_the_draft_and_what_is_apart(desk):
    desk.do(
        "roles/own/grants/0",
        {"set.others": "read", "set.where": "amount > 5"},
        do="panel",
        place="roles/own/grants/0",
    )
    desk.do(
        "roles/own/grants/0", {"set.fields": "", "add.fields": "note"}, do="panel", place="roles/own/grants/0"
    )

    (said,) = cells(desk.get(PAGE), "Own")[2]

    assert said == (
        "view create edit",
        "own",
        "on a condition, 1 field apart, other fields: Read only",
    )


def test_rights_are_given_changed_and_taken_in_the_matrix(desk):
    desk.do("roles", {"label": "Guest"}, do="part_add", to="roles", next=PAGE)
    desk.do("roles", do="grant", place="roles/guest", of="order", name="read", next=PAGE)
    assert cells(desk.get(PAGE), "Guest")[2] == [("view", "all", "More limits")]

    said = [("set.actions", ""), ("set.actions", "view"), ("set.actions", "export"), ("set.scope", "own")]
    desk.send("roles/guest/grants/0", said)
    assert cells(desk.get(PAGE), "Guest")[2] == [("view export", "own", "More limits")]
    assert "Can be given to people once published" in desk.get(PAGE)

    desk.do("roles", do="remove", place="roles/guest/grants/0", next=PAGE)
    assert cells(desk.get(PAGE), "Guest")[2].startswith("Nothing")


def test_what_is_no_right_is_refused(desk):
    before = desk.draft["roles"]

    desk.do("roles", do="grant", place="roles/own", of="order", name="everything")

    assert desk.draft["roles"] == before


FULL = {"form": "person", "actions": ["view", "create", "edit"]}


@pytest.mark.parametrize(
    ("grants", "given"),
    [
        ([FULL], True),
        ([{**FULL, "actions": ["view"]}], False),
        ([{**FULL, "form": "item"}, {**FULL, "scope": "own"}], False),
        ([{**FULL, "where": 'name = "A"'}], False),
    ],
)
def test_a_new_form_is_given_to_the_only_role_where_it_works_with_all_of_everything(rest, grants, given):
    chief = rest.add("tang", admin=True)
    rest.publish(shop_bytes(roles=[{"key": "member", "label": "Member", "grants": grants}]))
    desk = Editor(rest, chief)

    desk.do("roles", do="add_form", label="Note")

    said = [each["form"] for each in desk.draft["roles"][0]["grants"]]
    assert ("note" in said) is given


def test_only_designers_see_it(rest):
    clerk, _ = rest.session(rest.add("may", "clerk"))

    assert clerk.get(PAGE).status_code in {403, 404}
