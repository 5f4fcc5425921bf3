"""The demo: loaded through the write path, once, completely; taken away again without what people added."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store import people, platform
from engines.store.writing import write
from examples import crm_demo
from runtime import demo
from runtime.demo import clear_demo, load_demo
from runtime.installation import Installation, Settings
from schemas.errors import NotFound
from tests.fixtures.clock import FakeClock
from tests.fixtures.grammar import shared_grammar


@pytest.fixture
def installation(tmp_path: Path, clock: FakeClock) -> Iterator[Installation]:
    settings = Settings.from_environment({"WEFT_DATA": str(tmp_path)}, demo="crm", fast_passwords=True)
    found = Installation(settings, clock, shared_grammar())
    yield found
    found.close()


def counts(installation: Installation) -> dict[str, int]:
    """Count the records of every form that is not a subform."""
    with installation.db.read() as conn:
        forms = [each for each in crm(installation).forms.values() if each.parent is None]
        return {
            each.key: conn.execute(sa.select(sa.func.count()).select_from(each.table)).scalar_one()
            for each in forms
        }


def crm(installation: Installation) -> AppModel:
    with installation.db.read() as conn:
        return installation.app(conn, "crm", installation.current(conn))


def expected(clock: FakeClock) -> dict[str, int]:
    found: dict[str, int] = {}
    for form, records in crm_demo.records(clock.now().date()):
        found[form] = found.get(form, 0) + len(records)
    found["ticket"] += 1  # a complaint that comes in now becomes one by rule
    return found


def test_everything_is_loaded_once_and_holds_together(installation: Installation, clock: FakeClock) -> None:
    load_demo(installation, "crm")
    load_demo(installation, "crm")

    assert counts(installation) == expected(clock)
    with installation.db.read() as conn:
        assert installation.publisher.check(conn) == []
        assert len(people.demo_people(conn)) == len(crm_demo.people())
        assert all(each.head_id for each in people.load_tree(conn).by_id.values())


def test_flows_stand_where_people_left_them(installation: Installation) -> None:
    load_demo(installation, "crm")

    with installation.db.read() as conn:
        person = "JOIN weft_user ON weft_user.id = user_id"
        tasks = conn.exec_driver_sql(f"SELECT login, kind FROM weft_flow_task {person} WHERE state = 'open'")
        waited_for = Counter(tuple(row) for row in tasks)
        informed = {row[0] for row in conn.exec_driver_sql(f"SELECT login FROM weft_notice {person}")}
        (days,) = conn.exec_driver_sql(
            "SELECT MAX(left_at - entered_at) / 86400000 FROM weft_flow_stage WHERE left_at IS NOT NULL"
        ).one()
    desks = {("zheng.kai", "approve"), ("wu.xiulan", "approve"), ("chen.jianguo", "approve")}
    assert desks < waited_for.keys()
    assert "fill" in {kind for _, kind in waited_for}
    assert "zhao.minghui" in informed
    assert days > 20
    assert max(waited_for.values()) <= 3


def test_what_happened_long_ago_wakes_no_rule_and_what_comes_in_now_does(installation: Installation) -> None:
    load_demo(installation, "crm")
    installation.worker.run_due()

    with installation.db.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT login, kind FROM weft_todo LEFT JOIN weft_user ON weft_user.id = user_id"
            " WHERE kind IN ('rule', 'own') AND state = 'open'"
        )
        todos = Counter(tuple(row) for row in rows)
        runs = conn.exec_driver_sql("SELECT COUNT(*) FROM weft_rule_run").scalar_one()
    assert todos[None, "rule"] == 2  # a ticket for the service, a customer to be cared for by its director
    assert todos["lin.xiaowen", "rule"] == 1
    assert todos["lin.xiaowen", "own"] == 3
    assert todos.total() < 20
    assert runs < 10


def test_an_app_that_was_there_before_is_left_alone(installation: Installation) -> None:
    installation.publisher.apply((demo.EXAMPLES / "crm_template.json").read_bytes(), actor=None)

    load_demo(installation, "crm")

    assert set(counts(installation).values()) == {0}


def test_a_start_that_failed_in_the_middle_is_begun_again(
    installation: Installation, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(crm_demo, "records", lambda _: iter([("product", [{"name": None}])]))
        with pytest.raises(Exception, match=r"field\.required"):
            load_demo(installation, "crm")
    assert set(counts(installation).values()) == {0}

    load_demo(installation, "crm")

    assert counts(installation) == expected(clock)


def test_clearing_leaves_people_and_what_they_added(installation: Installation, clock: FakeClock) -> None:
    load_demo(installation, "crm")
    app = crm(installation)
    _, (product, *_) = next(crm_demo.records(clock.now().date()))
    values = {key: value for key, value in product.items() if not key.startswith("_") and key != "manager"}
    own = Change(Op.create, values | {"name": "Mine", "code": "P-MINE"})
    with installation.store.unit(app, Access(None), Cause("screen", None)) as uow:
        (result,) = write(installation.store, uow, app.form("product"), [own])
    assert result.ok, result.issues

    gone = clear_demo(installation, app)

    assert gone == sum(expected(clock).values())
    assert {key: count for key, count in counts(installation).items() if count} == {"product": 1}
    with installation.db.read() as conn:
        assert len(people.demo_people(conn)) == len(crm_demo.people())
        left = sa.select(sa.func.count()).select_from(platform.token).where(platform.token.c.form_uid != 0)
        assert conn.execute(left).scalar_one() > 0
        assert installation.publisher.check(conn) == []


@pytest.mark.parametrize("key", ["none", "../crm", ""])
def test_an_unknown_example_is_refused(installation: Installation, key: str) -> None:
    with pytest.raises(NotFound):
        load_demo(installation, key)
