"""The page of a record in the example: everything about a customer at a glance."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from runtime.live.hub import Hub, person_topic
from tests.conftest import ROOT
from tests.fixtures.clock import START, FakeClock
from tests.fixtures.rest import Door, Rest

TODAY = START.date()


def listened(firm: "Firm", monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is told from now on, as if somebody listened."""
    topics: list[str] = []
    monkeypatch.setattr(Hub, "heard", True)
    monkeypatch.setattr(firm.rest.installation.hub, "tell", topics.extend)
    return topics


@dataclass
class Reader:
    """Somebody with a browser."""

    client: TestClient
    csrf: str

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:2000]
        return unescape(re.sub(r"\s+", " ", answer.text))

    def post(self, path: str, status: int = 303, **values: str) -> str:
        answer = self.client.post(path, data={"csrf": self.csrf, **values})
        assert answer.status_code == status, answer.text[:2000]
        return str(answer.headers.get("location", ""))


@dataclass
class Firm:
    """The example without its demo, and an administrator at both doors."""

    rest: Rest
    door: Door
    reader: Reader

    def customer(self, name: str, **more: Any) -> str:
        wanted = {"status": "active", "industry": "retail", "level": "growing", "region": "east"}
        return self.door.create("customer", name=name, owner=str(self.door.user_id), **wanted, **more)

    def page(self, form: str, number: str) -> str:
        return self.reader.get(f"/a/crm/{form}/{number}")

    def followup(self, firm: str, subject: str, days: int = 0, **more: Any) -> str:
        at = (START - timedelta(days=days)).isoformat()
        wanted = {"method": "call", "content": subject, "happened_at": at, "customer": firm}
        return self.door.create("followup", subject=subject, **{**wanted, **more})

    def ticket(self, firm: str, subject: str, **more: Any) -> str:
        return self.door.create("ticket", subject=subject, customer=firm, problem=subject,
                                received_at=START.isoformat(), **more)  # fmt: skip

    def contract(self, firm: str, name: str, days: int, **more: Any) -> str:
        wanted = {"type": "first", "amount": "100", "status": "signed", "reviewer": str(self.door.user_id)}
        return self.door.create("contract", name=name, customer=firm, **wanted, **more,
                                signed_on=str(TODAY - timedelta(days=days)))  # fmt: skip


@pytest.fixture(scope="module")
def firm(rest_of_module: Callable[..., Rest]) -> Firm:
    rest = rest_of_module((ROOT / "examples" / "crm_template.json").read_bytes(), FakeClock())
    door = rest.door("boss", admin=True)
    door.base = "/api/crm/"
    return Firm(rest, door, Reader(*rest.session(door.user_id)))


def timeline(page: str) -> str:
    """Return what stands in the timeline of a page."""
    return page.partition('<ol class="weft-timeline">')[2].partition("</ol>")[0]


def titles(page: str) -> list[str]:
    """Return the titles of records of other forms in the timeline of a page, the latest first."""
    return re.findall(r'class="weft-timeline-title"><a [^>]*>(.*?)</a>', timeline(page))


def test_s14_a_followup_stands_in_the_timeline_at_once(firm: Firm) -> None:
    number = firm.customer("S14")
    page = firm.page("customer", number)
    address = re.search(r'action="(/a/crm/followup/new\?[^"]+)"', page)
    assert address

    place = firm.reader.post(address[1], customer=number, content="演示约在周二", method="visit")

    assert place == f"/a/crm/customer/{number}"
    page = firm.reader.get(place)
    assert "演示约在周二" in timeline(page)
    assert firm.door.get(f"customer/{number}")["last_followup"] is not None


def test_s30_one_timeline_over_all_forms_in_the_order_of_time(firm: Firm) -> None:
    number = firm.customer("S30")
    firm.contract(number, "第二件", 2)
    firm.followup(number, "第一件", 3)
    firm.ticket(number, "第三件")
    lead = {
        "company": "第零件",
        "name": "王",
        "phone": "13900000000",
        "source": "referral",
    }
    firm.door.create("lead", **lead, customer=number, status="converted",
                     received_at=(START - timedelta(days=9)).isoformat())  # fmt: skip

    page = firm.page("customer", number)

    assert titles(page) == ["第三件", "第二件", "第一件", "第零件"]
    only = firm.reader.get(f"/a/crm/customer/{number}/activity?show=contracts")
    assert titles(only) == ["第二件"]
    changes = firm.reader.get(f"/a/crm/customer/{number}/activity?show=changes")
    assert titles(changes) == []
    assert "created this record" in timeline(changes)


def test_the_timeline_goes_on_where_it_stopped_whatever_shares_a_moment(firm: Firm) -> None:
    number = firm.customer("Pages")
    for each in range(7):
        firm.followup(number, f"F{each}", each // 3)
        firm.contract(number, f"C{each}", each // 3)
        firm.ticket(number, f"T{each}")
    seen, page = [], firm.page("customer", number)
    for _ in range(9):
        seen += titles(page)
        more = re.search(r'id="more-of-timeline[^"]*".*?href="([^"]+)"', page)
        if more is None:
            break
        page = firm.reader.get(more[1])

    assert sorted(seen) == sorted(f"{kind}{each}" for kind in "FCT" for each in range(7))
    assert [each for each in seen if each[0] == "C"] == ["C2", "C1", "C0", "C5", "C4", "C3", "C6"]


def test_s37_open_tickets_stand_out_with_their_number(firm: Firm) -> None:
    number = firm.customer("S37")
    assert "Open tickets <strong>" not in firm.page("customer", number)

    firm.ticket(number, "坏了")
    done = {"status": "closed", "solution": "好了", "resolved_on": str(TODAY)}
    firm.ticket(number, "旧的", **done)

    page = firm.page("customer", number)
    assert "Open tickets <strong>1</strong>" in page
    address = re.search(r'href="([^"]+)">Open tickets', page)
    assert address
    behind = firm.reader.get(address[1])
    assert "坏了" in behind
    assert "旧的" not in behind


def test_what_a_person_may_not_see_is_in_no_timeline_and_in_no_count(firm: Firm) -> None:
    number = firm.customer("Hidden")
    firm.followup(number, "机密的拜访")
    firm.contract(number, "保密合同", 1)
    firm.ticket(number, "公开工单")
    reader = Reader(*firm.rest.session(firm.rest.add("market", "marketing")))

    page = reader.get(f"/a/crm/customer/{number}")

    assert titles(page) == ["公开工单"]
    assert "机密的拜访" not in page
    assert "保密合同" not in page
    assert "show=followups" not in page
    assert "Add: Follow-up" not in page
    asked_for = reader.get(f"/a/crm/customer/{number}/activity?show=followups")
    assert titles(asked_for) == ["公开工单"]


def test_the_page_asks_no_more_where_there_is_more(firm: Firm) -> None:
    def asked() -> int:
        seen: list[str] = []

        def count(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        try:
            firm.page("customer", number)
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", count)
        return len(seen)

    number = firm.customer("Cost")
    firm.followup(number, "一")
    firm.ticket(number, "一")
    firm.page("customer", number)
    before = asked()
    assert before <= 45  # a related list and what the timeline takes from it are read once
    for each in range(8):
        firm.followup(number, f"又{each}")
        firm.ticket(number, f"又{each}")

    assert asked() <= before


def test_s261_who_is_named_in_a_comment_is_told_with_a_link(firm: Firm) -> None:
    number = firm.customer("S261")
    li = firm.rest.add("li", "marketing")
    wang = firm.rest.add("wang")
    colleague, stranger = Reader(*firm.rest.session(li)), Reader(*firm.rest.session(wang))
    asks = re.findall(r'data-mention="([^"]+)"', firm.reader.get(f"/a/crm/customer/{number}"))[0]
    found = firm.reader.client.get(asks, params={"search": "li"}).json()["data"]
    assert {"id": str(li), "text": "Li", "note": ""} in found

    place = firm.reader.post(f"/a/crm/customer/{number}/comments", body="@Li <b>看一下</b> @Wang @nobody")

    assert "Wang may not see" in firm.reader.get(f"/a/crm/customer/{number}")
    notices = colleague.get("/notices")
    assert "Boss mentioned you in a comment" in notices
    assert re.search(rf"/a/crm/customer/{number}#comment-\d+", notices)
    assert "mentioned you" not in stranger.get("/notices")
    said = colleague.get(place)
    assert '<span class="weft-mention">@Li</span>' in timeline(said)
    assert "<b>" not in timeline(colleague.client.get(place).text)
    assert "Followed by" in said or "2 follow" in said
    stranger.get(f"/a/crm/customer/{number}", 404)
    stranger.post(f"/a/crm/customer/{number}/comments", 404, body="ich auch")


def test_followers_hear_of_changes_once_until_they_read_it_and_as_they_wish(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = firm.customer("Followed")
    fan = firm.rest.add("fan", "marketing")
    reader = Reader(*firm.rest.session(fan))
    out = firm.rest.add("out", "finance")
    outsider = Reader(*firm.rest.session(out))
    for each in (reader, outsider):
        each.post(f"/a/crm/customer/{number}/follow", level="everything")
    firm.rest.give(out)

    firm.door.patch(f"customer/{number}", {"region": "south"})
    firm.door.patch(f"customer/{number}", {"region": "east"})

    assert reader.get("/notices").count("changed what you follow") == 1
    assert "changed what you follow" not in outsider.get("/notices")
    reader.post("/notices/read")
    reader.post(f"/a/crm/customer/{number}/follow", level="comments")
    firm.door.patch(f"customer/{number}", {"region": "south"})
    topics = listened(firm, monkeypatch)
    firm.reader.post(f"/a/crm/customer/{number}/comments", body="谈完了")
    assert person_topic(fan) in topics
    assert person_topic(out) not in topics
    notices = reader.get("/notices")
    assert notices.count("changed what you follow") == 1
    assert "Boss commented" in notices


def test_only_the_author_takes_a_comment_back(firm: Firm) -> None:
    number = firm.customer("Back")
    reader = Reader(*firm.rest.session(firm.rest.add("other", "marketing")))
    place = firm.reader.post(f"/a/crm/customer/{number}/comments", body="oops")
    comment = place.rpartition("-")[2]

    reader.post(f"/a/crm/customer/{number}/comments/{comment}/delete", 404)
    firm.reader.post(f"/a/crm/customer/{number}/comments/{comment}/delete")

    assert "oops" not in firm.page("customer", number)


def test_s31_s32_contacts_are_cards_and_who_reports_to_whom_is_drawn(firm: Firm) -> None:
    number = firm.customer("S32")
    contact = {"customer": number, "owner": str(firm.door.user_id), "phone": "13900000001"}
    chief = firm.door.create("contact", name="赵总", role="decider", **contact)
    assert "weft-picture" not in firm.page("customer", number)

    firm.door.create("contact", name="钱工", role="end_user", reports_to=chief, **contact)

    page = firm.page("customer", number)
    assert re.search(r'class="weft-card-title" href="[^"]+">赵总</a>.*?Decider', page)
    drawn = page.partition('class="weft-picture"')[2].partition("</figure>")[0]
    assert drawn.count("<path") == 1
    assert f'<a href="/a/crm/contact/{chief}">' in drawn
    assert "<li>钱工, Reports to: 赵总</li>" in drawn


def test_s29_s27_everything_of_a_customer_is_reached_from_one_page_newest_first(firm: Firm) -> None:
    number = firm.customer("S29")
    for each in (3, 2, 1):
        firm.contract(number, f"第{each}单", each)
    firm.followup(number, "跟进甲")
    firm.ticket(number, "工单乙")

    page = firm.page("customer", number)

    related = page.partition('id="related"')[2]
    assert related.index("第1单") < related.index("第2单") < related.index("第3单")
    for name in ("Contacts", "Follow-ups", "Opportunities", "Contracts", "Payments", "Service tickets"):
        assert re.search(rf'<h2 id="related-[a-z]+">{name}', related), name


def test_a_copy_begins_with_what_may_be_filled_in_again(firm: Firm) -> None:
    number = firm.customer("Original", address="人民路一号")

    page = firm.reader.get(f"/a/crm/customer/new?_copy={number}")

    assert 'value="人民路一号"' in page
    assert 'value="Original"' not in page  # unique
    firm.reader.get("/a/crm/customer/new?_copy=17", 404)


def test_before_and_after_are_those_of_the_list_one_came_from(firm: Firm) -> None:
    numbers = [firm.customer(f"Order {each}", address="邻居") for each in (3, 1, 2)]
    page = firm.reader.get('/a/crm/customer?filter=address = "邻居"&sort=name')
    places = re.findall(r'class="weft-title"><a[^>]*href="([^"]+)"', page)
    assert [int(re.findall(r"/(\d+)\?", each)[0]) for each in places] == [
        int(numbers[at]) for at in (1, 2, 0)
    ]

    middle = firm.reader.get(places[1])
    before, after = (
        re.findall(rf'<a href="([^"]+)"[^>]*aria-label="{name} record"', middle)
        for name in ("Previous", "Next")
    )
    assert [before[0], after[0]] == [places[0], places[2]]
    first = firm.reader.get(places[0])
    assert 'aria-label="Previous record"' not in first
    assert 'aria-label="Next record"' not in firm.page("customer", numbers[0])


def test_a_record_is_shared_for_a_time_and_no_further(firm: Firm) -> None:
    number = firm.customer("Shared", phone="13900000077", tax_number="91330000000000000X")
    ann, bob = (firm.rest.add(f"sales-{name}", "sales") for name in ("ann", "bob"))
    reader, other = Reader(*firm.rest.session(ann)), Reader(*firm.rest.session(bob))
    key = firm.rest.key(ann)
    key.base = "/api/crm/"
    day = str(TODAY + timedelta(days=3))
    address = f"/a/crm/customer/{number}"
    assert key.get(f"customer/{number}")["phone"] != "+8613900000077"  # in outline, as of anybody's customer
    reader.post(f"{address}/comments", body="hallo")
    key.patch(f"customer/{number}", {"region": "south"}, 403)

    firm.reader.post(f"{address}/share", person=str(ann), until=day, right="read")

    assert "shared a record with you" in reader.get("/notices")
    assert key.get(f"customer/{number}")["phone"] == "+8613900000077"
    found = key.get('customer?filter=phone = "%2B8613900000077"')["data"]
    assert [each["_id"] for each in found] == [number]
    key.patch(f"customer/{number}", {"region": "south"}, 403)
    assert Reader(*firm.rest.session(bob)).get(address).count("+8613900000077") == 0

    firm.reader.post(f"{address}/share", person=str(ann), until=day, right="edit")
    key.patch(f"customer/{number}", {"region": "south"})
    why = firm.reader.get(f"/design/crm/why?as=person/{ann}&form=customer&field=phone&id={number}")
    assert "shares this record with" in why

    firm.rest.clock.forward(days=5)
    firm.rest.installation.lease.renew()
    assert key.get(f"customer/{number}")["phone"] != "+8613900000077"
    key.patch(f"customer/{number}", {"region": "east"}, 403)
    assert other.get(address)


def test_a_share_is_ended_and_opens_no_form_to_whom_no_role_does(firm: Firm) -> None:
    number = firm.contract(firm.customer("Ends"), "保密合同", 1)
    eve, market = firm.rest.add("eve", "sales"), firm.rest.add("nobody", "marketing")
    reader = Reader(*firm.rest.session(eve))
    address, day = f"/a/crm/contract/{number}", str(TODAY + timedelta(days=30))
    reader.get(address, 404)
    refused = firm.reader.client.post(f"{address}/share", data={
        "csrf": firm.reader.csrf, "person": str(market), "until": day, "right": "read"})  # fmt: skip
    assert refused.status_code == 422
    assert "no role that uses this form" in refused.text

    firm.reader.post(f"{address}/share", person=str(eve), until=day, right="read")

    assert "保密合同" in reader.get(address)
    reader.get(f"{address}/share", 403)
    reader.post(f"{address}/share", 403, person=str(market), until=day, right="read")
    listed = firm.reader.get(f"{address}/share")
    end = re.search(rf'action="({address}/share/\d+/end)"', listed)
    assert end
    firm.reader.post(end[1])
    reader.get(address, 404)


def test_who_else_has_a_record_open_is_told_for_a_minute(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    number = firm.customer("Open")
    colleague = firm.rest.add("Olaf", "marketing")
    reader = Reader(*firm.rest.session(colleague))

    def here(who: Reader, **values: str) -> str:
        answer = who.client.post(f"/a/crm/customer/{number}/here", data={"csrf": who.csrf, **values})
        assert answer.status_code == 200
        return str(answer.text)

    topics = listened(firm, monkeypatch)
    assert "looking" not in here(firm.reader, version="1")
    assert topics == []
    assert "Boss is looking at it" in here(reader, version="1", edits="yes")
    assert "Olaf is changing it" in here(firm.reader, version="1")
    firm.door.patch(f"customer/{number}", {"region": "south"})
    assert "This record was just changed" in here(firm.reader, version="1")
    firm.rest.clock.forward(minutes=2)
    firm.rest.installation.lease.renew()
    assert "Olaf" not in here(firm.reader, version="2")
    Reader(*firm.rest.session(firm.rest.add("blind"))).post(f"/a/crm/customer/{number}/here", 404)


def test_s33_a_call_counts_and_stands_on_the_timeline(firm: Firm) -> None:
    number = firm.customer("S33")
    for each in range(2):
        firm.followup(number, f"通话{each}", minutes="12", participants=[str(firm.door.user_id)])

    page = firm.page("customer", number)

    assert titles(page) == ["通话1", "通话0"]
    called = firm.door.get(f'followup?filter=customer = {number} AND method = "call"&total=exact')
    assert called["total"]["count"] == 2


def test_s34_two_of_four_milestones_make_half_a_project(firm: Firm) -> None:
    number = firm.customer("S34")
    steps: list[dict[str, Any]] = [{"name": f"第{each}步", "due_on": str(TODAY)} for each in range(4)]
    project = firm.contract(number, "实施项目", 9, milestones=steps)
    assert firm.door.get(f"contract/{project}")["progress"] == "0"

    for each in steps[:2]:
        each["done_on"] = str(TODAY)
    firm.door.patch(f"contract/{project}", {"milestones": steps})

    assert firm.door.get(f"contract/{project}")["progress"] == "50"
    assert "50%" in firm.page("contract", project)
    related = firm.page("customer", number).partition('id="related-contracts"')[2].partition("</section>")[0]
    assert re.search(r"实施项目.*?50%", related)
    assert firm.door.get(f"contract/{firm.contract(number, '没有里程碑', 1)}")["progress"] is None


def test_s35_the_money_of_a_customer_adds_up_on_its_page(firm: Firm) -> None:
    number = firm.customer("S35")
    first = firm.contract(number, "甲", 1)
    firm.contract(number, "乙", 1)
    firm.door.create("payment", contract=first, customer=number, part="一", due_on=str(TODAY), amount="60",
                     status="partial", received="40", received_on=str(TODAY))  # fmt: skip

    page = firm.page("customer", number)

    for fact, amount in (
        ("contract_total", "200.00"),
        ("received_total", "40.00"),
        ("unpaid_total", "160.00"),
    ):
        assert re.search(rf'data-fact="{fact}".*?CN¥{amount}', page), fact


def test_s36_how_a_closed_complaint_was_handled_stays_readable(firm: Firm) -> None:
    number = firm.customer("S36")
    done = {"status": "closed", "solution": "补发", "resolved_on": str(TODAY)}
    old = firm.ticket(number, "投诉：交付延迟", type="complaint", **done)
    firm.door.patch(f"ticket/{old}", {"solution": "补发并致歉"})

    page = firm.page("ticket", old)

    assert "<del>补发</del>" in timeline(page)
    assert "<ins>补发并致歉</ins>" in timeline(page)
    past = firm.reader.get(f"/a/crm/customer/{number}/activity?show=tickets")
    assert titles(past) == ["投诉：交付延迟"]


def earlier(page: str) -> str:
    """Return the other tickets of the same customer that a ticket's page lists."""
    return page.partition('id="related-earlier"')[2].partition("</section>")[0]


def test_s225_a_ticket_lists_the_others_of_its_customer(firm: Firm) -> None:
    number, other = firm.customer("S225"), firm.customer("S225 else")
    done = {"status": "closed", "solution": "换了轴承", "resolved_on": str(TODAY)}
    firm.ticket(number, "去年异响", **done)
    firm.ticket(number, "上月异响", **done)
    firm.ticket(other, "别家的异响", **done)
    new = firm.ticket(number, "又异响了")

    listed = earlier(firm.page("ticket", new))

    assert re.findall("..异响(?=</a>)", listed) == ["上月异响", "去年异响"]
    assert "换了轴承" in listed
    assert "又异响了" not in listed
    assert re.search(rf'href="/a/crm/ticket/new\?customer={number}&', listed)
    firm.door.patch(f"ticket/{new}", {"customer": other})
    assert re.findall("..异响(?=</a>)", earlier(firm.page("ticket", new))) == ["家的异响"]


def test_s225_lists_no_ticket_that_a_person_may_not_see(firm: Firm) -> None:
    number = firm.customer("S225 rights")
    firm.ticket(number, "保密的工单")
    shown = firm.ticket(number, "给他看的")
    ann = firm.rest.add("s225", "sales")
    address, day = f"/a/crm/ticket/{shown}", str(TODAY + timedelta(days=30))
    assert "保密的工单" in earlier(firm.reader.get(address))
    firm.reader.post(f"{address}/share", person=str(ann), until=day, right="read")

    page = Reader(*firm.rest.session(ann)).get(address)

    assert "给他看的" in page
    assert "保密的工单" not in page


def test_s41_a_customer_comes_back_with_everything_that_belongs_to_it(firm: Firm) -> None:
    number = firm.customer("S41")
    firm.followup(number, "还在吗")
    firm.reader.post(f"/a/crm/customer/{number}/comments", body="别弄丢")
    firm.door.delete(f"customer/{number}")
    firm.reader.get(f"/a/crm/customer/{number}", 404)

    firm.door.post(f"customer/{number}/restore", status=200)

    page = firm.page("customer", number)
    assert "别弄丢" in timeline(page)
    assert firm.door.get(f"customer/{number}")["_id"] == number
