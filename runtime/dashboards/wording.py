"""Answers of widgets in words: names of groups and figures in one reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from engines.expression import ValueType
from engines.form import FieldModel, FormModel
from engines.form.system import SYSTEM_TYPES
from engines.query import Others
from engines.report.answer import Answer, Head, Line
from engines.report.shown import Shown, ShownLine
from engines.store.reading.buckets import BUCKETS
from engines.store.reading.labels import named
from frontend.formats import Formats
from frontend.texts import Texts
from runtime.dashboards.links import list_url
from runtime.screens.values import Showing, names_for
from runtime.web.call import Call

_COUNTS = {"count", "distinct", "filled", "blank", "lost"}
# Figures that widgets make of others.
_DERIVED = {"of_first", "of_previous", "lost", "median", "before", "target", "done"}
Write = Callable[[Any], str]


@dataclass(frozen=True)
class Wording:
    """How one request words the answers about one form."""

    call: Call
    form: FormModel
    answer: Answer

    @cached_property
    def texts(self) -> Texts:
        """Return the texts in the reader's language."""
        return self._showing.texts

    @cached_property
    def formats(self) -> Formats:
        """Return the formats of that language."""
        return self._showing.formats

    @cached_property
    def _showing(self) -> Showing:
        wanted = []
        for index, head in enumerate(self.answer.dimensions):
            field = self._field(head)
            if field is not None and field.target is not None:
                ids = {each.groups[index] for each in self.answer.lines}
                wanted.append((field.key, field, ids - {None, Others.others}))
        return Showing(self.call, self.form, names_for(self.call, wanted))

    @cached_property
    def _people(self) -> dict[int, str]:
        """Return the names of those who made or changed records."""
        places = [
            index for index, head in enumerate(self.answer.dimensions)
            if head.path is not None and head.path[1] in {"_created_by", "_updated_by"}
        ]  # fmt: skip
        ids = {each.groups[place] for place in places for each in self.answer.lines}
        return named(self.call.conn, "user", ids - {None, Others.others})

    def shown(self) -> Shown:
        """Return the whole answer in words."""
        answer = self.answer
        total = None if answer.total is None else self._line(answer.total, [])
        labels = [self._labels(index, each) for index, each in enumerate(answer.dimensions)]
        return Shown(
            tuple(self.name(each) for each in answer.dimensions),
            tuple(self.name(each) for each in answer.measures),
            tuple(self._line(each, labels) for each in answer.lines),
            total,
        )

    def name(self, head: Head) -> str:
        """Return what a column is called."""
        if head.label is not None:
            return self.texts.label(head.label)
        if head.function is None:
            return self._named(head)
        code = head.key if head.key in _DERIVED else head.function
        return self.texts.t(f"screen.measure.{code}", field=self._named(head))

    def _named(self, head: Head) -> str:
        if head.path is None:
            return ""
        field, key = self._field(head), head.path[1]
        if field is not None:
            return self.texts.label(field.options.label)
        return self.texts.t(f"screen.system.{key.lstrip('_')}")

    def _field(self, head: Head) -> FieldModel | None:
        return None if head.path is None else self.form.fields.get(head.path[1])

    def _line(self, line: Line, labels: list[Callable[[Any], tuple[str, str]]]) -> ShownLine:
        named = [label(value) for label, value in zip(labels, line.groups, strict=True)]
        figures = [write(value) for write, value in zip(self._writers, line.figures, strict=True)]
        return ShownLine(
            tuple(text for text, _ in named),
            tuple(_number(each) for each in line.figures),
            tuple(figures),
            tuple(
                list_url(self.form.app, door) if value else ""
                for door, value in zip(line.doors, line.figures, strict=True)
            ),
            tuple(color for _, color in named),
            blank=None in line.groups,
        )

    def _labels(self, index: int, head: Head) -> Callable[[Any], tuple[str, str]]:
        """Return the closure value -> name and colour of a dimension."""
        t, field = self.texts.t, self._field(head)
        write = self._bucket(head) if head.bucket in BUCKETS else self._plain(head, field)

        def label(value: Any) -> tuple[str, str]:
            if value is Others.others:
                return t("screen.group.others"), "gray"
            return (t("screen.group.blank"), "gray") if value is None else write(value)

        return label

    def _plain(self, head: Head, field: FieldModel | None) -> Callable[[Any], tuple[str, str]]:
        if field is None:
            return lambda value: (self._system(head, value), "")
        showing = self._showing

        def write(value: Any) -> tuple[str, str]:
            items = showing.items(field, value)
            return (items[0].text, items[0].color) if items else (showing.writer(field)(value), "")

        return write

    def _system(self, head: Head, value: Any) -> str:
        key = head.path[1] if head.path else ""
        if SYSTEM_TYPES.get(key) is ValueType.id:
            return self._people.get(value, str(value))
        return self._moment(value) if isinstance(value, datetime) else str(value)

    def _moment(self, value: datetime) -> str:
        return self.formats.date_time(self._showing.zone)(value)

    def _bucket(self, head: Head) -> Callable[[date], tuple[str, str]]:
        def write(value: date) -> tuple[str, str]:
            return bucket_text(self.texts, self.formats, value, str(head.bucket)), ""

        return write

    @cached_property
    def _writers(self) -> list[Write]:
        return [self._blank(self._writer(each)) for each in self.answer.measures]

    def _blank(self, write: Write) -> Write:
        return lambda value: self.texts.t("ui.common.none") if value is None else write(value)

    def _writer(self, head: Head) -> Write:
        formats, function = self.formats, head.function
        if function == "days":
            amount = formats.number()
            return lambda value: self.texts.t("screen.measure.in_days", days=amount(value))
        if function == "share":
            return formats.percent(1)
        field = self._field(head)
        if function in _COUNTS or field is None:
            return self._system_writer(head) if field is None and head.path else formats.number()
        if function == "average" and not getattr(field.options, "currency", None):
            decimals = max(getattr(field.options, "decimals", 0), 2)
            return formats.number(decimals)
        return self._showing.writer(field)

    def _system_writer(self, head: Head) -> Write:
        amount = self.formats.number()
        return lambda value: self._moment(value) if isinstance(value, datetime) else amount(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, Decimal | int) else None


def bucket_text(texts: Texts, formats: Formats, start: date, bucket: str) -> str:
    """Return what a bucket is called, short enough for an axis."""
    if bucket == "day":
        return formats.day(start)
    if bucket == "week":
        year, number, _ = start.isocalendar()
    else:
        year, number = start.year, start.month if bucket == "month" else (start.month + 2) // 3
    # As texts: a year has no thousands separator.
    return texts.t(f"screen.bucket.{bucket}", year=f"{year:04}", number=f"{number:02}", quarter=str(number))
