"""Opportunities at every stage, with the lines of what is offered."""

from datetime import date
from decimal import Decimal

from examples.crm_demo.people import SELLERS
from examples.crm_demo.world import CENT, Customer, Deal, Record, World, days, ref, user, words

_OPPORTUNITIES = 320
_STAGES = {"incoming": 14, "contacted": 17, "analysis": 17, "proposal": 17, "won": 24, "lost": 11}
_ODDS = {"incoming": 10, "contacted": 20, "analysis": 35, "proposal": 50, "won": 100, "lost": 0}
_NEWEST_STAGES = ("incoming", "won", "contacted", "won", "incoming", "proposal", "lost", "analysis")
_WAY = ["incoming", "contacted", "analysis", "proposal"]
_SKIPPED = 0.12
_QUOTED_YESTERDAY, _QUOTED = 0.08, 0.5
# Who has what to do when, in days from today.
_PLANNED = {"lin.xiaowen": (-1, 1, 3), "wang.haoran": (1, 2), "sun.lifeng": (0, 4), "he.siqi": (2,)}
_CHEAP = 10  # percent; the director decides on more
_LOST = {"price": 34, "competitor": 22, "budget": 18, "timing": 16, "function": 10}
_LINES = {"software": (1, 2), "hardware": (4, 60), "service": (2, 30)}


def opportunities(world: World, accounts: list[Customer]) -> list[Deal]:
    """Return the opportunities; the newest eight have the stages that every list should show."""
    busy = world.some(accounts, 190)
    found = [_opportunity(world, index, busy) for index in range(_OPPORTUNITIES)]
    _plan(world, found)
    return found


def _plan(world: World, deals: list[Deal]) -> None:
    """Let some people have written down what they mean to do about what is still open."""
    plans = words()["opportunity"]["plans"]
    for login, ahead in _PLANNED.items():
        mine = [each for each in deals if each.closed is None and each.record["owner"] == user(login)]
        for deal, number, title in zip(mine, ahead, plans, strict=False):
            due = world.hour(world.working(world.today + days(number)), 17, 0)
            deal.record["_todos"] = [
                {"by": user(login), "title": title.format(brand=deal.customer.brand), "due": due}
            ]


def _opportunity(world: World, index: int, busy: list[Customer]) -> Deal:
    turn = world.past_day(index, 380)
    newest = index < len(_NEWEST_STAGES)
    stage = _NEWEST_STAGES[index] if newest else world.weighted(_STAGES)
    closed = turn if stage in {"won", "lost"} else None
    opened = turn - days(world.between(15, 110)) if closed else max(turn, world.today - days(150))
    account = known(world, busy, opened)
    lines = offer(world, plain=False)
    brand, product = account.brand, dearest(world, lines)
    record: Record = {
        "_key": world.key("opportunity"),
        "name": world.pick(words()["opportunity"]["shapes"]).format(brand=brand, product=product),
        "customer": ref(account.key),
        "contact": ref(world.pick(account.contacts)["_key"]),
        "stage": stage,
        "amount": str(total(lines)),
        "probability": str(_ODDS[stage]),
        "expected_on": (closed or world.today + days(world.between(-4, 150))).isoformat(),
        "requirements_confirmed": stage in {"proposal", "won"} or (stage == "analysis" and world.chance(0.5)),
        "owner": user(account.owner),
        "items": lines,
    }
    _ending(world, record, stage, closed)
    _quote(world, record, account.owner)
    if world.chance(0.3):
        record["commitments"] = world.pick(words()["opportunity"]["commitments"])
    if world.chance(0.25):
        record["competitors"] = world.some(words()["opportunity"]["rivals"], world.between(1, 2))
    if world.chance(0.2):
        record["team"] = [user(world.pick([each for each in _sellers(account) if each != account.owner]))]
    record |= world.created(opened, account.owner)
    record["_past"] = _way(world, record, opened, closed)
    return Deal(record["_key"], record, account, stage, opened, closed)


def _way(world: World, record: Record, opened: date, closed: date | None) -> list[Record]:
    """Return how the opportunity came to its stage: what stood there before, since when, and who moved it."""
    chance, stage = world.aside(record["_key"]), record["stage"]
    passed = _WAY[: chance.randint(1, len(_WAY))] if stage == "lost" else _WAY[: [*_WAY, "won"].index(stage)]
    # Now and then a step is skipped, but never the first.
    steps = [each for number, each in enumerate(passed) if number == 0 or chance.random() > _SKIPPED]
    last = closed or world.today - days(chance.randint(0, 20))
    room = (last - opened).days
    if room < len(steps):
        return []
    moves = sorted(chance.sample(range(1, room + 1), len(steps)))
    moves[-1:] = [room] if closed and steps else moves[-1:]
    return [
        {
            "at": world.hour(opened + days(move), 9 + chance.randint(0, 8), chance.randint(0, 11) * 5),
            "by": record["owner"], "old": {"stage": old},
        }
        for move, old in zip(moves, steps, strict=True)
    ]  # fmt: skip


def _quote(world: World, record: Record, owner: str) -> None:
    """Some proposals went out; a few of them yesterday, of which the director is told or asked."""
    cheap = max(int(each["discount"]) for each in record["items"]) > _CHEAP
    if cheap and record["stage"] == "won":
        record["discount_review"] = "approved"
    if record["stage"] != "proposal":
        return
    chance = world.aside(f"quote {record['_key']}").random()
    if chance < _QUOTED_YESTERDAY:
        at = world.hour(world.today - days(1), 16, 5)
        record["_flow"] = [{"at": at, "by": user(owner), "move": "submit"}]
        if cheap:
            record["_flow"].append({"at": at, "by": user(owner), "start": "discount"})
    elif chance < _QUOTED:
        record["state"] = "quoting"
        if cheap:
            record["discount_review"] = "approved"


def known(world: World, accounts: list[Customer], day: date) -> Customer:
    """Choose a customer that was one on that day."""
    return world.pick([each for each in accounts if each.since <= day])


def _sellers(account: Customer) -> list[str]:
    return list(dict.fromkeys(SELLERS[account.record["region"]]))


def _ending(world: World, record: Record, stage: str, closed: date | None) -> None:
    if closed is not None:
        record["state"] = "closed"
        record["closed_on"] = closed.isoformat()
    if stage == "lost":
        record["loss_reason"] = world.weighted(_LOST)
    elif stage != "won":
        step = world.pick(words()["followup"]["next"]["steps"])
        record["next_step"] = step.format(product="产品", name="联系人")


def offer(world: World, *, plain: bool) -> list[Record]:
    """Return the lines of an offer; ``plain`` ones are without discount."""
    chosen = world.some([each for each in world.products if each["active"]], world.between(1, 4))
    lines = []
    for product in chosen:
        low, high = _LINES[product["category"]]
        count, price = world.between(low, high), Decimal(product["price"])
        discount = 0 if plain or world.chance(0.6) else world.pick((5, 8, 10, 12, 15))
        amount = (price * count * (100 - discount) / 100).quantize(CENT)
        lines.append(
            {
                "product": ref(product["_key"]),
                "quantity": str(count),
                "price": str(price),
                "discount": str(discount),
                "amount": str(amount),
            }
        )
    return lines


def total(lines: list[Record]) -> Decimal:
    return sum((Decimal(each["amount"]) for each in lines), Decimal("0.00"))


def dearest(world: World, lines: list[Record]) -> str:
    """Return the name of the dearest product of an offer."""
    dearest = max(lines, key=lambda each: Decimal(each["amount"]))
    names = {each["_key"]: each["name"] for each in world.products}
    return str(names[dearest["product"]["_ref"]]).split()[0]
