"""Texts for people: kept with the values they hold, put together when somebody reads them.

A to-do or notice outlives the moment it was made in, is read in either language, and by people with different
rights. So a value stays a value beside the words, with the fields it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.elements import LOCALES, Translated, label_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A value within a text, as JSON holds it.

    ``field``: uid of the field whose value it is. ``reads``: uids of the fields that were read for it, and
    whoever may not read them all does not see it. ``type``: what it is where it is of no field.
    """

    value: Any
    type: str = "text"
    field: int | None = None
    reads: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Words per language; a number among them is the place of a value in ``values``."""

    texts: Mapping[str, tuple[str | int, ...]]
    values: tuple[Shown, ...] = ()

    @classmethod
    def plain(cls, text: str | Translated | Mapping[str, str]) -> Said:
        """Return words without values: one text for everyone, or one per language."""
        if isinstance(text, str | Translated):
            text = {locale: label_of(text, locale) for locale in LOCALES}
        return cls({locale: (words,) for locale, words in text.items()})

    def parts(self, locale: str) -> tuple[str | int, ...]:
        """Return the words in ``locale``, or in the language there is."""
        return self.texts.get(locale) or next(iter(self.texts.values()), ())

    def to_json(self) -> dict[str, Any]:
        """Return what is stored."""
        values = [
            {"value": each.value, "type": each.type, "field": each.field, "reads": list(each.reads)}
            for each in self.values
        ]
        texts = {locale: list(parts) for locale, parts in self.texts.items()}
        return {"texts": texts, "values": values} if values else {"texts": texts}


def said_of(stored: Mapping[str, Any] | None) -> Said | None:
    """Return a stored text."""
    if stored is None:
        return None
    texts = {locale: tuple(parts) for locale, parts in stored["texts"].items()}
    values = tuple(
        Shown(each["value"], each["type"], each["field"], tuple(each["reads"]))
        for each in stored.get("values", ())
    )
    return Said(texts, values)
