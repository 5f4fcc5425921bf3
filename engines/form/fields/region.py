"""Region: a province of China, a city or a district in it."""

from __future__ import annotations

from typing import Any, Literal

from engines.expression import ValueType, regions
from engines.expression.operators import Family
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads, refuse
from engines.form.readers.texts import as_text
from schemas.elements import FieldOptions
from schemas.kinds import kind

_MENTIONED = 3  # regions of one name that a refusal lists


class RegionOptions(FieldOptions):
    """How far down one may go. What lies deeper is taken for the region around it."""

    depth: Literal["province", "city", "district"] = "district"


@kind
class Region(FieldType[RegionOptions, str]):
    """The code of six digits that the standard gives a region: it begins with that of what it is in."""

    name, icon, group = "region", "world", "contact"
    Options = RegionOptions
    value_type = ValueType.text
    family = Family.region
    coded = True
    examples = (
        Example(raw="330106", value="330106"),
        Example(raw="浙江省 / 杭州市 / 西湖区", value="330106", json="330106"),
        Example(raw="浙江省杭州市西湖区", value="330106", json="330106"),
        Example(raw="浙江 杭州", value="330100", json="330100"),
        Example(raw="Zhejiang / Hangzhou / Xihu District", value="330106", json="330106"),
        Example(raw=330106.0, value="330106", json="330106"),
        Example(raw="北京市市辖区朝阳区", value="110105", json="110105"),
        Example(raw="330106", value="330100", json="330100", options={"depth": "city"}),
        Example(raw="330106", value="330000", json="330000", options={"depth": "province"}),
        Example(raw="110105", value="110000", json="110000", options={"depth": "city"}),
        Example(raw="湖北仙桃", value="429004", json="429004", options={"depth": "city"}),
        Example(raw=" ", value=None),
        Example(raw="西湖区", error="field.region_ambiguous"),
        Example(raw="浙江省杭州市文三路", error="field.not_a_region"),
        Example(raw="999999", error="field.not_a_region"),
        Example(raw=True, error="field.not_text"),
    )

    def columns(self, options: RegionOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the code alone."""
        return (Column(columns.Text),)

    def annotation(self, options: RegionOptions, context: FieldContext) -> Any:
        """Accept codes and names."""

        def read(raw: Any) -> str:
            text = as_text(raw)
            try:
                return regions.cut(regions.read(text), options.depth)
            except regions.UnknownRegion as unknown:
                raise _refusal(text, unknown.found) from None

        return reads(str, read, {"type": "string", "maxLength": 100, "example": "330106"})

    def to_text(self, value: str, options: RegionOptions, labels: Labels) -> str:
        """Return the names from the province downwards."""
        return regions.spoken(value, labels.locale)

    def words(self, value: str) -> str:
        """Return its names in both languages."""
        return f"{regions.spoken(value, 'zh-CN')} {regions.spoken(value, 'en')}"


def _refusal(text: str, found: tuple[str, ...]) -> Exception:
    if not found:
        return refuse("field.not_a_region", value=text)
    names = [regions.spoken(each, "zh-CN", "") for each in found[:_MENTIONED]]
    more = ["…"] if len(found) > _MENTIONED else []
    return refuse("field.region_ambiguous", value=text, names="、".join([*names, *more]))
