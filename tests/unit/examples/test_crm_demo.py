"""The demo of the CRM: believable, complete, the same every time, and accepted by its own application."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.access import Access
from engines.expression import parse
from engines.form import AppModel
from engines.query import Cause, Change, Op, Query, Sort, Total
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.platform import department, user
from engines.store.publish import Publisher
from engines.store.reading.path import read
from engines.store.store import Store
from engines.store.writing.path import write
from examples import crm_demo
from schemas.grammar import Grammar
from tests.conftest import ROOT
from tests.fixtures.clock import FakeClock

TODAY = date(2026, 11, 21)
Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A demo person, as far as rights are concerned."""

    id: int
    department_id: int
    departments_below: tuple[int, ...]
    role_uids: frozenset[int]
    admin: bool = False
    designs: frozenset[str] = frozenset()
    shared: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Installation:
    """The application with its demo data."""

    store: Store
    app: AppModel
    people: Mapping[str, Person]
    issues: tuple[str, ...]
    ids: Mapping[str, int]

    def access(self, login: str | None) -> Access:
        return Access(self.people[login] if login else None)

    def count(self, form: str, login: str | None, where: str | None = None) -> int:
        query = Query(form, (), parse(where) if where else None, limit=1, total=Total.exact)
        with self.store.db.read() as conn:
            return read(self.store, conn, self.app, self.access(login), query).count or 0


@pytest.fixture(scope="module")
def batches() -> list[tuple[str, list[Json]]]:
    return list(crm_demo.records(TODAY))


@pytest.fixture(scope="module")
def records(batches: list[tuple[str, list[Json]]]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for form, batch in batches:
        found.setdefault(form, []).extend(batch)
    return found


@pytest.fixture(scope="module")
def installed(
    batches: list[tuple[str, list[Json]]],
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    grammar: Grammar,
) -> Iterator[Installation]:
    """The demo, written through the write path."""
    path = tmp_path_factory.mktemp("demo") / "weft.db"
    shutil.copy(sqlite_template, path)
    clock = FakeClock(datetime(TODAY.year, TODAY.month, TODAY.day, 0, 30, tzinfo=UTC))
    db, ids = Database(f"sqlite:///{path}"), SnowIds(1, clock)
    store = Store(db, clock, ids, JobTable(ids, clock), b"secret")
    app = Publisher(db, grammar, clock, ids).apply(
        (ROOT / "examples/crm_template.json").read_bytes(), actor=None
    )
    places = {"_department": _departments(db), "_user": {}, "_ref": {}}
    people = _people(db, app, places)
    issues = [issue for form, batch in batches for issue in _load(store, app, form, batch, places)]
    yield Installation(store, app, people, tuple(issues), places["_ref"])
    db.close()


def _departments(db: Database) -> dict[str, int]:
    found: dict[str, int] = {}
    with db.write() as conn:
        for number, each in enumerate(crm_demo.departments(), 1):
            found[each["key"]] = number
            parent = found[each["parent"]] if each["parent"] else None
            conn.execute(department.insert().values(id=number, name=each["name"], parent_id=parent))
    return found


def _people(db: Database, app: AppModel, places: dict[str, dict[str, int]]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    departments = {each["key"]: each["parent"] for each in crm_demo.departments()}
    with db.write() as conn:
        for number, each in enumerate(crm_demo.people(), 1):
            home = each["department"]
            below = [key for key, parent in departments.items() if home in {key, parent}]
            below_ids = tuple(places["_department"][key] for key in below)
            roles = frozenset(app.roles[role] for role in each["roles"])
            place = places["_department"][home]
            places["_user"][each["login"]] = number
            people[each["login"]] = Person(number, place, below_ids, roles)
            row = {
                "id": number,
                "login": each["login"],
                "name": each["name"],
                "department_id": place,
                "active": True,
            }
            conn.execute(user.insert().values(row))
    return people


def _load(
    store: Store, app: AppModel, form: str, batch: list[Json], places: dict[str, dict[str, int]]
) -> Iterator[str]:
    values = [resolve({key: each[key] for key in each if not key.startswith("_")}, places) for each in batch]
    with store.unit(app, Access(None), Cause("demo", None)) as uow:
        results = write(store, uow, app.form(form), [Change(Op.create, each) for each in values])
    for record, result in zip(batch, results, strict=True):
        yield from (f"{record['_key']} {issue.path}: {issue.code} {issue.params}" for issue in result.issues)
        places["_ref"][record["_key"]] = result.id or 0


def resolve(value: Any, places: Mapping[str, Mapping[str, int]]) -> Any:
    """Put ids in place of references; one that points nowhere yet raises KeyError."""
    if isinstance(value, list):
        return [resolve(each, places) for each in value]
    if isinstance(value, dict):
        kind = next(iter(value))
        if kind in places:
            return str(places[kind][value[kind]])
        return {key: resolve(each, places) for key, each in value.items()}
    return value


def moments(value: Any) -> Iterator[str]:
    """Every date and instant in a record."""
    if isinstance(value, dict):
        for each in value.values():
            yield from moments(each)
    elif isinstance(value, list):
        for each in value:
            yield from moments(each)
    elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        yield value


def test_the_application_accepts_every_record(installed: Installation):
    assert installed.issues == ()


def test_two_runs_give_the_same_data():
    first, second = (json.dumps(list(crm_demo.records(TODAY)), ensure_ascii=False) for _ in range(2))

    assert first == second


def test_there_is_enough_of_everything(records: dict[str, list[Json]]):
    counts = {form: len(batch) for form, batch in records.items()}

    wanted = {
        "product": 24, "customer": 300, "contact": 500, "lead": 250, "opportunity": 320, "contract": 140,
        "payment": 260, "followup": 1200, "ticket": 155, "survey": 140,
    }  # fmt: skip
    assert counts.keys() == wanted.keys()
    assert {
        form: n for form, n in counts.items() if not wanted[form] * 0.85 <= n <= wanted[form] * 1.15
    } == {}


def test_local_keys_are_unique(records: dict[str, list[Json]]):
    keys = Counter(each["_key"] for batch in records.values() for each in batch)

    assert keys.most_common(1)[0][1] == 1


def test_names_phones_and_mails_belong_to_one_record_each(records: dict[str, list[Json]]):
    everybody = [each for batch in records.values() for each in batch]

    for form, key in (("customer", "name"), ("product", "name"), ("product", "code")):
        values = [each[key] for each in records[form]]
        assert len(set(values)) == len(values)
    for key in ("phone", "email"):
        values = [each[key] for each in everybody if key in each]
        assert len(set(values)) == len(values)


def test_nobody_real_can_be_reached(records: dict[str, list[Json]]):
    everybody = [each for batch in records.values() for each in batch]

    assert [
        each["phone"]
        for each in everybody
        if not re.fullmatch(r"1390000\d{4}", each.get("phone", "13900000000"))
    ] == []
    assert [
        each["email"] for each in everybody if not each.get("email", "@example.com").endswith("@example.com")
    ] == []


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29), date(2027, 1, 1), date(2026, 8, 1)])
def test_no_date_lies_far_away(today: date):
    far = (today + timedelta(days=500)).isoformat()

    found = [each for _, batch in crm_demo.records(today) for each in moments(batch)]

    assert found
    assert [each for each in found if each > far or each < "1960"] == []


@pytest.mark.parametrize("today", [TODAY, date(2028, 3, 1), date(2027, 1, 1)])
@pytest.mark.parametrize(
    ("form", "key"),
    [
        ("customer", "first_contact_on"), ("contract", "signed_on"), ("payment", "received_on"),
        ("opportunity", "closed_on"), ("followup", "happened_at"), ("lead", "received_at"),
    ],
)  # fmt: skip
def test_yesterday_and_today_are_never_empty(today: date, form: str, key: str):
    batches = [batch for each, batch in crm_demo.records(today) if each == form]

    days = Counter(_local_day(record[key]) for batch in batches for record in batch if key in record)

    assert days[today.isoformat()]
    assert days[(today - timedelta(days=1)).isoformat()]


def _local_day(text: str) -> str:
    if not text.endswith("Z"):
        return text
    return (datetime.fromisoformat(text) + timedelta(hours=8)).date().isoformat()


def test_plans_and_lines_add_up_to_the_contract(records: dict[str, list[Json]]):
    for each in records["contract"]:
        for key in ("plan", "items"):
            assert sum(Decimal(row["amount"]) for row in each[key]) == Decimal(each["amount"]), each["_key"]


def test_lines_are_price_times_quantity(records: dict[str, list[Json]]):
    for each in records["contract"]:
        for row in each["items"]:
            assert Decimal(row["price"]) * Decimal(row["quantity"]) == Decimal(row["amount"]), each["_key"]


def test_texts_vary(records: dict[str, list[Json]]):
    contents = {each["content"] for each in records["followup"]}

    assert len(contents) > 0.9 * len(records["followup"])
    assert not any("{" in each for each in contents)


def test_every_role_of_the_template_has_somebody(installed: Installation):
    held = {role for each in crm_demo.people() for role in each["roles"]}

    assert held == {role.key for role in installed.app.definition.roles}


def test_managers_and_heads_are_people_named_before_they_are_needed():
    logins = [each["login"] for each in crm_demo.people()]

    for index, each in enumerate(crm_demo.people()):
        assert each["manager"] is None or each["manager"] in logins[:index]
    assert {each["head"] for each in crm_demo.departments()} <= set(logins)
    keys = [each["key"] for each in crm_demo.departments()]
    assert all(each["parent"] in {None, *keys[:index]} for index, each in enumerate(crm_demo.departments()))


@pytest.mark.parametrize(
    ("login", "form", "where"),
    [
        ("lin.xiaowen", "customer", "owner = USER() AND next_followup_on <= TODAY()"),
        ("zhang.yuqing", "opportunity", 'owner = USER() AND stage NOT IN ("won", "lost")'),
        ("he.siqi", "lead", 'ISBLANK(owner) AND status <> "invalid"'),
        ("ma.wenbo", "payment", 'status <> "received"'),
        ("sun.lifeng", "opportunity", 'stage = "proposal"'),
        ("zhao.minghui", "contract", "signed_on >= TODAY() - 30"),
        ("chen.jianguo", "payment", "received_on = TODAY() - 1"),
        ("zhou.xinyi", "lead", 'status = "incoming"'),
        ("wu.xiulan", "payment", 'status <> "received" AND due_on < TODAY()'),
        ("zheng.kai", "contract", 'status = "reviewing"'),
        ("xu.mingyuan", "contract", 'status = "signed"'),
        ("gao.yaqin", "ticket", 'status = "accepted"'),
        ("gao.yaqin", "survey", "score < 7"),
        ("lin.xiaowen", "ticket", 'status <> "closed"'),
        ("luo.zhiwei", "followup", "owner = USER()"),
        ("tang.guoqing", "customer", "TRUE"),
    ],
)
def test_everybody_finds_work_waiting(installed: Installation, login: str, form: str, where: str):
    assert installed.count(form, login, where) > 0


def test_salespeople_see_their_own_contracts_and_a_director_sees_all(installed: Installation):
    own, east, everything = (
        installed.count("contract", login) for login in ("lin.xiaowen", "sun.lifeng", "chen.jianguo")
    )

    assert 0 < own < east < everything == installed.count("contract", None)


def test_a_cost_price_does_not_exist_for_sales(installed: Installation):
    query = Query("product", limit=1)

    with installed.store.db.read() as conn:
        pages = {
            login: read(installed.store, conn, installed.app, installed.access(login), query)
            for login in ("lin.xiaowen", "wu.xiulan")
        }

    assert "cost" not in pages["lin.xiaowen"].records[0]
    assert "cost" in pages["wu.xiulan"].records[0]


def test_every_view_lists_what_it_promises(installed: Installation):
    """Through the read path, with labels, as the screen asks for it."""
    empty = []
    for form in installed.app.definition.forms:
        for view in form.views:
            query = Query(
                form.key,
                view.columns,
                parse(view.filter) if view.filter else None,
                sort=tuple(Sort(each.field, each.descending) for each in view.sort),
                total=Total.exact,
                labels=True,
            )
            with installed.store.db.read() as conn:
                page = read(installed.store, conn, installed.app, installed.access(None), query)
            if not page.count and "USER()" not in (view.filter or ""):
                empty.append(f"{form.key}.{view.key}")

    assert empty == []
