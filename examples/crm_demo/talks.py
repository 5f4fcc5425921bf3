"""Follow-ups: what was said to whom, how it ended, and what comes next."""

from datetime import date

from examples.crm_demo.world import Customer, Deal, Record, World, days, ref, user, words

_FOLLOWUPS = 1200
_METHODS = {"visit": 22, "call": 32, "wechat": 24, "email": 12, "meeting": 10}
_MINUTES = {"visit": (40, 180), "call": (5, 40), "wechat": (5, 20), "email": (5, 15), "meeting": (30, 120)}
_RESULTS = {"progress": 46, "waiting": 34, "no_progress": 20}
_MATTERS_OF = {"won": 0.12, "proposal": 0.02}  # share of complaints in what is said at that stage


def followups(world: World, accounts: list[Customer], deals: list[Deal]) -> list[Record]:
    """Return the follow-ups; half concern an opportunity, the service's concern the others."""
    return [_followup(world, world.past_day(index // 4, 330), accounts, deals) for index in range(_FOLLOWUPS)]


def _followup(world: World, day: date, accounts: list[Customer], deals: list[Deal]) -> Record:
    deal = _deal(world, day, deals) if world.chance(0.55) else None
    account = deal.customer if deal else world.pick([each for each in accounts if each.since <= day])
    serving = deal is None and account.record["status"] == "active" and world.chance(0.35)
    stage = deal.stage if deal else "service" if serving else world.pick(("incoming", "contacted"))
    result = world.weighted(_RESULTS)
    if world.chance(0.15 if serving else _MATTERS_OF.get(stage, 0)):
        stage = result = "complaint"
    method, contact = world.weighted(_METHODS), world.pick(account.contacts)
    author = world.pick(("luo.zhiwei", "gao.yaqin", "luo.zhiwei")) if serving else account.owner
    low, high = _MINUTES[method]
    record: Record = {
        "_key": world.key("followup"),
        "customer": ref(account.key),
        "contact": ref(contact["_key"]),
        "method": method,
        "happened_at": world.moment(day),
        "minutes": str(world.between(low, high)),
        "result": result,
        "owner": user(author),
        **_texts(world, account, contact, method, (stage, result)),
    }
    if deal:
        record["opportunity"] = ref(deal.key)
    if result == "complaint":
        record["participants"] = [user("gao.yaqin")]
    elif method in {"visit", "meeting"} and world.chance(0.2):
        record["participants"] = [user("xu.mingyuan")]
    if result in {"progress", "waiting"} and world.chance(0.7):
        record["next_on"] = (day + days(world.between(2, 14))).isoformat()
    return record | world.created(day, author)


def complaint(world: World, accounts: list[Customer]) -> Record:
    """Return the complaint that came in just now, with which the service begins its day."""
    account = next(each for each in accounts if each.record["status"] == "active")
    contact = account.contacts[0]
    record: Record = {
        "_key": world.key("followup"),
        "customer": ref(account.key),
        "contact": ref(contact["_key"]),
        "method": "call",
        "happened_at": world.moment(world.today),
        "minutes": "12",
        "result": "complaint",
        "owner": user(account.owner),
        **_texts(world, account, contact, "call", ("complaint", "complaint")),
    }
    return record | world.created(world.today, account.owner) | {"_live": True}


def _deal(world: World, day: date, deals: list[Deal]) -> Deal | None:
    alive = [
        each
        for each in deals
        if each.opened <= day and (each.closed is None or each.closed + days(120) >= day)
    ]
    return world.pick(alive) if alive else None


def _texts(
    world: World, account: Customer, contact: Record, method: str, talk: tuple[str, str]
) -> dict[str, str]:
    """Put subject, content and next step together from their parts."""
    vocabulary = words()["followup"]
    stage, result = talk
    slots = {
        "city": account.city,
        "name": contact["name"],
        "title": contact["title"],
        "product": world.pick(world.products)["name"],
    }
    matter = world.pick(vocabulary["matter"][stage]).format(**slots)
    parts = (world.pick(vocabulary["opening"][method]), world.pick(vocabulary["ending"][result]))
    opening, ending = (part.format(**slots) for part in parts)
    texts = {"subject": matter.split("，")[0].rstrip("。"), "content": f"{opening}{matter}{ending}"}
    if result != "no_progress":
        texts["next_plan"] = world.pick(vocabulary["next"]["steps"]).format(**slots)
    return texts
