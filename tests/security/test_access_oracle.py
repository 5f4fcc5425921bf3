"""Whatever roles a person holds, every path shows and allows exactly what the grants say."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.access import Access, Sight
from engines.exchange.exporting import Source, Style, export
from engines.expression import conjoin, disjoin, parse
from engines.expression.tree import Unary
from engines.query import Aggregate, Cause, Change, Dimension, Measure, Op, Query, Result, Sort, Total
from engines.store import reading
from engines.store.database import Database
from engines.store.history import as_seen, entries
from engines.store.writing import write
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, NotFound, WeftError
from tests.fixtures.clock import FakeClock
from tests.fixtures.shop import FORMS, INACTIVE, PEOPLE, Shop, open_shop, person_access
from tests.security.oracle import COMPUTED, FACTS, SHOWN_BY, SYSTEM, Grants, figure, mask, place

FIELDS = (
    "title", "word", "note", "amount", "done", "stage", "marks", "tags", "day", "seen", "at", "slot", "owner",
    "helpers", "person", "things", "above", "state", "since", "fixed", "no", "rows", "made", "maker",
    *FACTS["order"],
)  # fmt: skip
SORTABLE = (
    "title",
    "word",
    "amount",
    "done",
    "stage",
    "day",
    "seen",
    "at",
    "owner",
    "person",
    "no",
    "made",
    "maker",
    *FACTS["order"],
)
GROUPABLE = (
    "stage", "done", "word", "day", "owner", "person", "maker",
    "double", "shared", "by", "last", "phone", "named", "cost", "theirs",
)  # fmt: skip
MEASURES = [("sum", "amount"), ("average", "amount"), ("min", "amount"), ("max", "day"), ("distinct", "word"),
            ("distinct", "stage"), ("filled", "tags"), ("filled", "note"), ("min", "seen"),
            ("sum", "double"), ("max", "quad"), ("sum", "shared"), ("min", "shared_more"), ("distinct", "by"),
            ("filled", "last"), ("distinct", "phone"), ("sum", "pieces"), ("sum", "cost"), ("max", "dear"),
            ("sum", "theirs"), ("max", "theirs_open"), ("max", "idle"), ("filled", "named")]  # fmt: skip
CONDITIONS = [
    parse(text)
    for text in (
        "amount > 2", "NOT amount = 2", "amount < 3 OR ISBLANK(amount)", 'stage = "open"', 'stage <> "open"',
        'CONTAINS(tags, "ready")', "owner = USER()", "ISBLANK(word)", 'word <> "alpha"', "done", "NOT done",
        'STARTSWITH(title, "o1")', 'CONTAINS(helpers, "12")', 'day > "2026-01-02"', "_created_by = USER()",
        'marks = "" OR CONTAINS(marks, "red")', 'owner IN ("11", "12")', "ISBLANK(things)", "maker = USER()",
        "double > 4", "quad > 4 OR done", "shared > 4", "shared_more > 4", 'CONTAINS(by, "alpha")',
        'CONTAINS(last, "12")', 'phone = "1390"', 'STARTSWITH(named, "Person 11")', "pieces > 3", "cost > 1",
        "NOT dear > 1", "theirs > 2", "ISBLANK(theirs_open)", "idle > 1", "ISBLANK(named)",
        "_version > 1", "_updated_by = USER()", 'CONTAINS(note, "secret")', 'at >= "10:00"', "ISBLANK(above)",
    )
    if "CONTAINS(note" not in text
]  # fmt: skip
WITH_COMPUTED = [{**form, "fields": [
    *form["fields"], *({"label": each["key"].title(), **each} for each in COMPUTED.get(form["key"], ()))
]} for form in FORMS]  # fmt: skip
SCOPES = ("own", "joined", "department", "department_below", "all")
WHERES = (
    'stage = "open"',
    "amount > 2",
    'CONTAINS(tags, "ready") OR done',
    "owner = USER()",
    'word = "alpha"',
)
RIGHTS = ("hidden", "read", "edit", "masked")


class World:
    """The shop with a dozen orders; the oracle keeps them as the system reads them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        people = [
            shop.create("person", name=f"Person {owner}", keeper=str(owner), phone=f"13{owner - 5}0")
            for owner in (11, 12, 14)
        ]
        items = [shop.create("item", code=f"Item {index}", price=str(index + 0.5)) for index in range(3)]
        words = ("alpha", "beta", "Alpha two", None, "gamma ray long", "alphabet")
        owners = (11, 12, 13, 14, 15, 16, INACTIVE, None)
        orders: list[int] = []
        for index in range(14):
            maker = person_access((11, 12, 14)[index % 3], 0)
            shop.app = shop.with_roles({"admin": True})
            maker = person_access((11, 12, 14)[index % 3], 1)
            shop.clock.forward(milliseconds=index % 3)
            values: dict[str, Any] = {
                "title": f"o{index} thing", "word": words[index % 6], "note": f"secret {index} of many",
                "amount": (None, 1, 2, 3, "2.5")[index % 5], "done": (None, True, False)[index % 3],
                "stage": (None, "open", "zebra", "apple")[index % 4],
                "tags": ["ready", "x"][: index % 3 + (index % 3 == 1)],
                "marks": ["red", "blue"][: index % 3], "day": (None, "2026-01-01", "2026-01-05")[index % 3],
                "seen": (None, "2026-01-01T08:00:00Z")[index % 2], "at": (None, "09:00", "11:30")[index % 3],
                "helpers": [["12"], ["11", "13"], [], ["16"]][index % 4],
                "person": str([*people, 0][index % 4] or ""),
                "things": [str(each) for each in items[: index % 3]], "rows": [{"qty": index}] * (index % 4),
                "above": str(orders[1]) if index == 7 else None,
            }  # fmt: skip
            if values["done"] and not values["tags"]:
                values["tags"] = ["ready"]
            orders.append(shop.create("order", maker, **values))
            owner = owners[index % 8]
            with shop.db.write() as conn:  # also people who have left own records
                table = shop.app.form("order").table
                conn.execute(sa.update(table).where(table.c["_id"] == orders[-1]).values(owner=owner))
        shop.update("order", orders[2], word="beta", amount="4", person=str(people[1]), rows=[{"qty": 7}])
        shop.update("order", orders[3], word="two", done=None, day="2026-01-03", things=[str(items[2])])
        shop.changing("order", *[Change(Op.delete, id=each) for each in orders[12:]])
        shop.app = shop.with_roles()
        self.living, self.trashed = shop.all("order"), shop.all("order", trash=True)
        self.changed = [each for each in self.living if each["_version"] > 1]
        self.people = shop.all("person")
        self.items = shop.all("item")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("oracle") / "weft.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        place: AbstractContextManager[str] = nullcontext(f"sqlite:///{path}")
    else:
        place = request.getfixturevalue("postgres_databases").copy()
    with place as url:
        db = Database(url)
        yield World(open_shop(db, FakeClock(), WITH_COMPUTED))
        db.close()


EVERYTHING = ["view", "edit", "create", "delete", "export"]
actions = st.sets(st.sampled_from(EVERYTHING), min_size=1).map(sorted)


def grants_on(form: str, keys: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "form": st.just(form),
            "actions": st.just(["view"]) | st.just(EVERYTHING) | actions,
        },
        optional={
            "scope": st.sampled_from(SCOPES),
            "where": st.sampled_from(WHERES) if form == "order" else st.nothing(),
            "fields": st.dictionaries(st.sampled_from(keys), st.sampled_from(RIGHTS), max_size=6),
            "others": st.sampled_from(RIGHTS),
        },
    )


SOURCES = ("amount", "person", "word", "done", "maker", "day", "theirs", "double")  # what others are made of
order_grants = grants_on("order", (*FIELDS, *SOURCES * 4))
other_grants = grants_on("person", ("name", "phone", "keeper", "orders", *FACTS["person"])) | grants_on(
    "item", ("code", "price")
)
roles_of = st.lists(
    st.lists(order_grants, min_size=1, max_size=3).flatmap(
        lambda some: st.lists(other_grants, max_size=2).map(lambda more: [*some, *more])
    ),
    min_size=1, max_size=3,
)  # fmt: skip
conditions = st.none() | st.sampled_from(CONDITIONS) | st.one_of(
    st.builds(conjoin, st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS)),
    st.builds(disjoin, st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS)),
    st.sampled_from(CONDITIONS).map(lambda node: Unary("NOT", node)),
)  # fmt: skip
searches = (
    st.none() | st.none() | st.sampled_from(["alpha", "alph", "beta thing", "o1", "nothing", "thing", "!?"])
)
sorts = st.lists(st.tuples(st.sampled_from(SORTABLE), st.booleans()), max_size=3)
someone = st.sampled_from(sorted(PEOPLE))


class Actor:
    """One person with generated roles: the engine's rights and the oracle's."""

    def __init__(self, world: World, person: int, roles: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        self.world, self.shop = world, world.shop
        self.app = self.shop.app = world.shop.with_roles(*[{"grants": grants} for grants in roles])
        self.access: Access = person_access(person, len(roles))
        context = self.shop.store.context(self.app, self.access)
        grants = [each for some in roles for each in some]

        def on(form: str, **more: Any) -> Grants:
            mine = [each for each in grants if each["form"] == form]
            return Grants(form, person, context, mine, tuple(self.app.form(form).fields), **more)

        fixed = frozenset({"fixed", *FACTS["order"]})
        self.order = on("order", joined=("helpers",), read_only=fixed)
        self.other = {"person": on("person", owner="keeper"), "item": on("item", owner=None)}
        every = {"order": self.order, **self.other}
        for each in every.values():
            each.others = every


def read_pages(actor: Actor, query: dict[str, Any]) -> list[Mapping[str, Any]]:
    """Read a list forwards and backwards, which must agree."""
    page = actor.shop.page("order", actor.access, **query)
    pages = [page]
    while page.next:
        page = actor.shop.page("order", actor.access, **query, after=page.next)
        pages.append(page)
    forwards = [record for page in pages for record in page.records]
    backwards = list(pages[-1].records)
    while page.previous:
        page = actor.shop.page("order", actor.access, **query, before=page.previous)
        backwards[:0] = page.records
    assert backwards == forwards
    return forwards


def check_list(
    actor: Actor, where: Any, search: str | None, sort: list[tuple[str, bool]], limit: int
) -> None:
    grants = actor.order
    query: dict[str, Any] = {
        "where": where, "search": search, "limit": limit,
        "sort": ",".join(f"{'-' * down}{key}" for key, down in sort),
    }  # fmt: skip
    if not grants.may("view"):
        with pytest.raises(NotFound):
            actor.shop.page("order", actor.access, **query)
        return
    if not grants.may_filter(where) or not all(grants.usable(key) for key, _ in sort):
        with pytest.raises(Invalid):
            actor.shop.page("order", actor.access, **query)
        return
    for trash, records in ((False, actor.world.living), (True, actor.world.trashed)):
        if trash and search is not None:
            continue  # what lies in the trash has no words
        expected = grants.ordered(grants.matching(records, where, search), sort)
        assert read_pages(actor, {**query, "trash": trash}) == [grants.view(each) for each in expected]
        for total in ("exact", "capped"):
            page = actor.shop.page("order", actor.access, **{**query, "trash": trash, "total": total})
            assert page.count == len(expected)


def check_records(actor: Actor) -> None:
    grants = actor.order
    with actor.shop.db.read() as conn:
        for record in actor.world.living:
            arguments = (actor.shop.store, conn, actor.app, actor.access)
            if not grants.sees(record):
                with pytest.raises(NotFound):
                    reading.get(*arguments, Query("order"), record["_id"])
                continue
            page = reading.get(*arguments, Query("order", labels=True), record["_id"])
            assert page.records[0] == grants.view(record)
            check_labels(actor, record, page.labels)
            visible = reading.visible_fields(*arguments, actor.app.form("order"), record["_id"])
            known = (*FIELDS, *SHOWN_BY)
            assert visible == {"_updated_at", "_updated_by"} | {
                key for key in known if grants.clear(key, record)
            }
        for absent in (actor.world.trashed[0]["_id"], 1, 0, -5, 2**63, 2**80):
            with pytest.raises(NotFound):
                reading.get(actor.shop.store, conn, actor.app, actor.access, Query("order"), absent)


def check_trace(actor: Actor, key: str, record: Mapping[str, Any]) -> None:
    """Check that the account of a decision comes to what the read path and the oracle come to."""
    grants, form = actor.order, actor.app.form("order")
    with actor.shop.db.read() as conn:
        arguments = (actor.shop.store, conn, actor.app, actor.access)
        found = reading.trace(*arguments, (form, key), record["_id"])
        assert found.may == {each for each in Action if grants.sees(record) and grants.may(each, record)}
        assert [each.holds for each in found.heard] == [grants.covers(each, record) for each in grants.grants]
        assert found.edit == (
            found.seen and key not in {*grants.read_only, "made", "maker"} and grants.may("edit", record)
            and may_set(grants, key, record, "edit")
        )  # fmt: skip
        if not found.seen:
            assert found.sight is Sight.absent
            return
        shown = reading.get(*arguments, Query("order"), record["_id"]).records[0]
        clear = key in reading.visible_fields(*arguments, form, record["_id"])
    assert (found.sight is Sight.absent) == (key not in shown)
    assert (found.sight is Sight.clear) == clear
    if found.sight is Sight.blank:
        assert shown[key] in (None, ())
    elif found.sight is Sight.outline:
        assert shown[key] == mask(record[key])


def check_labels(actor: Actor, record: Mapping[str, Any], labels: Mapping[str, Mapping[int, str]]) -> None:
    forms = {
        "person": ("name", actor.other["person"], actor.world.people),
        "things": ("code", actor.other["item"], actor.world.items),
        "above": ("title", actor.order, actor.world.living),
    }
    for key, (title, grants, targets) in forms.items():
        value = actor.order.shown(key, record) if actor.order.exists(key) else None
        wanted = value if isinstance(value, tuple) else (value,)
        expected = {
            each["_id"]: each[title] if grants.clear(title, each) else f"#{each['_id']}"
            for each in targets
            if each["_id"] in wanted and grants.sees(each)
        }
        assert labels.get(key, {}) == expected


def check_history(actor: Actor) -> None:
    """Check that history tells what may be read in full, and of that all."""
    form = actor.app.form("order")
    for record in filter(actor.order.sees, actor.world.changed):
        with actor.shop.db.read() as conn:
            arguments = (actor.shop.store, conn, actor.app, actor.access)
            visible = reading.visible_fields(*arguments, form, record["_id"])
            steps = entries(conn, actor.app, form, record["_id"])
        for step in steps:
            clear = {key for key in step.old if actor.order.clear(key, record)}
            assert set(as_seen(step, visible).old) == clear


def check_export(actor: Actor, where: Any) -> None:
    """Check that a sheet has the columns that exist, the rows that may be taken and what is shown of them."""
    grants, form = actor.order, actor.app.form("order")
    file = io.BytesIO()
    source = Source(actor.shop.store, actor.app, actor.access)
    query = Query("order", where=where, sort=(Sort("_id"),), total=Total.none)
    refusals: dict[type[WeftError], bool] = {
        NotFound: not grants.may("view"), Forbidden: not grants.may("export"),
        Invalid: not grants.may_filter(where),
    }  # fmt: skip
    if any(refusals.values()):
        with pytest.raises(next(each for each, holds in refusals.items() if holds)):
            export(source, query, file, Style("csv", "en"))
        return
    export(source, query, file, Style("csv", "en"))
    header, *lines = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")))
    # A line of one blank cell is a blank line, and so is each line of a record of which nothing is shown.
    found = [dict(zip(header, each or [""] * len(header), strict=True)) for each in lines]
    keys = [key for key in FIELDS if grants.exists(key) and key not in {"rows", "orders"}]
    labels = {key: str(form.fields[key].options.label) for key in keys}
    taken = [each for each in actor.world.living if grants.may("export", each)]
    wanted = sorted(grants.matching(taken, where, None), key=lambda each: each["_id"])
    assert (set(header), len(found)) == (set(labels.values()), len(wanted))
    for row, record in zip(found, wanted, strict=True):
        shown = {key: grants.shown(key, record) for key in keys}
        named = {"person", "things", "above"}  # by the titles of what is seen
        told = {key for key in keys if row[labels[key]]} - named
        assert told == {key for key in keys if shown[key] not in (None, ())} - named
        assert all(row[labels[key]] == shown[key] for key in TEXTS if shown.get(key))


def check_figures(
    actor: Actor, where: Any, search: str | None, groups: list[str], measures: list[Any]
) -> None:
    grants = actor.order
    asked = Aggregate(
        "order",
        tuple(map(Dimension, groups)),
        (Measure("count"), *(Measure(*each) for each in measures)),
        where,
        search,
    )
    used = [*groups, *(key for _, key in measures)]
    if not grants.may("view"):
        with pytest.raises(NotFound):
            actor.shop.figures(asked, actor.access)
        return
    if not grants.may_filter(where) or not all(grants.usable(key) for key in used):
        with pytest.raises(Invalid):
            actor.shop.figures(asked, actor.access)
        return
    rows = [grants.used(each) for each in grants.matching(actor.world.living, where, search)]
    keys = {tuple(row[key] for key in groups) for row in rows} if groups else {()}
    expected = {}
    for key in keys:
        group = [row for row in rows if tuple(row[each] for each in groups) == key]
        figures = {
            f"{name}_{of}": figure(name, [None if row[of] == () else row[of] for row in group])
            for name, of in measures
        }
        expected[key] = {"count": len(group), **figures}
    found = actor.shop.figures(asked, actor.access)
    told = {
        tuple(row[key] for key in groups): {key: row[key] for key in row if key not in groups}
        for row in found
    }
    for each in told.values():
        if each.get("average_amount") is not None:
            each["average_amount"] = round(each["average_amount"], 8)
    assert len(told) == len(found)
    assert told == expected
    counts = [row["count"] for row in found]
    assert counts == sorted(counts, reverse=True)


def check_distinct(actor: Actor, where: Any, key: str) -> None:
    grants = actor.order
    with actor.shop.db.read() as conn:
        arguments = (actor.shop.store, conn, actor.app, actor.access, Query("order", where=where), key)
        if not grants.may("view"):
            with pytest.raises(NotFound):
                reading.distinct(*arguments)
        elif not grants.may_filter(where) or not grants.usable(key):
            with pytest.raises(Invalid):
                reading.distinct(*arguments)
        else:
            values = [grants.used(each)[key] for each in grants.matching(actor.world.living, where, None)]
            found = reading.distinct(*arguments)
            assert dict(found) == {each: values.count(each) for each in values if each is not None}
            assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


TEXTS = ("title", "word", "by", "last", "phone", "named")
SETTINGS = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


def _read(world: World, person: int, roles: Any, data: st.DataObject) -> None:
    actor = Actor(world, person, roles)
    where, search = data.draw(conditions), data.draw(searches)
    check_list(actor, where, search, data.draw(sorts), data.draw(st.sampled_from([1, 3, 50])))
    check_records(actor)
    groups = data.draw(st.lists(st.sampled_from(GROUPABLE), max_size=2, unique=True))
    check_figures(
        actor, where, search, groups, data.draw(st.lists(st.sampled_from(MEASURES), max_size=3, unique=True))
    )
    check_distinct(actor, where, data.draw(st.sampled_from(GROUPABLE)))
    check_fields(actor, data.draw(st.sampled_from(FIELDS)))
    check_trace(actor, data.draw(st.sampled_from(FIELDS)), data.draw(st.sampled_from(world.living)))
    check_history(actor)
    check_export(actor, where)


def check_fields(actor: Actor, key: str) -> None:
    if not actor.order.may("view"):
        return
    if not actor.order.exists(key):
        with pytest.raises(Invalid):
            actor.shop.page("order", actor.access, fields=(key,))
        return
    records = actor.shop.page("order", actor.access, fields=(key,), limit=100).records
    assert all(set(each) == {key, *filter(actor.order.usable, SYSTEM)} for each in records)


VALUES: Mapping[str, Sequence[Any]] = {
    "title": ["fresh title"], "word": ["new", None], "amount": ["7.25"], "stage": ["apple", None],
    "note": ["n"],
    "tags": [["ready", "k"]], "helpers": [["13"], []], "owner": ["12"], "day": ["2027-01-01"], "fixed": ["f"],
    "rows": [[{"qty": 9}]], "done": [False], "nope": [1], "double": ["3"], "maker": ["11"], "person": [],
}  # fmt: skip


def expected_issues(
    actor: Actor, values: Mapping[str, Any], record: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    grants, action = actor.order, "edit" if record is not None else "create"
    found = []
    for key, value in values.items():
        written = {"edit"} & (grants.rights(key, None, "edit") | grants.rights(key, None, "create"))
        if key in {"nope", "maker"} or not (grants.exists(key) or written):
            # A system field that may be seen is as unknown to a writer as any other name.
            found.append((key, "field.read_only" if key == "maker" and (grants.exists(key) or written) and not
                          may_set(grants, key, record, action) else "field.unknown"))  # fmt: skip
        elif key in grants.read_only or not may_set(grants, key, record, action):
            found.append((key, "field.read_only"))
        elif (
            key == "person"
            and value
            and not any(
                each["_id"] == int(value) and actor.other["person"].sees(each) for each in actor.world.people
            )
            and not (record is not None and record["person"] == int(value))
        ):
            found.append((key, "field.no_such_record"))
    if record is None and "title" not in values and may_set(grants, "title", None, "create"):
        found.append(("title", "field.required"))
    return found


def may_set(grants: Grants, key: str, record: Mapping[str, Any] | None, action: str) -> bool:
    return "edit" in grants.rights(key, record, action)


class UndoneError(Exception):
    """Rolls back what was only tried."""


def attempt(actor: Actor, change: Change) -> tuple[Result | None, dict[int, Mapping[str, Any]]]:
    """Write, look at what stands there then, and undo it; None where the form is not there for the person."""
    shop = actor.shop
    result: Result | None = None
    told: Mapping[str, Any] | None = None
    after: dict[int, Mapping[str, Any]] = {}
    with suppress(UndoneError), shop.db.write() as conn:
        uow = shop.store.uow(conn, actor.app, actor.access, Cause("test", actor.access.user_id))
        with suppress(NotFound):
            result = write(shop.store, uow, actor.app.form("order"), [change])[0]
            told = result.record
        every = Query("order", sort=(Sort("_id"),), limit=100, total=Total.none)
        page = reading.read(shop.store, conn, actor.app, Access(None), every)
        after = {int(str(each["_id"])): each for each in page.records}
        assert told is None or told == after[told["_id"]]
        raise UndoneError
    return result, after


def entered(record: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return what people entered; what is computed may change in other records, too."""
    return None if record is None else {key: record[key] for key in record if key not in FACTS["order"]}


def _write(world: World, person: int, roles: Any, data: st.DataObject) -> None:
    actor = Actor(world, person, roles)
    grants = actor.order
    before = {each["_id"]: each for each in world.living}
    op = data.draw(st.sampled_from([Op.create, Op.update, Op.update, Op.delete, Op.restore]))
    record = data.draw(st.sampled_from(world.trashed if op is Op.restore else world.living))
    keys = data.draw(st.lists(st.sampled_from(list(VALUES)), max_size=4, unique=True))
    people = [str(each["_id"]) for each in world.people]
    values = {key: data.draw(st.sampled_from(people if key == "person" else VALUES[key])) for key in keys}
    if op is Op.create:
        result, after = attempt(actor, Change(op, values))
    else:
        result, after = attempt(actor, Change(op, values if op is Op.update else {}, record["_id"]))

    if not grants.may("view") and not grants.may("create"):
        assert (result, after) == (None, before)
        return
    assert result is not None
    issues = sorted((each.path, each.code) for each in result.issues)
    action = {Op.update: "edit", Op.restore: "delete"}.get(op, op.value)
    if op is not Op.create and not grants.sees(record):
        wanted = [("", "record.not_found")]
    elif not grants.may(action, None if op is Op.create else record):
        wanted = [("", "record.forbidden")]
    elif op in {Op.create, Op.update}:
        wanted = sorted(expected_issues(actor, values, None if op is Op.create else record))
    else:
        wanted = []
    assert issues == wanted
    assert result.ok is not bool(wanted)
    changed = {key for key in {*before, *after} if entered(before.get(key)) != entered(after.get(key))}
    if wanted:
        assert changed == set()
    elif op is Op.update:
        assert changed <= {record["_id"]}
        touched = {key for key in after[record["_id"]] if after[record["_id"]][key] != record[key]}
        assert touched <= {*values, "_version", "_updated_at", "_updated_by", *FACTS["order"]}
    elif op is Op.delete:
        assert changed == {
            record["_id"],
            *(each["_id"] for each in world.living if each["above"] == record["_id"]),
        }
    else:
        assert changed == {result.id}
        assert result.id in after


@settings(SETTINGS, max_examples=36)
@given(person=someone, roles=roles_of, data=st.data())
def test_reads_show_what_the_grants_say(world: World, person: int, roles: Any, data: st.DataObject) -> None:
    _read(world, person, roles, data)


@settings(SETTINGS, max_examples=80)
@given(person=someone, roles=roles_of, data=st.data())
def test_writes_do_what_the_grants_say(world: World, person: int, roles: Any, data: st.DataObject) -> None:
    _write(world, person, roles, data)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(SETTINGS, max_examples=3000)
@given(person=someone, roles=roles_of, data=st.data())
def test_thousands_of_reads_and_writes(world: World, person: int, roles: Any, data: st.DataObject) -> None:
    _read(world, person, roles, data)
    _write(world, person, roles, data)


def test_places_are_comparable() -> None:
    """The oracle itself: blank is smallest, options stand in their order."""
    assert sorted(["apple", None, "zebra"], key=lambda each: place("stage", each)) == [None, "zebra", "apple"]
