"""The grammar of an app definition: what stands in the file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from schemas.duplicates import DuplicateRule, Enrichment
from schemas.kinds import Options
from schemas.words import (
    FORMAT,
    LOCALES,
    RESERVED,
    SYSTEM_KEYS,
    TABLE,
    AppKey,
    Color,
    Condition,
    Element,
    FieldKey,
    FormKey,
    Formula,
    Key,
    Line,
    LongMessage,
    LongText,
    Message,
    Pages,
    Paragraph,
    Prose,
    Ref,
    Tagged,
    Text,
    TimeZone,
    Translated,
    Values,
    ValuesOf,
    Yields,
)

__all__ = [
    "FORMAT",
    "LOCALES",
    "RESERVED",
    "SYSTEM_KEYS",
    "TABLE",
    "Action",
    "App",
    "AppKey",
    "Badge",
    "Check",
    "Choice",
    "Color",
    "Condition",
    "Element",
    "Envelope",
    "FieldKey",
    "FieldOptions",
    "Form",
    "FormKey",
    "Formula",
    "Grant",
    "Happening",
    "HelpPage",
    "Key",
    "Layout",
    "Line",
    "LongMessage",
    "LongText",
    "Mark",
    "MenuItem",
    "Message",
    "Module",
    "Pages",
    "Paragraph",
    "Prose",
    "Ref",
    "Right",
    "Role",
    "Scope",
    "Section",
    "SortKey",
    "Tagged",
    "Text",
    "TimeZone",
    "Translated",
    "Values",
    "ValuesOf",
    "View",
    "Yields",
    "label_of",
]


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


class Choice(Element):
    """One option of a select. ``under``: the options of the other field beside which alone it is offered."""

    color: Color | None = None
    under: tuple[Key, ...] = ()


class Check(Options):
    """A condition that must not be false, with the sentence a person reads when it is."""

    that: Condition
    message: Text
    field: Annotated[FieldKey, Ref("field")] | None = None


class Tab(Options):
    """A tab of the record page and the form, in which the sections stand that name it."""

    key: Key
    label: Text


class Section(Options):
    """A titled block of the record page and the form."""

    key: Key
    label: Text | None = None
    fields: tuple[Annotated[FieldKey, Ref("field")], ...] = ()
    visible_if: Condition | None = None
    collapsed: bool = False
    tab: Annotated[Key, Ref("tab")] | None = None


class Layout(Options):
    """How a form is laid out; fields not named follow in their own order, sections of no tab stand above.

    ``steps``: a new record is filled in a tab at a time.
    """

    sections: tuple[Section, ...] = ()
    tabs: tuple[Tab, ...] = ()
    steps: bool = False


class Happening(Options):
    """Records of a related list that stand in the timeline of a record, each at a date of its own.

    ``quick``: what is asked for where one more is added on the spot.
    """

    of: Annotated[FieldKey, Ref("field")]
    at: Annotated[FieldKey, Ref("field>of")]
    show: tuple[Annotated[FieldKey, Ref("field>of")], ...] = ()
    quick: tuple[Annotated[FieldKey, Ref("field>of")], ...] = ()


class Badge(Options):
    """How many records of a related list there are, or satisfy a condition: said beside the title."""

    of: Annotated[FieldKey, Ref("field")]
    label: Text
    condition: Annotated[Formula, Yields("condition", reads=">of", in_sql=True)] | None = Field(
        None, alias="if"
    )
    color: Color = "red"


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
    """A saved way to browse a form; its kind says what else belongs to it."""

    type: str = TABLE
    columns: tuple[Annotated[str, Ref("field")], ...] = ()
    filter: Annotated[Formula, Yields("condition", in_sql=True)] | None = None
    sort: tuple[SortKey, ...] = ()
    colors: tuple[Mark, ...] = ()

    @property
    def apart(self) -> tuple[str, ...]:
        """Return the fields by whose values its kind reads records apart, each part in the view's order."""
        return ()

    @property
    def order(self) -> tuple[SortKey, ...]:
        """Return the order in which its kind reads records."""
        return self.sort


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
    duplicates: tuple[DuplicateRule, ...] = ()
    enrich: tuple[Enrichment, ...] = ()
    layout: Layout = Layout()
    badges: tuple[Badge, ...] = ()
    timeline: tuple[Happening, ...] = ()
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
    time_zone: TimeZone = "Asia/Shanghai"
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
