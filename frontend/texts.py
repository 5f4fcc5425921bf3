"""Texts of the interface: dotted codes to sentences, in every language we ship."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from schemas.elements import Translated

LOCALES = ("zh-CN", "en")
DEFAULT_LOCALE = LOCALES[0]
FOLDER = Path(__file__).parent / "i18n"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PLURAL_FORMS = frozenset({"one", "other"})

Label: TypeAlias = "str | Translated | Mapping[str, str]"


@dataclass(frozen=True, slots=True)
class Message:
    """One text; ``one`` differs from ``other`` only where a language has a singular."""

    other: str
    one: str

    @property
    def placeholders(self) -> frozenset[str]:
        """Names in braces, over all plural forms."""
        return frozenset(_PLACEHOLDER.findall(self.other)) | frozenset(_PLACEHOLDER.findall(self.one))


def _messages(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Message]]:
    for key, value in table.items():
        code = f"{prefix}{key}"
        if isinstance(value, str):
            yield code, Message(value, value)
        elif isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
            forms: dict[str, str] = value
            if _PLURAL_FORMS.issuperset(forms) and "other" in forms:
                yield code, Message(forms["other"], forms.get("one", forms["other"]))
            else:
                yield from _messages(forms, f"{code}.")
        elif isinstance(value, dict):
            yield from _messages(value, f"{code}.")
        else:
            raise TypeError(f"{code} is neither a text nor a table")


def read_folder(folder: Path) -> dict[str, Message]:
    """Read every ``*.toml`` of one language; a code written twice is a mistake of ours."""
    found: dict[str, Message] = {}
    for path in sorted(folder.glob("*.toml")):
        for code, message in read_file(path).items():
            if code in found:
                raise ValueError(f"{code} is written twice ({path.name})")
            found[code] = message
    return found


def read_file(path: Path) -> dict[str, Message]:
    """Read one file of texts."""
    return dict(_messages(tomllib.loads(path.read_text("utf-8"))))


@cache
def catalogue(locale: str) -> Mapping[str, Message]:
    """All messages of one shipped language; the files are read once."""
    return read_folder(FOLDER / locale)


def best_locale(wanted: str | None) -> str:
    """Pick a shipped locale for an ``Accept-Language`` header, a cookie or a profile value."""
    for part in (wanted or "").split(","):
        language = part.split(";")[0].strip().lower()
        for locale in LOCALES:
            if language and locale.lower().split("-")[0] == language.split("-")[0]:
                return locale
    return DEFAULT_LOCALE


def _shown(value: object) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    text = str(value)
    # What is written from right to left keeps to itself, or the sentence around it would be turned round.
    return f"\u2068{text}\u2069" if not text.isascii() and _FROM_THE_RIGHT.search(text) else text


class Texts:
    """The texts of one locale, with the other language behind them."""

    def __init__(
        self, locale: str = DEFAULT_LOCALE, more: Mapping[str, Mapping[str, Message]] | None = None
    ) -> None:
        """Read the catalogues of every language, so that nothing is read later.

        ``more``: by language, what is said beside them; it never replaces a text of ours.
        """
        if locale not in LOCALES:
            raise ValueError(f"no such locale: {locale}; there are {', '.join(LOCALES)}")
        self.locale = locale
        order = (locale, *(name for name in LOCALES if name != locale))
        self._catalogues = tuple(
            found for name in order for found in (catalogue(name), (more or {}).get(name)) if found
        )

    def has(self, code: str) -> bool:
        """Whether any language knows the code."""
        return any(code in messages for messages in self._catalogues)

    def t(self, code: str, **params: object) -> str:
        """Say it: this language, else the other one, else the code itself.

        ``{name}`` is replaced by the parameter of that name, whole numbers and decimals with
        thousands separators; ``count`` chooses between singular and plural, and ``{found_type}`` names the
        kind of value that the parameter ``found`` holds.
        """
        for messages in self._catalogues:
            if message := messages.get(code):
                break
        else:
            return code
        text = message.one if params.get("count") in (1, "1") else message.other
        if not params:
            return text
        return _PLACEHOLDER.sub(lambda found: self._filled(found[1], params), text)

    def _filled(self, name: str, params: Mapping[str, object]) -> str:
        kind = name.removesuffix("_type")
        if name not in params and kind in params:
            return self.t(f"type.{params[kind]}")
        return _shown(params[name]) if name in params else f"{{{name}}}"

    def label(self, text: Label | None) -> str:
        """Choose from a label of a definition: a text for everyone, or one per language."""
        if text is None or isinstance(text, str):
            return text or ""
        from schemas.elements import Translated, label_of  # the command line's help needs no grammar

        if isinstance(text, Translated):
            return label_of(text, self.locale)
        for name in (self.locale, *LOCALES):
            if chosen := text.get(name):
                return chosen
        return next(iter(text.values()), "")
