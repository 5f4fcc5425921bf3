"""Contracts with their lines and payment plans, and what was paid on them."""

from datetime import date, timedelta
from decimal import Decimal

from examples.crm_demo.people import DEPARTMENT_OF
from examples.crm_demo.sales import dearest, known, offer, total
from examples.crm_demo.world import CENT, Agreement, Customer, Deal, Record, World, days, ref, user, words

_LATER_CONTRACTS = 42  # beside those of won deals: renewals, extensions and those still on their way
_UNSIGNED = ("draft", "reviewing", "approved", "sent", "draft", "sent")
_STATES_BY_AGE = ((20, "signed"), (300, "executing"), (10_000, "completed"))
_SPLITS = (("0.30", "0.60", "0.10"), ("0.50", "0.50"), ("0.40", "0.50", "0.10"), ("1.00",))
_PARTS = {1: ("一次性付款",), 2: ("首付款", "验收款"), 3: ("首付款", "到货款", "质保金")}
_LARGE = 500_000  # the general manager decides on more
_LARGE_REVIEWS = 2
_AFTER_DUE = 75  # payments are planned this many days ahead


def contracts(world: World, accounts: list[Customer], deals: list[Deal]) -> list[Agreement]:
    """Return the contracts: one for each won deal, and others that had none."""
    won = [each for each in deals if each.stage == "won"]
    found = [_contract(world, each.customer, each.closed, each) for each in won]
    for index in range(_LATER_CONTRACTS):
        unsigned = index < 4 * len(_UNSIGNED)
        signed = None if unsigned else world.past_day(index, 420)
        found.append(_contract(world, known(world, accounts, signed or world.today - days(30)), signed, None))
    return found


def _contract(world: World, account: Customer, signed: date | None, deal: Deal | None) -> Agreement:
    lines = deal.record["items"] if deal else offer(world, plain=True)
    amount, start = total(lines), (signed or world.today) + days(7)
    status = world.pick(_UNSIGNED) if signed is None else _state(world, (world.today - signed).days)
    if signed is None and amount > _LARGE and world.number("large") <= _LARGE_REVIEWS:
        status = "reviewing"
    made = world.today - days(world.between(1, 12)) if signed is None else signed - days(world.between(2, 15))
    record: Record = {
        "_key": world.key("contract"),
        "name": f"{account.brand}{dearest(world, lines)}{'采购' if deal else '续签'}合同",
        "customer": ref(account.key),
        "type": "first" if deal else world.pick(("renewal", "extension")),
        "status": status,
        "starts_on": start.isoformat(),
        "ends_on": (start + days(364)).isoformat(),
        "amount": str(amount),
        "items": [_bought(each) for each in lines],
        "plan": _plan(world, amount, signed or world.today + days(10)),
        "terms": world.pick(words()["contract"]["terms"]),
        "owner": user(account.owner),
        "department": {"_department": DEPARTMENT_OF[account.owner]},
    }
    if deal:
        record["opportunity"] = ref(deal.key)
    if signed:
        record["signed_on"] = signed.isoformat()
        record["invoiced"] = str((amount * world.pick((0, 3, 5, 10)) / 10).quantize(CENT))
    if signed or status in {"approved", "sent"}:
        record["reviewer"] = user("zheng.kai")
        record["legal_opinion"] = world.pick(words()["contract"]["opinions"])
    if made < world.today:  # today's get the platform's own numbers, which would meet ours
        record["number"] = f"HT-{made:%Y%m%d}-{world.number(made.isoformat()):04d}"
    record |= world.created(made, account.owner)
    if status == "reviewing":
        record["_flow"] = _review(world, record, account.owner)
    return Agreement(record["_key"], record, account, status, signed)


def _review(world: World, record: Record, owner: str) -> list[Record]:
    """Return how far the review came by yesterday evening: every desk has something to decide on."""
    chance = world.aside(f"review {record['_key']}")
    said = words()["contract"]
    opinion, want = chance.choice(said["opinions"]), chance.choice(said["wishes"])
    way: list[Record] = [
        {"by": user(owner), "start": "review"},
        {"by": user("zheng.kai"), "press": "approve", "values": {"legal_opinion": opinion}},
        {"by": user("wu.xiulan"), "press": "approve"},
    ]
    back = [way[0], {"by": user("zheng.kai"), "press": "return", "comment": want}]
    large = Decimal(record["amount"]) > _LARGE
    steps = way if large else (way[:2], way[:1], back)[world.number("small review") % 3]
    day = world.today - days(1)
    return [{"at": world.hour(day, 14 + number, 5 * number + 5), **each} for number, each in enumerate(steps)]


def _state(world: World, age: int) -> str:
    if age > 60 and world.chance(0.04):
        return "terminated"
    return next(state for limit, state in _STATES_BY_AGE if age <= limit)


def _bought(line: Record) -> Record:
    """Return a line as it is sold: at its price after the discount."""
    price = Decimal(line["price"]) * (100 - Decimal(line["discount"])) / 100
    return {
        **{key: line[key] for key in ("product", "quantity", "amount")},
        "price": str(price.quantize(CENT)),
    }


def _plan(world: World, amount: Decimal, start: date) -> list[Record]:
    """Split the amount into rows that add up to it exactly."""
    shares = world.pick(_SPLITS)
    parts = [(amount * Decimal(share)).quantize(CENT) for share in shares[:-1]]
    parts.append(amount - sum(parts, Decimal(0)))
    return [
        {
            "name": name,
            "due_on": (start + timedelta(days=15 + 60 * number)).isoformat(),
            "share": str(Decimal(share) * 100),
            "amount": str(part),
        }
        for number, (name, share, part) in enumerate(zip(_PARTS[len(shares)], shares, parts, strict=True))
    ]


def payments(world: World, agreements: list[Agreement]) -> list[Record]:
    """Return what was or should soon be paid on signed contracts, the newest first."""
    horizon = (world.today + days(_AFTER_DUE)).isoformat()
    due = [
        (row, each)
        for each in agreements
        if each.signed and each.status != "terminated"
        for row in each.record["plan"]
        if row["due_on"] <= horizon
    ]
    due.sort(key=lambda pair: (pair[0]["due_on"], pair[1].key), reverse=True)
    early = sum(row["due_on"] >= world.today.isoformat() for row, _ in due)
    # The last two due before today came today, the next two yesterday.
    recent = {early: 0, early + 1: 0, early + 2: 1, early + 3: 1}
    return [_payment(world, row, each, recent.get(index)) for index, (row, each) in enumerate(due)]


def _payment(world: World, row: Record, agreement: Agreement, ago: int | None) -> Record:
    due = date.fromisoformat(row["due_on"])
    status = "received" if ago is not None else _paid(world, due)
    amount = Decimal(row["amount"])
    record: Record = {
        "_key": world.key("payment"),
        "contract": ref(agreement.key),
        "customer": ref(agreement.customer.key),
        "part": row["name"],
        "due_on": row["due_on"],
        "amount": row["amount"],
        "status": status,
        "owner": user(agreement.customer.owner),
    }
    if status != "pending":
        paid = min(max(due + days(world.between(-6, 25)), due), world.today)
        paid = paid if ago is None else world.today - days(ago)
        share = Decimal(1) if status == "received" else Decimal(world.pick(("0.3", "0.5", "0.7")))
        record["received_on"] = paid.isoformat()
        record["received"] = str((amount * share).quantize(CENT))
        record["method"] = world.weighted({"transfer": 78, "acceptance": 18, "cash": 4})
    if status == "received" or world.chance(0.4):
        record["invoiced"] = True
        record["invoice_number"] = f"{world.between(10_000_000, 99_999_999)}"
    made = min(due - days(30), world.today)
    return record | world.created(made, "wu.xiulan")


def _paid(world: World, due: date) -> str:
    if due >= world.today:
        return "pending"
    late = (world.today - due).days
    if late < 45:
        return world.weighted({"received": 62, "partial": 16, "pending": 22})
    return world.weighted({"received": 92, "partial": 5, "pending": 3})
