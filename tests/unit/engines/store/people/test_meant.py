"""Who is meant: by role, by place in the house, by fields of a record, by formula."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from engines.expression import Context
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import House, deactivate, finder, set_roles, update_department
from engines.store.people.meant import Asked
from engines.store.publish import Publisher
from schemas.who import Who
from tests.fixtures.clock import FakeClock
from tests.fixtures.people import Staff
from tests.fixtures.publishing import app, field, form

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
ORDER = form("order", field("owner", "member"), field("team", "members"), field("place", "department"))
WHO: TypeAdapter[Any] = TypeAdapter(tuple[Who, ...])


class Desk:
    """Asks about one order."""

    def __init__(self, db: Database, model: Any) -> None:
        self.db, self.model = db, model

    def ask(self, *who: dict[str, Any], initiator: int | None = None, **row: Any) -> list[int]:
        find = finder(WHO.validate_python(who))
        with self.db.read() as conn:
            house = House(conn, self.model)
            context = Context(initiator, None, MOMENT, date(2026, 11, 21), directory=house)
            return find(Asked(house, self.model, self.model.form("order"), row, context, initiator))


@pytest.fixture
def desk(database: Database, publisher: Publisher, staff: Staff) -> Desk:
    roles = [{"key": "clerk", "label": "Clerk"}]
    model = publisher.apply(app(ORDER, roles=roles), actor=None)
    with database.write() as conn:
        update_department(conn, staff.sales, head_id=staff.ada)
        update_department(conn, staff.east, head_id=staff.bo)
        set_roles(conn, staff.cy, [model.roles["clerk"]])
    return Desk(database, model)


def test_by_account_role_and_field(desk: Desk, staff: Staff):
    assert desk.ask({"type": "member", "account": "bo"}) == [staff.bo]
    assert desk.ask({"type": "member", "account": "nobody"}) == []
    assert desk.ask({"type": "role", "role": "clerk"}) == [staff.cy]
    assert desk.ask({"type": "field", "field": "owner"}, owner=staff.bo) == [staff.bo]
    assert desk.ask({"type": "field", "field": "team"}, team=(staff.cy, staff.bo)) == [staff.cy, staff.bo]
    assert desk.ask({"type": "field", "field": "owner"}) == []


def test_managers_levels_up(desk: Desk, staff: Staff):
    assert desk.ask({"type": "manager", "field": "owner"}, owner=staff.cy) == [staff.bo]
    assert desk.ask({"type": "manager", "field": "owner", "up": 2}, owner=staff.cy) == [staff.ada]
    assert desk.ask({"type": "manager", "field": "owner", "up": 3}, owner=staff.cy) == []
    assert desk.ask({"type": "manager"}, initiator=staff.cy) == [staff.bo]


def test_heads_of_departments(desk: Desk, staff: Staff):
    assert desk.ask({"type": "head", "department": "华东销售部"}) == [staff.bo]
    assert desk.ask({"type": "head", "field": "place"}, place=staff.east) == [staff.bo]
    assert desk.ask({"type": "head", "field": "owner", "up": 1}, owner=staff.cy) == [staff.ada]
    assert desk.ask({"type": "head"}, initiator=staff.cy) == [staff.bo]
    assert desk.ask({"type": "head", "field": "place"}, place=staff.west) == []


def test_by_formula(desk: Desk, staff: Staff):
    both = {"type": "formula", "formula": "IF(ISBLANK(owner), USER(), MANAGER(owner))"}

    assert desk.ask(both, owner=staff.cy) == [staff.bo]
    assert desk.ask(both, initiator=staff.cy) == [staff.cy]
    assert desk.ask({"type": "formula", "formula": "MEMBERS(place)"}, place=staff.east) == [
        staff.bo,
        staff.cy,
    ]
    assert desk.ask({"type": "formula", "formula": "1/0"}) == []


def test_each_once_in_the_order_of_the_first_mention(desk: Desk, staff: Staff):
    who = ({"type": "manager", "field": "owner"}, {"type": "field", "field": "team"}, {"type": "initiator"})

    found = desk.ask(*who, owner=staff.cy, team=(staff.bo, staff.ada), initiator=staff.ada)

    assert found == [staff.bo, staff.ada]


def test_who_left_is_not_found(desk: Desk, staff: Staff, clock: FakeClock, ids: SnowIds):
    with desk.db.write() as conn:
        deactivate(conn, staff.bo, clock)

    assert desk.ask({"type": "manager", "field": "owner"}, owner=staff.cy) == []
