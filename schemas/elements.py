"""The grammar of an app definition: what stands in the file."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticCustomError

from schemas.kinds import Options

FORMAT: Literal[1] = 1
LOCALES = ("zh-CN", "en")
RESERVED = frozenset(
    "id true false null and or not in old changed user users today now this record fields system all none "
    "new bulk distinct lookup aggregate export import history trash restore files openapi".split()
)
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


def _time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):  # absent, not a path below the data, a folder
        problem = PydanticCustomError("definition.unknown_time_zone", "no time zone", {"name": value[:60]})
    raise problem


AppKey = Annotated[
    str, _key(16, RESERVED | {"jobs", "tasks", "todos", "notices"})
]  # /api/jobs/{id} is of no app
FormKey = Annotated[str, _key(30, RESERVED | {"dashboards"})]  # /a/{app}/dashboards/{key} is of no form
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
    ``dashboard``, ``node`` (of the same flow), or ``option@field`` (of the field that ``field`` names). Of a
    dict it is the keys that name.
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


class FieldOptions(Element):
    """What every field may say; a field type adds its own."""

    key: FieldKey
    type: str
    required: bool = False
    unique: bool = False
    searchable: bool = False
    default: Annotated[JsonValue, Yields("own", reads="nothing", wrapped=True)] = None
    help: LongText | None = None
    placeholder: Text | None = None
    hidden: bool = False
    read_only: bool = False
    masked: bool = False
    visible_if: Condition | None = None
    required_if: Condition | None = None
    read_only_if: Condition | None = None
    width: Annotated[int, Field(ge=1, le=12)] = 12


Color = Literal[
    "blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan",
    "gray",
]  # fmt: skip


class Choice(Element):
    """One option of a select. ``under``: the options of the other field beside which alone it is offered."""

    color: Color | None = None
    under: tuple[Key, ...] = ()


class Check(Options):
    """A condition that must not be false, with the sentence a person reads when it is."""

    that: Condition
    message: Text
    field: Annotated[FieldKey, Ref("field")] | None = None


class Section(Options):
    """A titled block of the record page and the form."""

    key: Key
    label: Text | None = None
    fields: tuple[Annotated[FieldKey, Ref("field")], ...] = ()
    visible_if: Condition | None = None
    collapsed: bool = False


class Layout(Options):
    """How a form is laid out; fields not named follow in their own order."""

    sections: tuple[Section, ...] = ()


class SortKey(Options):
    """One sort criterion."""

    field: Annotated[str, Ref("field")]
    descending: bool = False


class Mark(Options):
    """A colour for the records that satisfy a condition, with the word that says the same."""

    condition: Condition = Field(alias="if")
    color: Color
    label: Text
    field: Annotated[FieldKey, Ref("field")] | None = None


class View(Element):
    """A saved way to browse a form."""

    type: Literal["table"] = "table"
    columns: tuple[Annotated[str, Ref("field")], ...] = ()
    filter: Annotated[Formula, Yields("condition", in_sql=True)] | None = None
    sort: tuple[SortKey, ...] = ()
    colors: tuple[Mark, ...] = ()


class Form(Element):
    """Fields, checks and layout; owns its table."""

    key: FormKey
    icon: str | None = Field(None, max_length=40, pattern=r"^[a-z0-9-]+$")
    description: LongText | None = None
    title: Annotated[FieldKey, Ref("field")] | None = None
    owner: Annotated[FieldKey, Ref("field")] | None = None
    joined: tuple[Annotated[FieldKey, Ref("field")], ...] = ()
    fields: tuple[FieldOptions, ...] = ()
    checks: tuple[Check, ...] = ()
    layout: Layout = Layout()
    views: tuple[View, ...] = ()

    def field(self, key: str) -> FieldOptions | None:
        """Return the field of that key."""
        return next((each for each in self.fields if each.key == key), None)


class Action(StrEnum):
    """What a grant lets a person do with the records it covers."""

    view = "view"
    create = "create"
    edit = "edit"
    delete = "delete"
    import_ = "import"
    export = "export"


class Right(StrEnum):
    """What a grant says of one field."""

    hidden = "hidden"
    read = "read"
    edit = "edit"
    masked = "masked"


Scope = Literal["own", "joined", "department", "department_below", "all"]


class Grant(Options):
    """Actions on the records of one form within a scope. Several grants of a person are a union."""

    form: Annotated[FormKey, Ref("form")]
    actions: tuple[Action, ...] = (Action.view,)
    scope: Scope | None = "all"
    where: Annotated[Formula, Yields("condition", in_sql=True)] | None = None
    fields: dict[Annotated[FieldKey, Ref("field@form")], Right] = {}
    others: Right = Right.edit


class Role(Element):
    """A set of grants that people hold within one app."""

    admin: bool = False
    design: bool = False
    grants: tuple[Grant, ...] = ()


class MenuItem(Options):
    """One entry of the app's menu: a form, a dashboard, or a titled group of them."""

    form: Annotated[FormKey, Ref("form")] | None = None
    dashboard: Annotated[Key, Ref("dashboard")] | None = None
    label: Text | None = None
    items: tuple[MenuItem, ...] = ()


class Module(Element):
    """A part of an app that is switched on or off as a whole: for people, its forms are there or are not."""

    forms: Annotated[tuple[Annotated[FormKey, Ref("form")], ...], Field(min_length=1)]
    enabled: bool = True


class HelpPage(Element):
    """A page of help inside the app, for some roles or for everybody."""

    text: Pages
    roles: tuple[Annotated[Key, Ref("role")], ...] = ()


class Envelope(Element):
    """A flow, rule, dashboard, document or test: its own engine reads what else it says."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]


class App(Options):
    """One app definition: everything a business user designed."""

    weft: Literal[1] = FORMAT
    key: AppKey
    label: Text
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$")] = "1.0.0"
    description: LongText | None = None
    icon: str | None = Field(None, max_length=40, pattern=r"^[a-z0-9-]+$")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Shanghai"
    uses: tuple[AppKey, ...] = ()
    forms: tuple[Form, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    roles: tuple[Role, ...] = ()
    flows: tuple[Envelope, ...] = ()
    rules: tuple[Envelope, ...] = ()
    dashboards: tuple[Envelope, ...] = ()
    publics: tuple[Envelope, ...] = ()
    documents: tuple[Envelope, ...] = ()
    tests: tuple[Envelope, ...] = ()
    modules: tuple[Module, ...] = ()
    help: tuple[HelpPage, ...] = ()

    @property
    def off(self) -> frozenset[str]:
        """Return the forms of modules that are switched off, unless another module has them."""
        on = {key for each in self.modules if each.enabled for key in each.forms}
        return frozenset(key for each in self.modules for key in each.forms) - on

    def form(self, key: str) -> Form | None:
        """Return the form of that key."""
        return next((each for each in self.forms if each.key == key), None)


def label_of(text: str | Translated | None, locale: str, fallback: str = "") -> str:
    """Return a definition's text in ``locale``."""
    if isinstance(text, Translated):
        return text[locale]
    return text or fallback
