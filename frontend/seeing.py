"""View models of looking at an application through other eyes, and of why something is seen or not."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar
from frontend.records import Column, Row
from frontend.remarks import RemarkBox
from frontend.views import FieldView, Item, Link, Person


@dataclass(frozen=True, slots=True)
class Chooser:
    """Whose eyes, and with which rights. ``people``: only for whoever may see everything."""

    url: str
    chosen: str
    roles: tuple[Item, ...]
    people: tuple[Item, ...]
    draft: bool
    keep: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form as somebody meets it: what may be done with its records, and the ways in."""

    name: str
    icon: str
    actions: tuple[str, ...]
    list_url: str
    new_url: str
    why_url: str


@dataclass(frozen=True, slots=True)
class SeenApp:
    """``builder/seeing.html``. ``note``: what is not shown and why."""

    title: str
    bar: DraftBar
    chooser: Chooser
    note: str
    name: str = ""
    forms: tuple[SeenForm, ...] = ()
    dashboards: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class SeenList:
    """``builder/seeing_list.html``: records as somebody sees them."""

    title: str
    who: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str
    next_url: str = ""
    first_url: str = ""


@dataclass(frozen=True, slots=True)
class SeenField:
    """A field of a record: how it is seen, whether it may be changed, and the way to why."""

    view: FieldView
    sight: str
    edit: bool
    why_url: str


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """``builder/seeing_record.html``."""

    title: str
    who: str
    fields: tuple[SeenField, ...]
    note: str
    whole_why_url: str


@dataclass(frozen=True, slots=True)
class SeenNew:
    """``builder/seeing_new.html``: the form of a new record as somebody gets it."""

    title: str
    who: str
    fields: tuple[FieldView, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision. ``kind``: yes, no or note. ``link``: where it is put right."""

    text: str
    kind: str
    more: tuple[str, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class WhyField:
    """``builder/seeing_why.html``: a question, the answers, and how they came about."""

    title: str
    bar: DraftBar
    chooser: Chooser
    forms: tuple[Item, ...]
    fields: tuple[Item, ...]
    form: str
    field: str
    record: str
    may_ask_records: bool
    verdicts: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class RemarksPage:
    """``builder/remarks.html``. ``about``: the element of which ``more`` may be said here."""

    title: str
    bar: DraftBar
    tabs: tuple[Link, ...]
    box: RemarkBox
    about: Link
    more: RemarkBox
    used: tuple[Link, ...] | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who designs the app just now; ``text`` says where."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True)
class HerePart:
    """``builder/here.html``. ``moved``: what happened to the draft since the page was made."""

    others: tuple[Other, ...]
    moved: str
    page_url: str


@dataclass(frozen=True, slots=True)
class RightsLine:
    """What one grant allows: actions by name, and on what. ``place``: where it stands, to be changed."""

    actions: tuple[str, ...]
    note: str
    url: str = ""
    place: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class RightsCell:
    """Everything a role may do with the records of a form; without lines, nothing."""

    lines: tuple[RightsLine, ...]
    form: str = ""


@dataclass(frozen=True, slots=True)
class RightsRow:
    """A role, and a cell for each form. ``people``: how many have it, None before it is published."""

    name: str
    url: str
    note: str
    cells: tuple[RightsCell, ...]
    as_url: str = ""
    place: str = ""
    people_url: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class RightsPage:
    """``builder/rights.html``: roles down, forms across. ``as_url``, ``why_url``: what comes of them."""

    title: str
    bar: DraftBar
    forms: tuple[Link, ...]
    rows: tuple[RightsRow, ...]
    roles_url: str
    as_url: str = ""
    why_url: str = ""
    url: str = ""
    scopes: tuple[Item, ...] = ()
