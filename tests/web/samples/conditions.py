"""Conditions and formulas: every input, a group in a group, an error in a row and one under a character."""

from dataclasses import replace
from typing import Any

from frontend.conditions import (
    ConditionBuilder,
    ConditionFormula,
    ConditionGroup,
    ConditionRow,
    FilterPage,
    FormulaEditor,
    Operators,
    Piece,
    Told,
)
from frontend.views import Item
from tests.web.samples.fields import STAGES, Fields


class Conditions(Fields):
    """The condition builder and the formula editor."""

    def builder(self, **more: Any) -> ConditionBuilder:
        say, t = self.say, self.texts.t
        stages = tuple(Item(key, say(zh, en)) for key, zh, en, _ in STAGES)
        keys = {
            "name": say("名称", "Name"), "amount": say("金额", "Amount"), "stage": say("阶段", "Stage"),
            "due": say("交期", "Due"), "owner": say("负责人", "Owner"),
        }  # fmt: skip

        def row(place: str, field: str, op: str, **said: Any) -> ConditionRow:
            plain = Operators("", (Item(op, t(f"ui.operator.{op}", n="N")),))
            ahead = Operators(t("ui.condition.today"), (Item("today", t("ui.operator.today")),))
            operators = (plain, ahead) if field == "due" else (plain,)
            return ConditionRow(place, field, keys[field], op, operators, **said)

        inner = ConditionGroup("5", "any", (
            row("5-0", "stage", "in", input="choices", values=("sent",), items=stages),
            ConditionFormula("5-1", "amount > ", self.texts.t("expression.unfinished", at=10)),
        ))  # fmt: skip
        group = ConditionGroup("", "all", (
            row("0", "name", "contains", input="text", values=("A",)),
            row("1", "name", "in", input="lines", values=("A", "B")),
            row("2", "amount", "between", input="number", pair=True, values=("lots", "9"),
                error=t("condition.no_number", value="lots")),
            row("3", "due", "last_days", input="count", values=("7",)),
            row("4", "due", "on", input="date", values=("2026-03-01",)),
            inner,
            row("6", "stage", "eq", input="choice", values=("sent",), items=stages),
            row("7", "owner", "in", input="lookup", values=("1",), items=(Item("1", self.people()[0].name),),
                lookup_url="/x"),
            row("8", "owner", "me"),
        ))  # fmt: skip
        fields = tuple(Item(key, text) for key, text in keys.items())
        found = ConditionBuilder("/filter", fields, group, keep=(("search", "x"),), focus="2")
        return replace(found, **more)

    def editor(self) -> FormulaEditor:
        say = self.say
        pieces = (
            Piece("field", "amount", say("金额", "Amount")), Piece("gap", " "), Piece("sign", ">"),
            Piece("gap", " "), Piece("field", "nothing", wrong=True),
        )  # fmt: skip
        error = self.texts.t("expression.unknown_field", name="nothing", at=10)
        return FormulaEditor(
            "filter", self.texts.t("ui.formula.filter"), "amount > nothing", "/told", "/words",
            Told(pieces, error, 10, 7), (Item("1", say("备件采购", "Spare parts")),), "1",
        )  # fmt: skip

    def filter_page(self, face: str = "rows") -> FilterPage:
        editor = self.editor() if face == "formula" else None
        title = self.texts.t("ui.table.filter")
        return FilterPage(title, "/a/s/order", "/a/s/order", self.builder(face=face, editor=editor))
