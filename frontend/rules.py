"""What the pages about rules show: why they fired for a record, or did not."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Event, Link


@dataclass(frozen=True, slots=True)
class PartView:
    """One comparison: in words, what it met, and ``verdict`` in words; ``holds`` None: cannot be told."""

    text: str
    values: tuple[tuple[str, str], ...] = ()
    verdict: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class DidView:
    """An action: what it does in words, what came of it, and what it made."""

    text: str
    icon: str
    facts: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """One consideration of a rule. ``reasons``: why it did not fire; ``problems``: what failed.

    ``record`` leads to the record where the page is not about one.
    """

    rule: str
    state: str
    color: str
    icon: str
    event: Event
    ask_url: str = ""
    record: Link | None = None
    path: str = ""
    reasons: tuple[str, ...] = ()
    parts: tuple[PartView, ...] = ()
    actions: tuple[DidView, ...] = ()
    problems: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in a list. ``due``: when it would fire; ``last``: when it did."""

    name: str
    sentence: str
    icon: str
    url: str
    ask: str = ""
    off: bool = False
    active: bool = False
    due: Moment | None = None
    last: Moment | None = None


@dataclass(frozen=True, slots=True)
class TrialView:
    """The answer to why, or why not, in a few words: ``verdict``."""

    title: str
    sentence: str
    verdict: str
    would: bool
    reasons: tuple[str, ...]
    parts: tuple[PartView, ...]
    actions: tuple[DidView, ...]
    event: Event | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class WhyPage:
    """``runtime/why.html``: the rules about a record, the answer to a question, and what happened."""

    title: str
    rules: tuple[RuleRow, ...]
    runs: tuple[RunView, ...]
    history: str
    trial: TrialView | None = None
    all_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class RulesPage:
    """``builder/rules.html``: every rule of an app, by form."""

    title: str
    groups: tuple[tuple[str, tuple[RuleRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """``builder/rule.html``: one rule and its runs."""

    title: str
    row: RuleRow
    tabs: tuple[Link, ...]
    runs: tuple[RunView, ...]
    next_url: str = ""
