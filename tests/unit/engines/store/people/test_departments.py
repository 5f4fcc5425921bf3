"""Departments: a tree that stays one."""

import pytest

from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import (
    add_department,
    delete_department,
    department_names,
    ensure_department,
    epoch,
    load_person,
    load_tree,
    update_department,
)
from schemas.errors import Conflict, Invalid, NotFound
from tests.fixtures.people import Staff


def test_the_tree_lists_parents_before_their_indented_children(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        tree = load_tree(conn)

    assert [(each.name, depth) for each, depth in tree.listing()] == [
        ("销售中心", 0), ("华东销售部", 1), ("华西销售部", 1),
    ]  # fmt: skip
    assert tree.below(staff.sales) == (staff.sales, staff.east, staff.west)
    assert [each.id for each in tree.above(staff.east)] == [staff.east, staff.sales]
    assert tree.path(staff.east) == "销售中心/华东销售部"


@pytest.mark.parametrize(
    "path", ["销售中心/华东销售部", " 销售中心 / 华东销售部 ", "销售中心／华东销售部", "华东销售部"]
)
def test_a_department_is_found_by_its_path(database: Database, staff: Staff, path: str) -> None:
    with database.read() as conn:
        found = load_tree(conn).find(path)

    assert found is not None
    assert found.id == staff.east


@pytest.mark.parametrize("path", ["华东", "华东销售部/销售中心", "销售中心/华东销售部/一组", ""])
def test_another_path_finds_nothing(database: Database, staff: Staff, path: str) -> None:
    with database.read() as conn:
        assert load_tree(conn).find(path) is None


def test_a_name_that_two_bear_needs_its_path(database: Database, staff: Staff, ids: SnowIds) -> None:
    with database.write() as conn:
        first = add_department(conn, ids, "一组", staff.east)
        add_department(conn, ids, "一组", staff.west)
        tree = load_tree(conn)

    assert tree.find("一组") is None
    found = tree.find("销售中心/华东销售部/一组")
    assert found is not None
    assert found.id == first


def test_what_is_missing_of_a_path_is_added(database: Database, staff: Staff, ids: SnowIds) -> None:
    with database.write() as conn:
        made = ensure_department(conn, ids, "销售中心/华南销售部/一组")
        again = ensure_department(conn, ids, "销售中心/华南销售部/一组")
        path = load_tree(conn).path(made)

    assert made == again
    assert path == "销售中心/华南销售部/一组"


@pytest.mark.parametrize("target", ["east", "sales"])
def test_a_department_never_stands_under_itself(database: Database, staff: Staff, target: str) -> None:
    with pytest.raises(Invalid) as refused, database.write() as conn:
        update_department(conn, staff.sales, parent_id=getattr(staff, target))

    assert [issue.code for issue in refused.value.issues] == ["department.cycle"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "department.bad_name"), ("a/b", "department.bad_name"), ("华西销售部", "department.name_taken")],
)
def test_refuses_a_name_that_paths_could_not_tell(
    database: Database, staff: Staff, ids: SnowIds, name: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused, database.write() as conn:
        add_department(conn, ids, name, staff.sales)

    assert [issue.code for issue in refused.value.issues] == [code]


def test_refuses_a_head_or_parent_who_does_not_exist(database: Database, staff: Staff) -> None:
    with pytest.raises(Invalid) as refused, database.write() as conn:
        update_department(conn, staff.west, head_id=1, parent_id=2)

    assert {issue.path for issue in refused.value.issues} == {"head_id", "parent_id"}


def test_only_an_empty_department_is_deleted(database: Database, staff: Staff) -> None:
    for occupied in (staff.sales, staff.east):
        with pytest.raises(Conflict), database.write() as conn:
            delete_department(conn, occupied)

    with database.write() as conn:
        delete_department(conn, staff.west)

    with pytest.raises(NotFound), database.write() as conn:
        delete_department(conn, staff.west)


def test_moving_a_department_changes_who_sees_what(database: Database, staff: Staff, ids: SnowIds) -> None:
    with database.write() as conn:
        before = epoch(conn)
        team = add_department(conn, ids, "一组", staff.west, head_id=staff.cy)
        assert load_person(conn, staff.bo).departments_below == (staff.east,)
        update_department(conn, team, parent_id=staff.east)

        assert load_person(conn, staff.bo).departments_below == (staff.east, team)
        assert epoch(conn) == before + 2


def test_names_are_told_for_those_that_exist(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        assert department_names(conn, [staff.east, 1]) == {staff.east: "华东销售部"}
        assert department_names(conn, []) == {}
