"""Products, customers and the people who work there."""

from datetime import date
from decimal import Decimal

from engines.expression import regions
from examples.crm_demo.people import SELLERS
from examples.crm_demo.world import CENT, Agreement, Customer, Deal, Record, World, days, ref, user, words

_CUSTOMERS = 300
_CONTACTS = 500
_REGIONS = {"east": 38, "south": 24, "north": 20, "central": 8, "west": 7, "northeast": 3}
_INDUSTRIES = {
    "manufacturing": 40, "software": 10, "healthcare": 9, "finance": 4, "education": 6, "retail": 9,
    "construction": 7, "logistics": 8, "energy": 7,
}  # fmt: skip
_ROLES = {"decider": 18, "tech_decider": 20, "influencer": 18, "buyer": 20, "end_user": 24}
_OPEN = ("signed", "executing", "completed")


def products(world: World) -> list[Record]:
    """Return the catalogue."""
    for index, each in enumerate(words()["products"]):
        price = Decimal(each["price"])
        share = {"software": "0.18", "hardware": "0.62", "service": "0.48"}[each["kind"]]
        world.products.append(
            {
                "_key": world.key("product"),
                "name": each["name"],
                "code": f"P-{index + 1:03d}",
                "category": each["kind"],
                "unit": each["unit"],
                "price": str(price.quantize(CENT)),
                "cost": str((price * Decimal(share)).quantize(CENT)),
                "launched_on": (world.today - days(900 - 25 * index)).isoformat(),
                "active": each["name"] != "供应商协同门户",
                "manager": user("xu.mingyuan" if each["kind"] == "service" else "zhou.xinyi"),
            }
        )
    return world.products


def customers(world: World) -> list[Customer]:
    """Return the customers; ``describe`` adds what follows from their deals."""
    taken: set[str] = set()
    return [_customer(world, world.past_day(index, 700), taken) for index in range(_CUSTOMERS)]


def _customer(world: World, since: date, taken: set[str]) -> Customer:
    region = world.weighted(_REGIONS)
    industry = world.weighted(_INDUSTRIES)
    city, brand, name = _name(world, region, industry, taken)
    owner = world.pick(SELLERS[region])
    number = world.number("customer_number")
    record: Record = {
        "_key": f"customer:{number}",
        "name": name,
        "industry": industry,
        "scale": world.weighted({"micro": 22, "small": 38, "medium": 28, "large": 12}),
        "source": world.weighted({"website": 34, "exhibition": 26, "advert": 18, "referral": 22}),
        "region": region,
        "area": _area(city, number),
        "address": f"{world.pick(words()['streets']['names'])}{world.between(1, 299)}号",
        "phone": world.phone(),
        "website": f"https://www.example.com/{number}",
        "owner": user(owner),
        "first_contact_on": since.isoformat(),
    }
    if world.chance(0.18):
        record["past_deals"] = _past_deals(world, since)
    if world.chance(0.25):
        others = [each for each in dict.fromkeys(SELLERS[region]) if each != owner]
        record["team"] = [user(world.pick(others)), *([user("luo.zhiwei")] if world.chance(0.4) else [])]
    return Customer(record["_key"], record, brand, city, owner, since)


def _name(world: World, region: str, industry: str, taken: set[str]) -> tuple[str, str, str]:
    """Make a company name that is not taken, and return city, brand and name."""
    while True:
        city, brand = world.pick(words()["cities"][region]), world.pick(words()["brands"])
        name = city + brand + world.pick(words()["trades"][industry]) + world.pick(words()["company_forms"])
        if city + brand not in taken:
            taken.add(city + brand)
            return city, brand, name


def _area(city: str, number: int) -> str:
    """Return a district of a city, or the city itself where it has none."""
    found = regions.read(city)
    within = [each for each in regions.names() if each.startswith(regions.prefix(found)) and each != found]
    return within[number % len(within)] if within else found


def _past_deals(world: World, since: date) -> list[Record]:
    return [
        {
            "ended_on": (since - days(world.between(200, 900))).isoformat(),
            "content": world.pick(words()["contract"]["past"]),
            "amount": str(Decimal(world.between(8, 200) * 1000).quantize(CENT)),
        }
        for _ in range(world.between(1, 2))
    ]


def contacts(world: World, accounts: list[Customer]) -> tuple[list[Record], list[Record]]:
    """Return one contact for every customer, then the colleagues, some of whom report to the first."""
    first = [_contact(world, each) for each in accounts]
    busy = world.some(accounts, 150)
    second = []
    for index in range(_CONTACTS - len(first)):
        account = busy[index % len(busy)]
        record = _contact(world, account)
        if world.chance(0.7):
            record["reports_to"] = ref(account.contacts[0]["_key"])
        second.append(record)
    return first, second


def _contact(world: World, account: Customer) -> Record:
    name, email = world.person()
    role = world.weighted(_ROLES if account.contacts else {"decider": 40, "tech_decider": 40, "buyer": 20})
    record: Record = {
        "_key": world.key("contact"),
        "name": name,
        "customer": ref(account.key),
        "title": world.pick(words()["titles"][role]),
        "department": world.pick(words()["contact"]["departments"]),
        "role": role,
        "attitude": world.weighted({"supporter": 38, "neutral": 50, "opponent": 12}),
        "phone": world.phone(),
        "email": email,
        "owner": user(account.owner),
        "consent": world.chance(0.6),
    }
    record["wechat"] = f"wx_{email.split('@')[0]}"
    if world.chance(0.5):
        record["birthday"] = date(
            world.between(1968, 1998), world.between(1, 12), world.between(1, 28)
        ).isoformat()
    if world.chance(0.3):
        record["best_time"] = f"{world.between(9, 16):02d}:{world.pick(('00', '30'))}:00"
    if world.chance(0.25):
        record["remark"] = world.pick(words()["contact"]["remarks"])
    account.contacts.append(record)
    made = account.since if len(account.contacts) == 1 else world.later(account.since, 1, 60)
    return record | world.created(made, account.owner)


def describe(world: World, accounts: list[Customer], deals: list[Deal], agreements: list[Agreement]) -> None:
    """Give each customer the level, state, tags and next date that fit what happened."""
    buying = {each.customer.key for each in agreements if each.status in _OPEN}
    quoted = {each.customer.key for each in deals if each.stage == "proposal"}
    open_deals = {each.customer.key for each in deals if each.closed is None}
    for account in accounts:
        has_contract, has_deal = account.key in buying, account.key in open_deals
        record = account.record
        quiet = {"prospect": 55, "dormant": 35, "lost": 10}
        record["status"] = "active" if has_contract else "prospect" if has_deal else world.weighted(quiet)
        large = record["scale"] in {"medium", "large"}
        record["level"] = "high" if has_contract and large else "growing" if has_deal or large else "regular"
        record["tags"] = _tags(world, account, account.key in quoted)
        if has_deal or (record["status"] in {"active", "prospect"} and world.chance(0.5)):
            record["next_followup_on"] = (world.today + days(world.between(-6, 21))).isoformat()
        record.update(world.created(account.since, account.owner))


def _tags(world: World, account: Customer, quoted: bool) -> list[str]:  # noqa: FBT001 - one of three facts
    facts = {
        "focus": world.chance(0.15) and account.record["status"] != "lost",
        "quoted": quoted,
        "tech_decider": any(each["role"] == "tech_decider" for each in account.contacts),
        "high_value": account.record["level"] == "high",
    }
    return [tag for tag, holds in facts.items() if holds]
