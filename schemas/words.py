"""What elements of a definition are made of: keys, texts, formulas, names of other elements."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticCustomError

from schemas.kinds import Options

FORMAT: Literal[1] = 1
LOCALES = ("zh-CN", "en")
TABLE = "table"  # the kind of a view that names none
RESERVED = frozenset(
    "id true false null and or not in old changed user users today now this record fields system all none "
    "new bulk distinct lookup aggregate export import history trash restore files openapi".split()
)
# What stands in addresses where apps and forms do: /api/jobs/{id} is of no app.
APP_RESERVED = RESERVED | frozenset(
    "jobs tasks todos notices people search builder packages files gallery shelf file sheet".split()
)
FORM_RESERVED = RESERVED | {"dashboards"}
SYSTEM_KEYS = frozenset("_id _version _created_at _created_by _updated_at _updated_by _trashed_at".split())
_KEY = re.compile(r"[a-z](?:[a-z0-9_]*[a-z0-9])?")
_MARKUP = re.compile(r"<[a-zA-Z!/?]")


def _key(limit: int, reserved: frozenset[str] = RESERVED) -> Any:
    """Build the validator of a semantic key of at most ``limit`` characters."""

    def check(value: str) -> str:
        if not _KEY.fullmatch(value) or "__" in value:
            raise PydanticCustomError("definition.bad_key", "not a key: {key}", {"key": value[:60]})
        if len(value) > limit:
            raise PydanticCustomError("definition.key_too_long", "{key}", {"key": value[:60], "limit": limit})
        if value in reserved:
            raise PydanticCustomError("definition.reserved_key", "reserved: {key}", {"key": value})
        return value

    return AfterValidator(check)


def _no_markup(value: str) -> str:
    if _MARKUP.search(value):
        raise PydanticCustomError("definition.markup", "markup in a text", {})
    return value


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):  # absent, not a path below the data, a folder
        problem = PydanticCustomError("definition.unknown_time_zone", "no time zone", {"name": value[:60]})
    raise problem


TimeZone = Annotated[str, AfterValidator(_zone)]
AppKey = Annotated[str, _key(16, APP_RESERVED)]
FormKey = Annotated[str, _key(30, FORM_RESERVED)]
FieldKey = Annotated[str, _key(40)]
# Options, views and roles stand neither in addresses nor in formulas: "new" and "all" are good keys there.
Key = Annotated[str, _key(40, frozenset())]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_no_markup)]
Paragraph = Annotated[str, Field(max_length=4000), AfterValidator(_no_markup)]


class Yields:
    """Marks an option that holds a formula, so that checking, renaming and where-used know every kind.

    ``what``: ``condition``, ``own`` (a value of the field that says it) or ``any``.
    ``reads``: fields of the ``form`` around it, or that its element names; of ``@x``, the form that the
    option x names; of ``>x``, the form that the relation x leads to; or ``nothing``. ``in_sql``: the database
    must decide it. ``wrapped``: it stands in ``{"formula": …}``. ``keyed``: one under each key of a dict.
    """

    def __init__(
        self,
        what: str = "any",
        *,
        reads: str = "form",
        in_sql: bool = False,
        wrapped: bool = False,
        keyed: bool = False,
    ) -> None:
        self.what, self.reads, self.in_sql, self.wrapped = what, reads, in_sql, wrapped
        self.keyed = keyed


Formula = Annotated[str, Field(min_length=1, max_length=10_000), Yields()]
Condition = Annotated[Formula, Yields("condition")]


class Tagged:
    """Marks a text whose ``{{ … }}`` are formulas about the record around it."""


class Translated(Options):
    """A text in both languages."""

    zh: Line | None = Field(None, alias="zh-CN")
    en: Line | None = None
    model_config = ConfigDict(populate_by_name=True)  # in Python; a file says "zh-CN"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.zh is None and self.en is None:
            raise PydanticCustomError("definition.missing", "no text", {"name": "label"})
        return self

    def __getitem__(self, locale: str) -> str:
        """Return the text for ``locale``, or the other language's when it is missing."""
        return (self.zh or self.en or "") if locale == "zh-CN" else (self.en or self.zh or "")


class Prose(Translated):
    """A longer text in both languages: paragraphs."""

    zh: Paragraph | None = Field(None, alias="zh-CN")
    en: Paragraph | None = None


def _text_tag(value: object) -> str:
    return "line" if isinstance(value, str) else "translated"


# Tagged, so that a wrong label is one problem and not one for each form it might have had.
Text = Annotated[
    Annotated[Line, Tag("line")] | Annotated[Translated, Tag("translated")], Discriminator(_text_tag)
]
LongText = Annotated[
    Annotated[Paragraph, Tag("line")] | Annotated[Translated, Tag("translated")], Discriminator(_text_tag)
]

Pages = Annotated[
    Annotated[Paragraph, Tag("line")] | Annotated[Prose, Tag("translated")], Discriminator(_text_tag)
]
Message = Annotated[Text, Tagged()]
LongMessage = Annotated[LongText, Tagged()]


class Ref:
    """Marks an option that names another element, so that linking and where-used know every kind.

    ``what``: ``form``, ``field`` (of the same form), ``field@option`` (of the form that ``option`` names),
    ``field>option`` (of the form that the relation in ``option`` leads to), ``role``, ``flow``,
    ``dashboard``, ``node`` (of the same flow), ``tab`` (of the same form), or ``option@field`` (of the field
    that ``field`` names). Of a dict it is the keys that name.
    """

    def __init__(self, what: str) -> None:
        self.what = what


class Element(Options):
    """Something with an identity: a key, a label and the keys it once had."""

    key: Key
    was: tuple[Key, ...] = ()
    label: Text


_Given = Annotated[JsonValue, Yields(wrapped=True, keyed=True)]
# What to put into fields: values as JSON, or ``{"formula": …}`` about the record around.
Values = dict[Annotated[FieldKey, Ref("field")], _Given]
ValuesOf = dict[Annotated[FieldKey, Ref("field@form")], _Given]  # fields of the form that ``form`` names

Color = Literal[
    "blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan",
    "gray",
]  # fmt: skip
