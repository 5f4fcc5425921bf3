"""Texts with values, told to one person: in their language, and without what they may not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FieldModel, FormModel
from engines.store.reading.labels import named, titles
from engines.store.reading.path import visible_fields
from engines.store.said import Said, Shown
from engines.store.store import Store
from schemas.elements import Choice, FieldOptions, label_of

VEILED = "···"
_BETWEEN = {"zh-CN": "、", "en": ", "}
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}  # other currencies by their codes
_TRUTH = {True: "√", False: "×", None: ""}


@dataclass(slots=True)
class Teller:
    """Tells one person about the records of one app. Implements ``Labels``, and asks each question once."""

    store: Store
    conn: sa.Connection
    app: AppModel
    access: Access
    locale: str
    _visible: dict[tuple[str, int | None], frozenset[str]] = field(default_factory=dict)

    def text(self, said: Said, form_uid: int | None = None, record_id: int | None = None) -> str:
        """Return a text about a record, which need not exist any more, or yet."""
        form = self._form(form_uid)
        parts = said.parts(self.locale)
        return "".join(
            part if isinstance(part, str) else self._shown(said.values[part], form, record_id)
            for part in parts
        )

    def may(self, uids: Iterable[int], form: FormModel | None, record_id: int | None) -> bool:
        """Tell whether the person may read all these fields, those of the form in this very record."""
        if self.access.unlimited(self.app):
            return True
        fields = self.app.kept("fields", fields_by_uid)
        for uid in uids:
            found = fields.get(uid)
            if found is None:
                return False
            where, each = found
            if where is form:
                if each.key not in self._visible_in(where, record_id):
                    return False
            elif not self.access.form(self.app, where).usable(each.key):
                return False
        return True

    def value(self, each: FieldModel, form: FormModel, raw: Any) -> str:
        """Return a field's value, given as JSON."""
        if each.computed is not None:
            return self._plain(raw, each.kind.value_type.value)
        value = form.coercer.one({each.key: raw})[0].get(each.key)
        if value is None or value == ():
            return ""
        if each.kind.target is not None:
            ids = value if isinstance(value, tuple) else (value,)
            return _BETWEEN[self.locale].join(self.record(each.key, one, each) for one in ids)
        text = str(each.kind.to_text(value, each.options, self))
        if each.kind.name in {"money", "number"}:
            return _figure(Decimal(text), getattr(each.options, "currency", None))
        return text

    def choice(self, options: FieldOptions, key: str) -> str:
        """Return the label of an option."""
        choices: tuple[Choice, ...] = getattr(options, "options", ())
        return next((label_of(one.label, self.locale) for one in choices if one.key == key), key)

    def record(self, field_key: str, record_id: int, each: FieldModel | None = None) -> str:
        """Return the title of a linked record, or the name of a person or department."""
        target = None if each is None else each.target
        if target in {"user", "department", "file"}:
            return named(self.conn, str(target), {record_id}).get(record_id, VEILED)
        if target is None or target not in self.app.forms:
            return f"#{record_id}"
        form = self.app.form(target)
        return titles(self.store, self.conn, self.app, self.access, form, {record_id}).get(record_id, VEILED)

    def date_time(self, value: datetime) -> str:
        """Return an instant as wall-clock text in the app's time zone."""
        return value.astimezone(ZoneInfo(self.app.definition.time_zone)).strftime("%Y-%m-%d %H:%M")

    def _form(self, uid: int | None) -> FormModel | None:
        return next((each for each in self.app.forms.values() if each.uid == uid), None)

    def _shown(self, shown: Shown, form: FormModel | None, record_id: int | None) -> str:
        if not self.may(shown.reads, form, record_id):
            return VEILED
        found = None if shown.field is None else self.app.kept("fields", fields_by_uid).get(shown.field)
        if found is not None:
            return self.value(found[1], found[0], shown.value)
        return self._plain(shown.value, shown.type)

    def _plain(self, value: Any, type_: str) -> str:
        """Return a value of no field, by its type."""
        if isinstance(value, list):
            return _BETWEEN[self.locale].join(self._plain(each, type_) for each in value)
        if value is None or isinstance(value, bool):
            return _TRUTH[value]
        if type_ in {"user", "department"}:
            return named(self.conn, type_, {int(value)}).get(int(value), VEILED)
        if type_ == "number":
            number = Decimal(value)
            return format(number.normalize() if number else Decimal(0), "f")
        if type_ == "datetime":
            return self.date_time(datetime.fromisoformat(value))
        return str(value)

    def _visible_in(self, form: FormModel, record_id: int | None) -> frozenset[str]:
        key = (form.path, record_id)
        if key not in self._visible:
            self._visible[key] = self._readable(form, record_id)
        return self._visible[key]

    def _readable(self, form: FormModel, record_id: int | None) -> frozenset[str]:
        lens = self.store.lens(self.app, self.access, form)
        if record_id is None:
            keys = (key for key in form.fields if lens.access.usable(key))
            return frozenset(key for key in keys if lens.partial(key) is None)
        if not lens.access.rows.everything:
            seen = sa.select(form.table.c["_id"]).where(form.table.c["_id"] == record_id, lens.rows())
            if self.conn.scalar(seen) is None:
                return frozenset()
        return visible_fields(self.store, self.conn, self.app, self.access, form, record_id)


def _figure(value: Decimal, currency: str | None) -> str:
    """Return a number in groups of three, an amount with its currency."""
    sign = "" if currency is None else _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if value < 0 else ''}{sign}{abs(value):,f}"


def fields_by_uid(app: AppModel) -> dict[int, tuple[FormModel, FieldModel]]:
    """Return every field of an app, those of subforms too, with its form."""
    return {each.uid: (form, each) for form in app.forms.values() for each in form.fields.values()}
