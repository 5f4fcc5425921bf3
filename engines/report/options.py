"""What widgets say: whose records, which of them, grouped by what, measured how."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engines.report.period import Span
from schemas.behaviour import WidgetOptions
from schemas.elements import FormKey, Formula, Ref, Text, Yields
from schemas.kinds import Options

Function = Literal["count", "sum", "average", "min", "max", "distinct", "filled", "share"]
FieldName = Annotated[str, Field(max_length=40), Ref("field")]
TargetField = Annotated[str, Field(max_length=40), Ref("field@form")]
Where = Annotated[Formula, Yields("condition", in_sql=True)]
MOST_GROUPS = 100


class PeriodOptions(Options):
    """A span of days around today, of a date field."""

    field: FieldName
    span: Span


class GroupOptions(Options):
    """What the records are grouped by. Of more groups than ``top`` the rest fall together."""

    field: FieldName
    bucket: Literal["day", "week", "month", "quarter", "year", "province", "city", "district"] | None = None
    top: Annotated[int, Field(ge=1, le=MOST_GROUPS)] | None = None
    order: Literal["largest", "smallest", "value"] | None = None


class MeasureOptions(Options):
    """A figure: how many records, or what becomes of a field; ``where`` narrows what is measured."""

    function: Function = "count"
    field: FieldName | None = None
    where: Where | None = None
    label: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.function not in {"count", "share"} and self.field is None:
            raise PydanticCustomError("definition.missing", "no field", {"name": "field"})
        if self.function == "share" and self.where is None:
            raise PydanticCustomError("definition.missing", "no condition", {"name": "where"})
        return self


COUNT = MeasureOptions()


class TargetOptions(Options):
    """What shall be reached: a number, or a figure over another form, grouped by ``by`` as the widget is."""

    value: Decimal | None = None
    form: Annotated[FormKey, Ref("form")] | None = None
    by: TargetField | None = None
    function: Literal["count", "sum"] = "sum"
    field: TargetField | None = None
    where: Annotated[Formula, Yields("condition", reads="@form", in_sql=True)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.value is None) is (self.form is None):
            raise PydanticCustomError("definition.target", "value or form", {})
        if self.form is not None and self.function == "sum" and self.field is None:
            raise PydanticCustomError("definition.missing", "no field", {"name": "field"})
        return self


class QueryOptions(WidgetOptions):
    """Whose records, and which of them."""

    form: Annotated[FormKey, Ref("form")]
    where: Where | None = None
    period: PeriodOptions | None = None


class ChartOptions(QueryOptions):
    """One figure over groups, in several series where ``split`` says by what."""

    group: GroupOptions
    split: GroupOptions | None = None
    measure: MeasureOptions = COUNT
    stacked: bool = False
