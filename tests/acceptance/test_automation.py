"""Example rules of the seeds, word for word, on the CRM example with the demo's people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.query import Cause, Change, Op
from engines.store import people
from engines.store.writing import write
from runtime.demo import EXAMPLES
from tests.fixtures.automation import Office, open_office
from tests.fixtures.clock import FakeClock


@pytest.fixture
def sales(tmp_path: Path, clock: FakeClock) -> Iterator[Office]:
    """The example without its data; ``bo`` serves, ``cy`` sells and ``bo`` is above ``cy``."""
    office = open_office(tmp_path / "data", f"sqlite:///{tmp_path / 'weft.db'}", clock)
    model = office.installation.publisher.apply((EXAMPLES / "crm_template.json").read_bytes(), actor=None)
    with office.installation.db.write() as conn:
        people.set_roles(conn, office.people["cy"], [model.roles["sales"]])
        people.set_roles(conn, office.people["bo"], [model.roles["service"], model.roles["sales_manager"]])
    office.run()
    yield office
    office.installation.close()


def create(office: Office, form: str, **values: object) -> int:
    box = office.installation
    with box.db.read() as conn:
        epoch = box.current(conn)
        model, person = box.app(conn, "crm", epoch), box.person(conn, office.people["cy"], epoch)
    access = box.access(person, epoch)
    with box.store.unit(model, access, Cause("api", office.people["cy"])) as uow:
        (result,) = write(box.store, uow, model.form(form), [Change(Op.create, values)])
    assert not result.issues, result.issues
    return int(result.id or 0)


def reach(office: Office, deal: int, *moves: str) -> None:
    """Press the buttons of stages, as the seller."""
    from engines.flow.pressing import Press

    box = office.installation
    for each in moves:
        with box.db.read() as conn:
            epoch = box.current(conn)
            model, person = box.app(conn, "crm", epoch), box.person(conn, office.people["cy"], epoch)
        with box.store.unit(model, box.access(person, epoch), Cause("api", office.people["cy"])) as uow:
            box.flows.move(uow, "opportunity", deal, Press(each))


def waiting(office: Office, login: str) -> list[str]:
    """Return what somebody has to do, in Chinese."""
    from engines.store.saying import Teller
    from engines.store.todo_lists import list_todos

    box = office.installation
    with box.db.read() as conn:
        epoch = box.current(conn)
        person = box.person(conn, office.people[login], epoch)
        assert person is not None
        teller = Teller(box.store, conn, box.app(conn, "crm", epoch), box.access(person, epoch), "zh-CN")
        found = [each.todo for each in list_todos(conn, person, office.clock.now()).todos]
        return [teller.text(each.title, each.form_uid, each.record_id) for each in found]


def test_s79_three_days_in_first_contact_without_an_update(sales: Office):
    customer = create(sales, "customer", name="华东制造", industry="manufacturing", region="east")
    deal = create(
        sales,
        "opportunity",
        name="产线改造",
        customer=str(customer),
        amount="5000",
        expected_on="2027-01-31",
    )
    reach(sales, deal, "next")

    sales.run(days=3, minutes=-1)
    assert waiting(sales, "cy") == []
    sales.run(minutes=2)

    assert waiting(sales, "cy") == ["跟进商机：产线改造"]
    assert len(waiting(sales, "bo")) == 1
    sales.run(days=2)
    assert len(waiting(sales, "cy")) == 1


def test_s79_a_follow_up_begins_the_time_anew(sales: Office):
    customer = create(sales, "customer", name="华东制造", industry="manufacturing", region="east")
    deal = create(
        sales,
        "opportunity",
        name="产线改造",
        customer=str(customer),
        amount="5000",
        expected_on="2027-01-31",
    )
    reach(sales, deal, "next")
    sales.run(days=2)

    create(
        sales,
        "followup",
        subject="电话",
        method="call",
        customer=str(customer),
        opportunity=str(deal),
        content="已联系",
    )
    sales.run(days=2)
    assert waiting(sales, "cy") == []
    sales.run(days=1, minutes=1)

    assert waiting(sales, "cy") == ["跟进商机：产线改造"]


def test_s87_a_complaint_in_a_follow_up_becomes_a_task_of_the_service(sales: Office):
    customer = create(sales, "customer", name="华东制造", industry="manufacturing", region="east")
    create(sales, "followup", subject="回访", method="call", customer=str(customer), content="一切正常")
    sales.run()
    assert waiting(sales, "bo") == []

    create(
        sales, "followup", subject="回访", method="call", customer=str(customer), content="客户投诉交货太慢"
    )
    sales.run()

    assert waiting(sales, "bo") == ["售后服务：处理“华东制造”的投诉"]
