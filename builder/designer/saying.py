"""What elements of a draft say, in sentences: with the names that stand in the draft, gaps and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from builder.designer.formulas.book import Book
from builder.designer.panel import Surroundings
from engines.expression import ExpressionError, parse
from engines.expression.conditions import Formula, to_group
from frontend.texts import Texts
from runtime.screens.conditions.building import Fields
from runtime.screens.conditions.sentences import read_pieces, sentence
from runtime.screens.conditions.showing import asked_ids
from runtime.screens.values import Showing, names_for
from runtime.why.naming import Naming
from schemas.tags import Unclosed, split


@dataclass(frozen=True, eq=False)
class DraftSay(Naming):
    """``around``: what may be named, the form that is spoken of among it."""

    book: Book
    around: Surroundings

    @property
    def texts(self) -> Texts:
        return self.book.desk.texts

    def form(self, key: str) -> str:
        return self._called(self.around.forms, key)

    def field(self, key: str) -> str:
        return self.quoted(self._called(self.around.fields.get(self.around.form, ()), key))

    def of(self, form: str, key: str) -> str:
        """Return what a field of a form is called."""
        return self._called(self.around.fields.get(form, ()), key)

    def formula(self, text: str) -> str:
        """Return a formula with labels for the fields it names."""
        return said(text, self.book.named(self.around.form))

    def flow(self, key: str) -> str:
        return self._called(self.around.others.get("flow", ()), key)

    def role(self, key: str) -> str:
        return self._called(self.around.others.get("role", ()), key)

    def value(self, key: str, value: Any) -> str:
        if value is None:
            return self.texts.t("ui.record.blank")
        if isinstance(value, bool):
            return self.texts.t("ui.common.yes" if value else "ui.common.no")
        return self._called(self.around.options.get(f"{self.around.form}.{key}", ()), str(value))

    def condition(self, text: str) -> str:
        return condition_said(self.book, self.around.form, text)

    def text(self, value: Any) -> str:
        """Return a text in the reader's language, with the labels of what it puts in of the record."""
        labels = self.book.named(self.around.form)
        try:
            parts = split(self.texts.label(value))
        except Unclosed:
            return self.texts.label(value)
        return "".join(
            each if isinstance(each, str) else self.texts.t("design.put_in", name=said(each.formula, labels))
            for each in parts
        )

    def element(self, family: str, kind: str, options: BaseModel) -> str:
        """Return what a trigger, an action or a node says about itself."""
        renderer = self.book.desk.call.installation.renderer
        return renderer.sentence(f"{family}/{kind}.html", self.texts.locale, options, self)

    @staticmethod
    def _called(items: Any, key: str) -> str:
        return next((each.text for each in items if each.key == key), key)


def condition_said(book: Book, form: str, text: str) -> str:
    """Return a condition in words: rows as sentences, what they cannot say with the labels of its fields."""
    if text.strip().upper() == "TRUE":
        return book.desk.texts.t("design.always")
    found = book.model.forms.get(form)
    try:
        fields = Fields({} if found is None else dict(found.fields), in_sql=False)
        group = to_group(parse(text), fields.family_of)
    except ExpressionError:
        return text
    if found is None or isinstance(group.parts[0], Formula):
        return said(text, book.named(form))
    call = book.desk.call
    return sentence(Showing(call, found, names_for(call, asked_ids(fields, group))), fields, group)


def said(text: str, labels: Mapping[str, str]) -> str:
    """Return a formula with labels for the fields it names."""
    return "".join(each.label or each.text for each in read_pieces(text, labels))
