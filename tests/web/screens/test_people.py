"""Departments, members, invitations and roles by clicks."""

import io
import re
from typing import Any

import pytest

from engines.store import people
from engines.store.people import Entry
from tests.fixtures.visiting import House, Visitor


def members(html: str) -> list[str]:
    """Return the names in the list of members."""
    return re.findall(r'class="weft-title"><a[^>]*>.*?<span>([^<]*)</span></a>', html, re.DOTALL)


def tree(html: str) -> list[tuple[str, str]]:
    """Return name and count of every department shown."""
    part = html[html.index('id="departments"') : html.index('id="list"')]
    return re.findall(
        r'<a href="/people[^"]*"[^>]*><span>([^<]*)</span><span class="weft-count">([^<]*)<', part
    )


def error_of(html: str, name: str) -> str:
    """Return what is said beside an input."""
    found = re.search(
        rf'data-field="{name}"(?:(?!data-field=).)*?class="weft-error"[^>]*>.*?<span>(.*?)</span>',
        html,
        re.DOTALL,
    )
    return found[1] if found else ""


def department(house: House, name: str, parent: int | None = None) -> int:
    return int(house.write(people.add_department, house.installation.ids, name, parent))


def person(house: House, login: str) -> Entry:
    found: Entry
    (found,) = [each for each in house.read(people.list_people) if each.login == login]
    return found


# ---------------------------------------------------------------- departments


def test_a_tree_grows_by_clicks(house: House, ada: Visitor) -> None:
    place = ada.post("/people/departments", {"add_name": "Sales", "add_parent": ""}).headers["location"]
    sales = place.rpartition("=")[2]
    ada.get(place)
    ada.post("/people/departments", {"add_name": "East", "add_parent": sales})
    house.add("bo", department_id=int(sales))

    assert tree(ada.get("/people")) == [("Everybody", "2"), ("Sales", "1"), ("East", "0")]


def test_a_department_is_renamed_moved_and_given_a_head(house: House, ada: Visitor) -> None:
    sales, east, bo = department(house, "Sales"), department(house, "East"), house.add("bo")
    ada.get(f"/people?department={east}")

    ada.post(
        f"/people/departments/{east}",
        {"change_name": "Far east", "change_parent": str(sales), "head": str(bo)},
    )
    html = ada.get(f"/people?department={east}")

    here = house.read(people.load_tree).by_id[east]
    assert (here.name, here.parent_id, here.head_id) == ("Far east", sales, bo)
    assert f'<option value="{bo}" selected>Bo</option>' in html
    assert "Saved" in html


def test_departments_change_places(house: House, ada: Visitor) -> None:
    first, second, third = (department(house, name) for name in ("A", "B", "C"))
    ada.get(f"/people?department={third}")

    ada.post(f"/people/departments/{third}/move", {"way": "up"})
    ada.post(f"/people/departments/{first}/move", {"way": "up"})
    ada.post(f"/people/departments/{first}/move", {"way": "down"})

    assert [each.id for each in house.read(people.load_tree).children(None)] == [third, first, second]


def test_a_name_twice_is_told_beside_the_input_and_what_was_typed_stays(house: House, ada: Visitor) -> None:
    sales = department(house, "Sales")
    department(house, "East", sales)

    html = ada.post("/people/departments", {"add_name": "East", "add_parent": str(sales)}, 422).text

    assert "already a department" in error_of(html, "add_name")
    assert re.search(r'<details class="weft-more" open>', html)
    assert re.search(r'name="add_name"[^>]*value="East"', html)
    assert f'<option value="{sales}" selected>' in html


def test_a_department_below_itself_is_refused_beside_the_input(house: House, ada: Visitor) -> None:
    sales = department(house, "Sales")
    east = department(house, "East", sales)
    ada.get(f"/people?department={sales}")

    fields = {"change_name": "Sales", "change_parent": str(east), "head": ""}
    html = ada.post(f"/people/departments/{sales}", fields, 422).text

    assert "below itself" in error_of(html, "change_parent")


def test_only_an_empty_department_is_deleted(house: House, ada: Visitor) -> None:
    sales = department(house, "Sales")
    east = department(house, "East", sales)
    ada.get("/people")

    refused = ada.post(f"/people/departments/{sales}/delete").headers["location"]
    assert "still has people or departments" in ada.get(refused)
    assert ada.post(f"/people/departments/{east}/delete").headers["location"] == f"/people?department={sales}"
    ada.post(f"/people/departments/{sales}/delete")

    assert not house.read(people.load_tree).by_id


@pytest.mark.parametrize("url", ["/people?department=7", "/people?department=x", "/people/7", "/people/x"])
def test_what_does_not_exist_is_not_found(ada: Visitor, url: str) -> None:
    ada.get(url, 404)


@pytest.mark.parametrize("what", ["", "/move", "/delete"])
def test_a_department_that_is_gone_is_not_found(ada: Visitor, what: str) -> None:
    ada.post(f"/people/departments/7{what}", {"change_name": "x", "way": "up"}, 404)


def test_an_address_that_only_takes_posts_leads_back(house: House, ada: Visitor) -> None:
    for url in ("/people/departments", f"/people/departments/{department(house, 'Sales')}", "/people/7/link"):
        assert ada.client.get(url, follow_redirects=False).headers["location"].startswith("/people")


# ---------------------------------------------------------------- members


def test_members_are_those_of_the_department_and_all_below(house: House, ada: Visitor) -> None:
    sales = department(house, "Sales")
    east, west = department(house, "East", sales), department(house, "West")
    for login, where in (("bo", sales), ("cy", east), ("di", west)):
        house.add(login, department_id=where)

    assert members(ada.get(f"/people?department={sales}")) == ["Bo", "Cy"]
    assert members(ada.get("/people")) == ["Ada", "Bo", "Cy", "Di"]


def test_members_are_found_by_pinyin_within_a_department(house: House, ada: Visitor) -> None:
    sales = department(house, "Sales")
    house.add("u1", name="王小明", department_id=sales)
    house.add("u2", name="王小丽")

    assert members(ada.get(f"/people?department={sales}&search=wangxiao")) == ["王小明"]
    assert members(ada.get("/people?search=wangxiao")) == ["王小丽", "王小明"]
    assert "Nothing matches" in ada.get("/people?search=zzz")


def test_a_long_list_has_pages(house: House, ada: Visitor) -> None:
    for number in range(52):
        house.add(f"p{number:02}")

    first, second = ada.get("/people?search=p"), ada.get("/people?search=p&page=2")

    assert (len(members(first)), members(second)) == (50, ["P50", "P51"])
    assert 'href="/people?search=p&page=2"' in first
    assert 'href="/people?search=p&page=1"' in second
    assert "52 records" in first
    assert members(ada.get("/people?page=junk"))[0] == "Ada"


def test_the_list_says_who_may_not_or_did_not_come_in(house: House, ada: Visitor) -> None:
    house.add("bo", None)
    house.write(people.deactivate, house.add("cy"), house.clock)

    html = ada.get("/people")

    assert members(html) == ["Ada", "Bo", "Cy"]
    assert re.search(r"Bo</span></a>\s*<span[^>]*>Not joined", html)
    assert re.search(r"Cy</span></a>\s*<span[^>]*>Deactivated", html)


def test_people_are_offered_as_one_types(house: House, ada: Visitor) -> None:
    bo = house.add("bo")

    answer = ada.client.get("/people/find?search=bo").json()

    assert answer == {"data": [{"id": str(bo), "text": "Bo", "note": "bo"}]}


# ---------------------------------------------------------------- one person


def new_bo(**more: Any) -> dict[str, Any]:
    return {"name": "Bo Lin", "account": "Bo", "email": "bo@example.com", "phone": "138 0000 0000", **more}


def test_a_new_person_gets_roles_and_a_link_that_is_shown_once(house: House, ada: Visitor) -> None:
    sales, boss = department(house, "Sales"), person(house, "ada").id
    ada.get(f"/people/new?department={sales}")
    assert f'<option value="{sales}" selected>' in ada.html

    fields = new_bo(department=str(sales), manager=str(boss), role=["", "shop/writer"], admin="")
    html = ada.post("/people/new", fields, 200).text

    bo = person(house, "bo")
    link = re.search(r"<code>http://127.0.0.1:8000(/join/[^<]*)</code>", html)
    assert (bo.name, bo.email, bo.phone, bo.department_id, bo.manager_id, bo.admin) == (
        "Bo Lin", "bo@example.com", "13800000000", sales, boss, False,
    )  # fmt: skip
    assert house.read(people.roles_held, [bo.id]) == {bo.id: {house.roles()["writer"]}}
    assert link
    house.visitor().get(link[1])
    assert link[1] not in ada.get("/people/invitations")


def test_problems_of_a_new_person_stand_beside_their_inputs(house: House, ada: Visitor) -> None:
    ada.get("/people/new")
    fields = {
        "name": "",
        "account": "ada",
        "email": "x@",
        "phone": "12",
        "role": ["", "shop/reader"],
        "admin": "",
    }

    html = ada.post("/people/new", fields, 422).text

    for name, said in (
        ("name", "Please fill this in"),
        ("account", "ada"),
        ("email", "x@"),
        ("phone", "12"),
    ):
        assert said in error_of(html, name), name
    assert re.search(r'value="shop/reader" checked', html)
    assert [each.login for each in house.read(people.list_people)] == ["ada"]


def test_a_change_keeps_what_was_not_on_the_page(house: House, ada: Visitor) -> None:
    bo = house.add("bo", email="bo@example.com")
    house.write(people.set_roles, bo, [house.roles()["writer"], 999])
    ada.get(f"/people/{bo}")

    ada.post(f"/people/{bo}", {"name": "Bo the first"})
    assert person(house, "bo").email == "bo@example.com"
    ada.post(f"/people/{bo}", {"role": ["", "shop/reader"]})

    assert person(house, "bo").name == "Bo the first"
    assert house.read(people.roles_held, [bo])[bo] == {house.roles()["reader"], 999}


def test_a_manager_below_the_person_is_refused_beside_the_input(house: House, ada: Visitor) -> None:
    bo = house.add("bo")
    cy = house.add("cy", manager_id=bo)
    ada.get(f"/people/{bo}")

    html = ada.post(f"/people/{bo}", new_bo(account="bo", manager=str(cy)), 422).text

    assert "managed by" in error_of(html, "manager")
    assert f'<option value="{cy}" selected>Cy</option>' in html


def test_an_administrator_is_made_and_the_last_one_stays(house: House, ada: Visitor) -> None:
    bo, boss = house.add("bo"), person(house, "ada").id
    ada.get(f"/people/{boss}")

    html = ada.post(f"/people/{boss}", {"admin": ""}, 422).text
    assert "administrator" in html
    assert person(house, "ada").admin

    ada.post(f"/people/{bo}", {"admin": ["", "yes"]})
    ada.post(f"/people/{boss}", {"admin": ""})

    assert (person(house, "bo").admin, person(house, "ada").admin) == (True, False)
    ada.get("/people", 403)


def test_an_account_is_deactivated_and_comes_back(house: House, ada: Visitor) -> None:
    bo = house.add("bo")
    ada.get(f"/people/{bo}")
    assert f'action="/people/{bo}/deactivate"' in ada.html

    ada.get(ada.post(f"/people/{bo}/deactivate").headers["location"])
    assert f'action="/people/{bo}/activate"' in ada.html
    assert not person(house, "bo").active
    ada.post(f"/people/{bo}/activate")

    assert person(house, "bo").active


def test_nobody_is_offered_to_shut_oneself_out_and_the_last_administrator_cannot(
    house: House, ada: Visitor
) -> None:
    boss = person(house, "ada").id

    assert "deactivate" not in ada.get(f"/people/{boss}")
    assert "administrator" in ada.get(ada.post(f"/people/{boss}/deactivate").headers["location"])
    assert person(house, "ada").active


# ---------------------------------------------------------------- invitations


def links(html: str) -> list[str]:
    return re.findall(r"<code>http://127.0.0.1:8000(/join/[^<]*)</code>", html)


def test_a_new_link_ends_the_older_one(house: House, ada: Visitor) -> None:
    bo = house.add("bo", None)
    (first,) = links(ada.post(f"/people/{bo}/link", status=200).text)
    (second,) = links(ada.post(f"/people/{bo}/link", status=200).text)

    house.visitor().get(first, 404)
    house.visitor().get(second)


def test_a_link_is_withdrawn(house: House, ada: Visitor) -> None:
    bo = house.add("bo", None)
    (link,) = links(ada.post(f"/people/{bo}/link", status=200).text)
    assert "Valid until Nov 28, 2026" in ada.html

    ada.post(f"/people/{bo}/link/withdraw")

    house.visitor().get(link, 404)
    assert "No valid link" in ada.get("/people/invitations")


def test_everybody_who_waits_gets_a_link_and_they_come_as_a_sheet(house: House, ada: Visitor) -> None:
    house.add("bo", None, name='=HYPERLINK("x")', phone="13800000000")
    house.add("cy", None)
    assert "New links for 2 people" in ada.get("/people/invitations")

    html = ada.post("/people/invitations", status=200).text
    tokens = re.findall(r'name="token" value="([^"]*)"', html)
    answer = ada.post("/people/invitations/csv", {"token": [*tokens, "made-up"]}, 200)

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert sorted(links(html)) == sorted(f"/join/{each}" for each in tokens)
    assert lines[0] == "Name,Account,Mobile,Email,Link"
    assert lines[1].startswith('"\'=HYPERLINK(""x"")",bo,13800000000,,http://127.0.0.1:8000/join/')
    assert len(lines) == 3
    assert answer.headers["content-disposition"] == 'attachment; filename="links.csv"'


def test_a_person_who_is_deactivated_gets_no_link(house: House, ada: Visitor) -> None:
    bo = house.add("bo")
    house.write(people.deactivate, bo, house.clock)

    ada.post(f"/people/{bo}/link", status=404)


# ---------------------------------------------------------------- many at once

SHEET = (
    "姓名\t账号\t工号\t部门\t手机\t上级\t角色\n"
    "王小明\twangxm\t7\t销售中心/华东\t138 0000 0000\tada\t作者、读者\n"
    "\t\t\t\t\t\t\n"
    "李雷\tlilei\t8\t销售中心/华东\t\t王小明\tWriter\n"
)


def preview(html: str) -> list[list[str]]:
    """Return the cells of the preview, errors behind what stands there."""
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]*>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_a_pasted_sheet_is_shown_first_and_then_added(house: House, ada: Visitor) -> None:
    ada.get("/people/bulk")

    html = ada.post("/people/bulk", {"text": SHEET, "departments": ["", "yes"]}, 200).text
    assert [row[:3] for row in preview(html)] == [["2", "王小明", "wangxm"], ["4", "李雷", "lilei"]]
    assert "Columns not used: 工号" in html
    assert [each.login for each in house.read(people.list_people)] == ["ada"]

    text = re.search(r'name="text" value="([^"]*)"', html)
    assert text
    html = ada.post("/people/bulk", {"text": text[1], "departments": "yes", "confirm": "1"}, 200).text

    boss, leader, member = (person(house, login) for login in ("ada", "wangxm", "lilei"))
    held, roles = house.read(people.roles_held, [leader.id, member.id]), house.roles()
    tree = house.read(people.load_tree)
    assert (leader.manager_id, member.manager_id) == (boss.id, leader.id)
    assert tree.path(leader.department_id) == "销售中心/华东"
    assert held == {leader.id: {roles["writer"], roles["reader"]}, member.id: {roles["writer"]}}
    assert len(links(html)) == 2
    for link in links(html):
        house.visitor().get(link)


def test_every_problem_stands_in_its_cell_and_nobody_is_added(house: House, ada: Visitor) -> None:
    lines = (
        "name\taccount\temail\tdepartment\tmanager\trole",
        "Bo\tada\tbo@\tNowhere\tNobody\tKing",
        "Cy\tcy\t\t\tBo",
        "\tdi",
    )
    ada.get("/people/bulk")

    html = ada.post("/people/bulk", {"text": "\n".join(lines), "departments": ""}, 422).text
    first, second, third = preview(html)

    # line, name, account, e-mail, phone, department, manager, roles
    assert first == [
        "2",
        "Bo",
        "ada The account “ada” is already in use.",
        "bo@ “bo@” is not an email address.",
        "–",
        "Nowhere There is no department named “Nowhere”.",
        "Nobody “Nobody” was not found, or you may not see it.",
        "King There is no role “King”.",
    ]
    assert second == ["3", "Cy", "cy", "–", "–", "–", "Bo", "–"]
    assert third[1] == "– Please fill this in."
    assert "Line 2, Account:" in html
    assert "Nowhere" in re.findall(r"<textarea.*?</textarea>", html, re.DOTALL)[0]
    assert [each.login for each in house.read(people.list_people)] == ["ada"]


def test_a_list_without_names_stands_in_our_order(house: House, ada: Visitor) -> None:
    ada.get("/people/bulk")

    ada.post("/people/bulk", {"text": "Bo Lin,,bo@example.com,13800000000", "confirm": "1"}, 200)

    bo = person(house, "bo@example.com")
    assert (bo.name, bo.phone) == ("Bo Lin", "13800000000")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_comes_as_a_file(house: House, ada: Visitor, kind: str) -> None:
    ada.get("/people/bulk")
    rows: list[list[Any]] = [["姓名", "账号", "手机"], ["王小明", "wangxm", 13800000000]]
    file = io.BytesIO()
    if kind == "csv":
        file.write("\n".join(",".join(map(str, row)) for row in rows).encode("gb18030"))
    else:
        import xlsxwriter  # type: ignore[import-untyped]  # published without types

        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    file.seek(0)

    html = ada.post("/people/bulk", {"departments": ""}, 200, files={"file": (f"list.{kind}", file)}).text

    assert preview(html)[0][:5] == ["2", "王小明", "wangxm", "–", "13800000000"]


@pytest.mark.parametrize(
    ("fields", "files"),
    [({"text": " \n"}, None), ({"text": ""}, {"file": ("x.xlsx", b"PK\x03\x04 broken")})],
    ids=["blank", "damaged"],
)
def test_what_is_no_list_is_told(ada: Visitor, fields: dict[str, str], files: Any) -> None:
    ada.get("/people/bulk")

    html = ada.post("/people/bulk", fields, 422, files=files).text

    assert "weft-summary" in html
    assert "<textarea" in html


def test_a_preview_can_be_corrected(ada: Visitor) -> None:
    ada.get("/people/bulk")

    html = ada.post("/people/bulk", {"text": "Bo\tbo", "correct": "1", "departments": ""}, 200).text

    assert re.search(r"<textarea[^>]*>Bo\tbo</textarea>", html)
    assert not re.search(r'name="departments" value="yes" checked', html)


def test_a_list_that_is_too_long_is_refused(house: House, ada: Visitor) -> None:
    ada.get("/people/bulk")

    html = ada.post("/people/bulk", {"text": "\n".join(f"P{n}\tp{n}" for n in range(1001))}, 422).text

    assert "The limit of 1,000 is exceeded" in html


# ---------------------------------------------------------------- roles


def test_a_role_is_given_and_taken(house: House, ada: Visitor) -> None:
    bo = house.add("bo")
    assert "Writer" in ada.get("/people/roles")
    ada.get("/people/roles/shop/writer")

    ada.post("/people/roles/shop/writer", {"add": str(bo)})
    assert "Bo" in ada.get("/people/roles/shop/writer")
    assert house.read(people.role_members, house.roles()["writer"]) == {bo}
    ada.post("/people/roles/shop/writer", {"remove": str(bo)})

    assert not house.read(people.role_members, house.roles()["writer"])


@pytest.mark.parametrize("url", ["/people/roles/shop/none", "/people/roles/none/writer"])
def test_a_role_that_does_not_exist_is_not_found(ada: Visitor, url: str) -> None:
    ada.get(url, 404)


@pytest.mark.parametrize("number", ["77", "x"])
def test_a_role_is_given_to_nobody_who_is_not_there(house: House, ada: Visitor, number: str) -> None:
    ada.post("/people/roles/shop/writer", {"add": number}, 404)

    assert not house.read(people.role_members, house.roles()["writer"])
