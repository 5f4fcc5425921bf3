"""A few forms whose fields depend on each other in every way there is."""

from typing import Any

from tests.fixtures.rest import EVERYTHING, shop_bytes

Json = dict[str, Any]


def _field(key: str, type_: str = "text", **options: Any) -> Json:
    return {"key": key, "type": type_, "label": key.title(), **options}


def _options(*keys: str, **under: list[str]) -> list[Json]:
    return [{"key": key, "label": key.title(), "under": under.get(key, [])} for key in keys]


FIRM = {
    "key": "firm", "label": "Firm", "title": "name",
    "fields": [
        _field("name", unique=True, normalise=["spaces", "width", "company"]),
        _field("branch", "select", options=_options("steel", "paper")),
        _field("level", "select", options=_options("a", "b")),
        _field("phone"),
        _field("secret"),
    ],
}  # fmt: skip
PERSON = {
    "key": "person", "label": "Person", "title": "name",
    "fields": [_field("name"), _field("firm", "relation", form="firm"), _field("active", "checkbox")],
}  # fmt: skip
ROWS = [
    _field("kind", "select", options=_options("goods", "work")),
    _field("hours", "number", visible_if='kind = "work"', required_if="amount > 10"),
    _field("amount", "number", decimals=2, read_only_if='kind = "goods" AND stage = "won"'),
    _field("cost", "formula", formula="amount * COALESCE(hours, 2)", result="number", decimals=2),
    _field("who", "relation", form="person", where="firm = THIS.firm"),
]
DEAL = {
    "key": "deal", "label": "Deal", "title": "name",
    "fields": [
        _field("name", required=True),
        _field("stage", "select", default="open", options=_options("open", "won", "lost")),
        _field("reason", "select", options=_options("price", "time"), required=True,
               visible_if='stage = "lost"'),
        _field("note", visible_if='reason = "time"', default="n"),
        _field("amount", "number", decimals=2, read_only_if='stage = "won"', required=True),
        _field("budget", "number", required_if="amount > 1000"),
        _field("firm", "relation", form="firm"),
        _field("contact", "relation", form="person", where="firm = THIS.firm AND active = TRUE"),
        _field("others", "relations", form="person", where="firm = THIS.firm OR ISBLANK(THIS.firm)"),
        _field("province", "select", options=_options("js", "zj")),
        _field("city", "select", follows="province",
               options=_options("nj", "hz", "any", nj=["js"], hz=["zj"])),
        _field("marks", "multi_select", follows="city",
               options=_options("x", "y", x=["nj", "hz"], y=["any"])),
        _field("items", "subform", fields=ROWS),
        _field("plan", "subform", visible_if="amount > 0", min_rows=1,
               fields=[_field("part"), _field("amount", "number", decimals=2)]),
        _field("extra", "text"),
        _field("total", "formula", formula="SUM(items.amount) + amount / 3", result="number", decimals=2),
        _field("bonus", visible_if="total > 20", default="b"),
        _field("branch", "lookup", via="firm", field="branch"),
        _field("grade", visible_if='branch = "steel"', required_if='firm.level = "a"'),
        _field("private", visible_if='firm.secret = "x"'),
        _field("author", visible_if="ISBLANK(maker)", read_only_if="NOT ISNEW()"),
        _field("maker", "member", read_only=True),
    ],
    "views": [{"key": "all", "label": "All", "columns": ["name", "amount"], "colors": [
        {"if": "amount > 1000", "color": "red", "label": "Big"},
        {"if": 'firm.level = "b"', "color": "orange", "label": "Careful"},
        {"if": "SUM(plan.amount) > 50", "color": "green", "label": "Planned", "field": "amount"},
        {"if": "amount > 0", "color": "blue", "label": "Elsewhere", "field": "extra"},
    ]}],
    "layout": {"sections": [{"key": "s", "fields": ["extra"], "visible_if": 'stage <> "lost"'}]},
    "checks": [
        {"that": "amount >= 0", "message": "Not below zero", "field": "amount"},
        {"that": "SUM(plan.amount) = amount", "message": "The plan does not sum up", "field": "plan"},
        {"that": "ISBLANK(bonus) OR SUM(items.cost) < 70", "message": "Too dear", "field": "bonus"},
        {"that": 'firm.level <> "b" OR amount < 5000', "message": "Too much", "field": "amount"},
    ],
}  # fmt: skip
VISIT = {
    "key": "visit", "label": "Visit", "title": "name",
    "fields": [
        _field("name"),
        _field("firm", "relation", form="firm",
               fill={"branch": "branch", "phone": "phone", "level": "level", "closed": "phone"}),
        _field("branch", "select", options=_options("steel", "wood"), default="wood"),
        _field("level", "select", options=_options("a", "b")),
        _field("phone"),
        _field("closed", read_only=True),
        _field("person", "relation", form="person", fill={"tel": "firm.phone", "home": "firm"}),
        _field("tel"),
        _field("home", "relation", form="firm"),
        _field("lines", "subform", fields=[
            _field("firm", "relation", form="firm", fill={"phone": "phone"}), _field("phone", default="d")]),
    ],
}  # fmt: skip
ROLES = [
    {"key": "clerk", "label": "Clerk",
     "grants": [{"form": each, "actions": EVERYTHING} for each in ("firm", "person", "deal", "visit")]},
    {"key": "blind", "label": "Blind", "grants": [
        {"form": "firm", "actions": ["view"], "fields": {"secret": "hidden", "level": "hidden"}},
        {"form": "person", "actions": ["view"], "fields": {"firm": "hidden"}},
        {"form": "visit", "actions": EVERYTHING},
        {"form": "deal", "actions": EVERYTHING, "fields": {"budget": "read"}}]},
]  # fmt: skip
WON = {"name": "d", "amount": "1", "plan": [{"amount": "1"}]}


def definition() -> bytes:
    """Return the definition."""
    return shop_bytes([FIRM, PERSON, DEAL, VISIT], roles=ROLES)
