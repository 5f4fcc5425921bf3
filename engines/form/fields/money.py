"""Money: an exact amount in one currency."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from engines.form.field import Example
from engines.form.fields.number import BoundedNumber, BoundedOptions
from engines.form.readers.numbers import Clean
from schemas.kinds import kind

# How amounts of a currency are written beside its code, folded. A sign of another currency is refused.
_SIGNS = {
    "CNY": "¥ cn¥ rmb 元 圆 人民币",
    "USD": "$ us$ 美元",
    "EUR": "€ 欧元",
    "GBP": "£ 英镑",
    "JPY": "¥ jp¥ 円 日元",
    "HKD": "$ hk$ 港元 港币",
    "TWD": "$ nt$ 元 新台币",
    "KRW": "₩ 韩元",
}
_TENS = {"万": 4, "亿": 8}
_FORM = re.compile(
    r"(-)?\s*([^\d\s.,+-]*)\s*([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*([万亿])?\s*([^\d.,万亿]*)", re.ASCII
)


class MoneyOptions(BoundedOptions):
    """Currency, places and bounds."""

    decimals: Annotated[int, Field(ge=0, le=8)] = 2
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"


def amount_cleaner(currency: str) -> Clean:
    """Build what takes the currency's signs off an amount, and reads 万 and 亿."""
    signs = {"", currency.lower(), *_SIGNS.get(currency, "").split()}

    def clean(text: str) -> tuple[str, int]:
        found = _FORM.fullmatch(text.replace("\u2212", "-"))
        if found is None:
            return "", 0
        minus, before, figure, tens, after = found.groups()
        if before not in signs or after.strip() not in signs or (minus and figure[0] in "+-"):
            return "", 0
        return (minus or "") + figure, _TENS.get(tens, 0)

    return clean


@kind
class Money(BoundedNumber):
    """An amount of money."""

    name, icon = "money", "currency-yuan"
    Options = MoneyOptions
    examples = (
        Example(raw="¥1,234.50", value=Decimal("1234.50"), json="1234.50"),
        Example(raw="1234.5元", value=Decimal("1234.50"), json="1234.50"),
        Example(raw="-￥ 5", value=Decimal("-5.00"), json="-5.00"),
        Example(raw="1.2万元", value=Decimal("12000.00"), json="12000.00"),
        Example(raw="RMB 3亿", value=Decimal("300000000.00"), json="300000000.00"),
        Example(raw="US$9", value=Decimal("9.00"), json="9.00", options={"currency": "USD"}),
        Example(raw=1052.75, value=Decimal("1052.75"), json="1052.75"),
        Example(raw=" ", value=None),
        Example(raw="1052,75元", error="field.not_a_number"),
        Example(raw="$5", error="field.not_a_number"),
        Example(raw="--5", error="field.not_a_number"),
        Example(raw="0.005", error="field.too_many_decimals"),
        Example(raw="-1", error="field.below_min", options={"min": "0"}),
    )

    def cleaner(self, options: BoundedOptions) -> Clean:
        """Return the reader of amounts with their currency."""
        return amount_cleaner(options.currency if isinstance(options, MoneyOptions) else "")
