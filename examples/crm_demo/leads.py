"""Leads from every channel, from the pool to converted or refused."""

from datetime import date

from examples.crm_demo.people import SELLERS
from examples.crm_demo.world import Customer, Record, World, ref, user, words

_LEADS = 250
_TODAY = ("east", "south", "east")  # where those come from that the demo begins with, of nobody yet
_SOURCES = {
    "website_form": 26, "social": 10, "online_advert": 14, "exhibition": 18, "download": 12, "partner": 6,
    "referral": 6, "wechat": 8,
}  # fmt: skip
_CAMPAIGNS = {
    "exhibition": ("春季制造业展会", "秋季工业互联网展"),
    "download": ("白皮书下载",),
    "social": ("线上公开课",),
    "online_advert": ("搜索广告投放",),
    "referral": ("老客户推荐计划",),
}
_INDUSTRY = {"manufacturing": 50, "healthcare": 12, "retail": 12, "logistics": 14, "energy": 12}
_REGIONS = {"east": 40, "south": 26, "north": 22, "central": 7, "west": 5}
_REASONS = ("wrong_number", "no_need", "too_small", "rival", "duplicate")
_POINTS = {
    "incoming": (5, 45),
    "contacting": (20, 65),
    "qualified": (60, 85),
    "accepted": (60, 95),
    "converted": (70, 99),
}


def leads(world: World, accounts: list[Customer]) -> list[Record]:
    """Return the leads, newest first."""
    return [_lead(world, index, accounts) for index in range(_LEADS)]


def _lead(world: World, index: int, accounts: list[Customer]) -> Record:
    day, fresh = world.past_day(index, 240), index < len(_TODAY)
    region, industry, source = world.weighted(_REGIONS), world.weighted(_INDUSTRY), world.weighted(_SOURCES)
    status = _status(world, (world.today - day).days)
    if fresh:
        day, region, status = world.today, _TODAY[index], "incoming"
    name, email = world.person()
    low, high = _POINTS.get(status, (0, 30))
    score = world.between(low, high)
    company = world.pick(words()["cities"][region]) + world.pick(words()["brands"])
    record: Record = {
        "_key": world.key("lead"),
        "company": company + world.pick(words()["trades"][industry]),
        "name": name,
        "title": world.pick(words()["titles"][world.pick(("decider", "tech_decider", "buyer", "end_user"))]),
        "phone": world.phone(),
        "email": email,
        "industry": industry,
        "region": region,
        "source": source,
        "received_at": world.moment(day, 8, 21),
        "need": world.pick(words()["lead"]["needs"]).format(product=world.pick(world.products)["name"]),
        "interests": [ref(each["_key"]) for each in world.some(world.products, world.between(1, 2))],
        "status": status,
        "score": score,
        "grade": "a" if score >= 75 else "b" if score >= 50 else "c" if score >= 25 else "d",
        "intent": 1 + score // 25,
    }
    if source in _CAMPAIGNS:
        record["campaign"] = world.pick(_CAMPAIGNS[source])
    _progress(world, record, status, [each for each in accounts if each.record["region"] == region], day)
    return record | world.created(day, "zhou.xinyi") | ({"_live": True} if fresh else {})


def _status(world: World, age: int) -> str:
    if age <= 1:
        return world.weighted({"incoming": 80, "contacting": 20})
    if age <= 14:
        return world.weighted(
            {"incoming": 25, "contacting": 35, "qualified": 20, "accepted": 12, "invalid": 8}
        )
    return world.weighted({"contacting": 12, "qualified": 8, "accepted": 20, "converted": 32, "invalid": 28})


def _progress(world: World, record: Record, status: str, accounts: list[Customer], day: date) -> None:
    """Add owner, customer or reason, as the state demands; ``accounts`` are those of the lead's region."""
    if status == "converted":
        account = min(accounts, key=lambda each: abs(each.since - day))
        record |= {"customer": ref(account.key), "owner": user(account.owner)}
        record["company"] = account.record["name"]
    elif status == "invalid":
        index = world.between(0, len(_REASONS) - 1)
        record |= {"invalid_reason": _REASONS[index], "invalid_note": _refusal(index)}
    if status == "accepted" or (status in {"contacting", "invalid"} and world.chance(0.8)):
        record["owner"] = user(world.pick(SELLERS[record["region"]]))


def _refusal(index: int) -> str:
    notes: list[str] = words()["lead"]["refusals"]
    return notes[index]
