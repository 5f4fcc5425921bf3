"""Record values as people read them: fields, cells, labels of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from engines.expression import ValueType
from engines.form import FieldModel, FormModel, Storage
from engines.store import files, reading
from engines.store.reading.labels import named
from engines.store.reading.masking import STARS
from frontend.formats import Formats, Moment
from frontend.texts import Texts
from frontend.views import Cell, FieldView, Item, SubRow
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.elements import Action, FieldOptions

Labels = Mapping[str, Mapping[int, str]]
Writer = Callable[[Any], str]
_COMMON = frozenset(FieldOptions.model_fields)
_IDS = {ValueType.id, ValueType.ids}


@dataclass(eq=False)
class Showing:
    """How one request shows the values of one form: language, zone, rights, the names behind ids."""

    call: Call
    form: FormModel
    labels: Labels
    _writers: dict[str, Writer] = dataclass_field(default_factory=dict)
    _options_of: dict[str, dict[str, Any]] = dataclass_field(default_factory=dict)

    @cached_property
    def texts(self) -> Texts:
        """Return the texts in the reader's language."""
        return texts_of(self.call)

    @cached_property
    def formats(self) -> Formats:
        """Return the formats of that language."""
        return self.call.installation.renderer.formats[self.texts.locale]

    @property
    def zone(self) -> str:
        """Return the zone of the app."""
        return self.call.app.definition.time_zone

    @cached_property
    def moment(self) -> Callable[[datetime | str], Moment]:
        """Return the writer of points in time."""
        return self.formats.moment(self.zone, self.call.installation.clock.now())

    @cached_property
    def files(self) -> dict[int, files.FileRow]:
        """Return the rows of every file named on the page."""
        wanted = {each for key, names in self.labels.items() if self._target(key) == "file" for each in names}
        return dict(files.get_files(self.call.conn, wanted)) if wanted else {}

    def _target(self, key: str) -> str | None:
        outer, _, inner = key.partition(".")
        field = self.form.fields.get(outer)
        if field is not None and inner and field.rows is not None:
            field = field.rows.fields.get(inner)
        return None if field is None else field.target

    def view(self, field: FieldModel, prefix: str = "") -> FieldView:
        """Return a field without a value."""
        options = field.options
        return FieldView(
            field.key, field.kind.name, self.texts.label(options.label), self.texts.label(options.help),
            self.texts.label(options.placeholder), options.required, options.read_only, options.width,
            self._options(field, prefix), columns=self._columns(field),
        )  # fmt: skip

    def _columns(self, field: FieldModel) -> tuple[FieldView, ...]:
        if field.rows is None:
            return ()
        inner = (each for each in field.rows.fields.values() if not each.options.hidden)
        return tuple(self.view(each, f"{field.key}.") for each in inner)

    def _options(self, field: FieldModel, prefix: str) -> dict[str, Any]:
        own = type(field.options).model_fields.keys() - _COMMON - {"fields"}
        found = {name: getattr(field.options, name) for name in own}
        if field.target == "file":
            found |= {"upload_url": "/api/files", "max_size": found.get("max_mb")}
        elif field.target is not None and field.storage in {Storage.column, Storage.links}:
            if found.get("allow_new") and self._creatable(str(field.target)):
                found["new_url"] = f"/a/{self.form.app}/{field.target}/new?_pick=1"
            found["lookup_url"] = self.lookup_url(field, prefix)
        return found

    def lookup_url(self, field: FieldModel, prefix: str = "") -> str:
        """Return where what may be picked in a field is searched for."""
        return f"/api/{self.form.app}/{self.form.key}/lookup/{prefix}{field.key}"

    def options(self, field: FieldModel) -> Mapping[str, Any]:
        """Return the options of a field by key; they may be thousands, and are asked for value by value."""
        if field.path not in self._options_of:
            self._options_of[field.path] = {each.key: each for each in getattr(field.options, "options", ())}
        return self._options_of[field.path]

    def _creatable(self, key: str) -> bool:
        target = self.call.app.form(key)
        return self.call.access.form(self.call.app, target).may(Action.create)

    def cell(self, field: FieldModel, value: Any, prefix: str = "", *, masked: bool = False) -> Cell:
        """Return one value, ready to show."""
        if value is not None and (masked or self._outlined(field, value)):
            return Cell(value, str(value), masked=True)
        if value is None or value == ():
            return Cell(() if field.plural else None)
        items = self.items(field, value, prefix)
        text = self.texts.t("ui.common.separator").join(each.text for each in items) or self.writer(field)(
            value
        )
        if field.rows is not None:
            return Cell(len(value), text)
        return Cell(field.to_json(value), text, items)

    def _outlined(self, field: FieldModel, value: Any) -> bool:
        """Tell whether a value is the outline of one that the reader sees in full on other rows."""
        outline = self.call.access.form(self.call.app, self.form).outline
        own = self.form.fields.get(field.key) is field and field.key in outline
        return own and isinstance(value, str) and STARS in value

    def filled(self, view: FieldView, field: FieldModel, value: Any, *, masked: bool = False) -> FieldView:
        """Return a field with its value; a subform with its rows."""
        cell = self.cell(field, value, masked=masked)
        rows = () if field.rows is None or masked else self.rows(field, value or ())
        options = view.options
        if field.kind.value_type is ValueType.datetime and isinstance(value, datetime):
            options = {**options, "local": self.local(value)}
        return replace(
            view,
            value=cell.value,
            text=cell.text,
            items=cell.items,
            masked=cell.masked,
            rows=rows,
            options=options,
        )

    def rows(self, field: FieldModel, rows: Sequence[Mapping[str, Any]]) -> tuple[SubRow, ...]:
        """Return the rows of a subform."""
        assert field.rows is not None  # noqa: S101 - only subforms are passed
        inner = [each for each in field.rows.fields.values() if not each.options.hidden]
        views = self._columns(field)
        found = []
        for row in rows:
            cells = []
            for each, view in zip(inner, views, strict=True):
                cell = self.cell(each, row.get(each.key), f"{field.key}.")
                local = (
                    {"local": self.local(cell.value)}
                    if each.kind.value_type is ValueType.datetime and cell.value
                    else {}
                )
                cells.append(
                    replace(
                        view,
                        value=cell.value,
                        text=cell.text,
                        items=cell.items,
                        options={**view.options, **local},
                    )
                )
            found.append(SubRow(str(row.get("_id", "")), tuple(cells)))
        return tuple(found)

    def local(self, value: datetime | str) -> str:
        """Return an instant as the wall clock of the app, as inputs want it."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")

    def items(self, field: FieldModel, value: Any, prefix: str = "") -> tuple[Item, ...]:
        """Return what the ids or option keys of a value read as."""
        several = value if isinstance(value, tuple) else (value,)
        if field.target is not None and field.kind.value_type in _IDS:
            names = self.labels.get(prefix + field.key) or self.labels.get("_people", {})
            return tuple(self._named(field, each, names.get(each)) for each in several)
        if known := self.options(field):
            found = ((each, known.get(each)) for each in several)
            return tuple(
                Item(
                    key,
                    self.texts.label(each.label) if each else key,
                    color=(each.color or "") if each else "",
                )
                for key, each in found
            )
        return (
            tuple(Item(each, each) for each in several) if field.kind.value_type is ValueType.options else ()
        )

    def _named(self, field: FieldModel, key: int, name: str | None) -> Item:
        if name is None:
            return Item(str(key), self.texts.t("screen.value.unseen"))
        if field.target == "file":
            row, url = self.files.get(key), f"/files/{key}"
            note = self.formats.file_size(row.size) if row else ""
            shown = row is not None and files.disposition(row)[1]
            read = shown and row is not None and row.type == files.PDF
            return Item(str(key), name, url, note=note, image=url if shown and not read else "", apart=read)
        if field.target in {"user", "department"}:
            return Item(str(key), name)
        return Item(str(key), name, f"/a/{self.form.app}/{field.target}/{key}")

    def writer(self, field: FieldModel) -> Writer:
        """Return the closure value -> text of a kind that has neither ids nor options; one per field."""
        if field.path not in self._writers:
            self._writers[field.path] = self._writer(field)
        return self._writers[field.path]

    def _writer(self, field: FieldModel) -> Writer:
        kind, options, formats = field.kind, field.options, self.formats
        if kind.value_type is ValueType.number:
            return self._number(field)
        if kind.value_type is ValueType.datetime:
            return formats.date_time(self.zone)
        plain: dict[ValueType, Writer] = {
            ValueType.date: formats.day,
            ValueType.time: formats.clock,
            ValueType.bool: lambda value: self.texts.t("ui.common.yes" if value else "ui.common.no"),
            ValueType.any: lambda value: self.texts.t("screen.value.rows", count=len(value)),
        }
        return plain.get(kind.value_type) or (lambda value: kind.to_text(value, options, self.texts))  # type: ignore[arg-type]

    def _number(self, field: FieldModel) -> Writer:
        options, formats = field.options, self.formats
        decimals = getattr(options, "decimals", 0)
        if field.kind.name == "percent":
            amount = formats.number()
            return lambda value: f"{amount(value)}%"
        currency = getattr(options, "currency", None)
        return formats.money(currency, decimals) if currency else formats.number(decimals)


def names_for(
    call: Call, fields: Iterable[tuple[str, FieldModel, Iterable[int]]]
) -> dict[str, dict[int, str]]:
    """Return the names behind ids that no page of records brought: what was typed, what history kept."""
    found: dict[str, dict[int, str]] = {}
    for path, field, ids in fields:
        wanted = set(ids)
        if not wanted:
            continue
        if field.target in {"user", "department", "file"}:
            found[path] = named(call.conn, str(field.target), wanted)
        else:
            target = call.app.form(str(field.target))
            found[path] = reading.titles(
                call.installation.store, call.conn, call.app, call.access, target, wanted
            )
    return found


def ids_in(field: FieldModel, value: Any) -> Iterable[tuple[str, FieldModel, set[int]]]:
    """Return the ids of one value with the field they stand in; those in rows of a subform too."""
    if field.rows is not None:
        for inner in field.rows.fields.values():
            if inner.target is not None:
                ids = {
                    each
                    for row in value or ()
                    for _, _, some in ids_in(inner, row.get(inner.key))
                    for each in some
                }
                yield f"{field.key}.{inner.key}", inner, ids
    elif field.target is not None and value is not None:
        yield field.key, field, set(value) if isinstance(value, tuple) else {value}


def record_title(form: FormModel, record: Mapping[str, Any]) -> str:
    """Return what a record is called by."""
    title = form.title
    value = record.get(title.key) if title is not None else None
    return f"#{record['_id']}" if value is None else str(value)
