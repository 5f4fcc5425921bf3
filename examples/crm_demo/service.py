"""What the service does: tickets with their handling, and what customers say when they are asked."""

from dataclasses import dataclass
from datetime import date, datetime

from examples.crm_demo.world import BEIJING, Customer, Record, World, ref, user, words

_TICKETS = 110  # beside those of complaints
_SURVEYS = 140
_KINDS = {"fault": 45, "question": 35, "request": 20}
_PRIORITY = {"urgent": 10, "high": 25, "normal": 65}
_CHANNELS = {"phone": 45, "wechat": 30, "email": 15, "visit": 10}
_HANDLERS = ("luo.zhiwei", "luo.zhiwei", "gao.yaqin")
_WAY = ("accepted", "handling", "resolved", "closed")
_SCORES = {"10": 14, "9": 26, "8": 24, "7": 14, "6": 9, "5": 6, "4": 4, "2": 3}
_UNHAPPY = 4  # of who answered just now


@dataclass(frozen=True)
class Ticket:
    """A ticket, and whose it is."""

    record: Record
    customer: Customer
    status: str
    day: date


def tickets(world: World, accounts: list[Customer], said: list[Record]) -> list[Ticket]:
    """Return a ticket for each complaint, and those that customers called about, the newest first."""
    by_key = {each.key: each for each in accounts}
    found = [
        _ticket(world, by_key[each["customer"]["_ref"]], _day(each), each)
        for each in said
        if each["result"] == "complaint"
    ]
    served = [each for each in accounts if each.record["status"] == "active"]
    for index in range(_TICKETS):
        day = world.past_day(index, 300)
        account = world.pick([each for each in served if each.since <= day])
        found.append(_ticket(world, account, day, None))
    return sorted(found, key=lambda each: each.day, reverse=True)


def _ticket(world: World, account: Customer, day: date, talk: Record | None) -> Ticket:
    kind = "complaint" if talk else world.weighted(_KINDS)
    contact, said = world.pick(account.contacts), words()["ticket"]
    slots = {
        "product": world.pick(world.products)["name"],
        "name": contact["name"],
        "title": contact["title"],
        "date": f"{day.month}月{day.day}日",
    }
    handler, place = world.pick(_HANDLERS), _place(world, (world.today - day).days)
    record: Record = {
        "_key": world.key("ticket"),
        "subject": world.pick(said[kind]).format(**slots),
        "type": kind,
        "priority": "high" if talk else world.weighted(_PRIORITY),
        "channel": "followup" if talk else world.weighted(_CHANNELS),
        "status": _WAY[place],
        "customer": ref(account.key),
        "contact": ref(contact["_key"]),
        "received_at": talk["happened_at"] if talk else world.moment(day),
        "problem": talk["content"] if talk else world.pick(said["told"]).format(**slots),
    }
    if talk:
        record["followup"] = ref(talk["_key"])
    if place:
        record["owner"] = user(handler)
    if day.replace(day=1) < world.today.replace(day=1):  # this month's get the platform's own numbers
        record["number"] = f"GD{day:%Y%m}{world.number(f'GD{day:%Y%m}'):04d}"
    record |= world.created(day, handler)
    _handle(world, record, day, handler)
    return Ticket(record, account, _WAY[place], day)


def _place(world: World, age: int) -> int:
    """Return how far the handling came: what is old is closed."""
    if age <= 1:
        return world.between(0, age)
    return min(len(_WAY) - 1, world.between(1, 2) + age // 6)


def _handle(world: World, record: Record, day: date, handler: str) -> None:
    """Say what was done so far, and when."""
    place = _WAY.index(record["status"])
    steps = [world.later(day, number, number + 1) for number in range(place)]
    record["_past"] = [
        {
            "at": world.hour(each, 18, 59 - place + number),
            "by": user(handler),
            "old": {"status": _WAY[number]},
        }
        for number, each in enumerate(steps)
    ]
    if place >= _WAY.index("resolved"):
        record["solution"] = world.pick(words()["ticket"]["solutions"])
        record["resolved_on"] = steps[1].isoformat()


def surveys(world: World, accounts: list[Customer], handled: list[Ticket]) -> list[Record]:
    """Return the answers of customers, the newest first; one of them came in just now and is not kind."""
    closed = [each for each in handled if each.status == "closed"]
    served = [each for each in accounts if each.record["status"] == "active"]
    found = []
    for index in range(_SURVEYS):
        day = world.past_day(index, 300)
        about = [each for each in closed if 0 < (day - each.day).days < 30]
        ticket = world.pick(about) if about and world.chance(0.5) else None
        account = ticket.customer if ticket else world.pick([each for each in served if each.since <= day])
        found.append(_survey(world, account, day, int(world.weighted(_SCORES)), ticket))
    worst = _survey(world, served[1], world.today, _UNHAPPY, None) | {"_live": True}
    return [worst, *found]


def _survey(world: World, account: Customer, day: date, score: int, ticket: Ticket | None) -> Record:
    mood = "good" if score >= 9 else "fair" if score >= 7 else "bad"
    asked = world.pick(("luo.zhiwei", "gao.yaqin"))
    record: Record = {
        "_key": world.key("survey"),
        "customer": ref(account.key),
        "contact": ref(world.pick(account.contacts)["_key"]),
        "score": str(score),
        "channel": world.weighted(_CHANNELS),
        "answered_on": day.isoformat(),
        "owner": user(asked),
        "reason": world.pick(words()["survey"][mood]),
    }
    if ticket:
        record["ticket"] = ref(ticket.record["_key"])
    if day.replace(day=1) < world.today.replace(day=1):
        record["number"] = f"HF{day:%Y%m}{world.number(f'HF{day:%Y%m}'):04d}"
    return record | world.created(day, asked)


def _day(talk: Record) -> date:
    return datetime.fromisoformat(talk["happened_at"]).astimezone(BEIJING).date()
