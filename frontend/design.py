"""View models of the designer: what each template under ``templates/builder`` reads."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.conditions import ConditionBuilder, FormulaEditor
from frontend.duplicates import MatchTrial
from frontend.remarks import RemarkBox
from frontend.views import Action, Item, Link


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stands in the way of publishing; ``url`` leads to where it is put right."""

    text: str
    where: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DraftBar:
    """State and acts of a draft: ``revision`` travels with every gesture."""

    revision: int
    changed: bool
    act_url: str
    undo: Action | None = None
    redo: Action | None = None
    publish_url: str = ""
    problems: int = 0
    remarks: int = 0
    remarks_url: str = ""
    here_url: str = ""
    page_url: str = ""
    saved: str = ""


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form in the overview of an application."""

    name: str
    url: str
    icon: str
    note: str
    open_url: str = ""
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """``builder/overview.html``."""

    title: str
    bar: DraftBar
    forms: tuple[FormCard, ...]
    problems: tuple[Problem, ...]
    add_url: str
    versions: tuple[tuple[str, str, str], ...] = ()
    discard: Action | None = None
    export_url: str = ""
    settings_url: str = ""
    counts: tuple[tuple[str, str, str], ...] = ()
    hints: tuple[Problem, ...] = ()
    diagram_url: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One change that publishing would make; ``loses`` names what must be agreed to."""

    text: str
    count: str = ""
    blocking: bool = False
    loses: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """Controls of one kind; an item's ``key`` is the field type."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class MapRow:
    """What a property says for one field: a value, a formula with its editor, or one of ``items``."""

    key: str
    label: str
    value: str
    formula: bool = False
    items: tuple[Item, ...] = ()
    edit_url: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class PanelInput:
    """One property. ``kind``: line, paragraph, number, switch, choice, lines, formula, picks, checks or map.

    ``edit_url``: the editor of a formula; ``reading``: it with labels. ``items``: what may be chosen, added.
    ``picked``: a list in its order. ``rows``: of a map. ``free``: anything may be added. ``wrapped``: rows
    may be formulas. ``tags``: fields whose values a text may show.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    help: str = ""
    items: tuple[Item, ...] = ()
    changed: bool = False
    edit_url: str = ""
    reading: str = ""
    picked: tuple[Item, ...] = ()
    rows: tuple[MapRow, ...] = ()
    free: bool = False
    wrapped: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PanelGroup:
    """Properties under one heading; ``open`` from the start."""

    title: str
    inputs: tuple[PanelInput, ...]
    open: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about the chosen element; ``place`` is where it stands in the draft.

    ``kinds``: what else it may be, ``kind`` among them. ``more_url``: where its own parts are.
    """

    place: str
    title: str
    note: str
    groups: tuple[PanelGroup, ...]
    kinds: tuple[Item, ...] = ()
    kind: str = ""
    more_url: str = ""
    removable: bool = False


@dataclass(frozen=True, slots=True)
class FormulaEntry:
    """A formula in the list of a form: what it decides, how it reads, what is wrong."""

    title: str
    what: str
    url: str
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FormulaGroup:
    """Formulas of one kind of element."""

    title: str
    entries: tuple[FormulaEntry, ...]


@dataclass(frozen=True, slots=True)
class FormulasPage:
    """``builder/formulas.html``; ``blanks`` are places where one may be written."""

    title: str
    bar: DraftBar
    form_url: str
    groups: tuple[FormulaGroup, ...]
    blanks: tuple[FormulaGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class FormulaPage:
    """``builder/formula.html``: one formula, as a condition or, without ``builder``, as ``editor`` alone."""

    title: str
    what: str
    help: str
    url: str
    cancel_url: str
    bar: DraftBar
    builder: ConditionBuilder | None = None
    editor: FormulaEditor | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class PartCard:
    """A part of an element. ``up`` and ``down``: before what a gesture would move it."""

    place: str
    url: str
    title: str
    note: str
    icon: str
    up: str = ""
    down: str = ""
    problem: str = ""
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class PartList:
    """Parts of one kind. ``kinds``: what may be added; of one kind only, nothing need be ``chosen``.

    ``named``: what is added may be given its name at once.
    """

    place: str
    title: str
    help: str
    cards: tuple[PartCard, ...]
    kinds: tuple[Item, ...]
    full: bool = False
    chosen: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class ElementPage:
    """``builder/element.html``: an element, its parts that stand alone, and its lists of parts.

    ``look_url``: how it will look, where that can be shown beside it.
    """

    title: str
    what: str
    place: str
    url: str
    bar: DraftBar
    panels: tuple[Panel, ...]
    lists: tuple[PartList, ...]
    problems: tuple[Problem, ...] = ()
    removable: bool = False
    remarks: RemarkBox | None = None
    used: tuple[Link, ...] | None = None
    look_url: str = ""
    trial: MatchTrial | None = None


@dataclass(frozen=True, slots=True)
class TrialStep:
    """A step of a scenario as it was played; ``misses`` say what was found instead."""

    place: str
    text: str
    good: bool
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario as it was played."""

    label: str
    url: str
    good: bool
    misses: tuple[str, ...]
    steps: tuple[TrialStep, ...]


@dataclass(frozen=True, slots=True)
class ProofView:
    """The scenarios before a publish. ``state``: none, missing, running, good or bad."""

    state: str
    text: str
    played: int = 0
    total: int = 0
    failed: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishPage:
    """``builder/publish.html``."""

    title: str
    url: str
    revision: int
    lines: tuple[PlanLine, ...]
    problems: tuple[Problem, ...]
    back_url: str
    ready: bool
    proof: ProofView


@dataclass(frozen=True, slots=True)
class TrialPage:
    """``builder/trials.html``: the scenarios, and a run of them. ``waiting_url``: asked until it ends.

    ``recording``: its reader's work in the app becomes a scenario when it is stopped.
    """

    title: str
    bar: DraftBar
    run_url: str
    count: int
    edit_url: str
    waiting_url: str = ""
    played: int = 0
    total: int = 0
    verdict: str = ""
    good: bool = False
    trials: tuple[Trial, ...] = ()
    record_url: str = ""
    recording: bool = False


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A difference between versions. ``state``: added, removed or changed; a whole element has no values."""

    what: str
    where: str
    old: str = ""
    new: str = ""
    state: str = "changed"


@dataclass(frozen=True, slots=True)
class VersionPage:
    """``builder/version.html``: what has changed since a version."""

    title: str
    bar: DraftBar
    restore_url: str
    lines: tuple[ChangeLine, ...]
    current: bool
