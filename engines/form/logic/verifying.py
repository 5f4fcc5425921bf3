"""What is wrong with the logic of a form: conditions, circles of visibility, options under others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.expression import ExpressionError, FieldScope, check_condition, parse, references, resolve
from engines.form.logic.conditions import Around
from schemas.elements import Choice, FieldOptions, Form, Layout, Section
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import unknown_issue
from schemas.loader import pointer

_CONDITIONS = ("visible_if", "required_if", "read_only_if")
Report = Callable[[ExpressionError, Pointer, Sequence[str]], Issue]
Scopes = Callable[[str], FieldScope]


@dataclass(frozen=True, slots=True)
class Place:
    """Fields of a form or of the rows of a subform, and what conditions beside them may name.

    ``known``: keys to suggest. ``scopes``: path of a form -> its fields. ``report``: makes an issue of an
    expression's error.
    """

    path: str
    fields: Sequence[FieldOptions]
    scope: FieldScope
    known: Sequence[str]
    scopes: Scopes
    report: Report
    layout: Layout | None = None
    around: Sequence[FieldOptions] = ()

    @property
    def sections(self) -> Sequence[Section]:
        """Return the sections that the fields stand in."""
        return () if self.layout is None else self.layout.sections

    @classmethod
    def of(cls, form: Form, scopes: Scopes, report: Report) -> Place:
        """Return the fields of a form."""
        known = [each.key for each in form.fields]
        return cls(form.key, form.fields, scopes(form.key), known, scopes, report, form.layout)

    def inside(self, subform: FieldOptions) -> Place:
        """Return the fields of a subform; their conditions may also name those of the record."""
        path, fields = f"{self.path}.{subform.key}", getattr(subform, "fields", ())
        known = [*(each.key for each in fields), *self.known]
        scope = Around(self.scopes(path), self.scope)
        return Place(path, fields, scope, known, self.scopes, self.report, around=self.fields)

    def condition(self, text: str | None, at: Pointer) -> Iterator[Issue]:
        """Yield what is wrong with one condition."""
        if text is None:
            return
        try:
            check_condition(parse(text), self.scope)
        except ExpressionError as error:
            yield self.report(error, at, self.known)


def verify_logic(place: Place, at: Pointer) -> Iterator[Issue]:
    """Yield what is wrong with what fields and sections say about each other."""
    for index, part in enumerate(place.sections):
        yield from place.condition(part.visible_if, (*at, "layout", "sections", index, "visible_if"))
    for index, options in enumerate(place.fields):
        here = (*at, "fields", index)
        for name in _CONDITIONS:
            yield from place.condition(getattr(options, name), (*here, name))
        yield from _follows((*place.fields, *place.around), options, here)
        if hasattr(options, "fields"):
            yield from verify_logic(place.inside(options), here)
    yield from _circles(place, at)


def _follows(siblings: Sequence[FieldOptions], options: FieldOptions, at: Pointer) -> Iterator[Issue]:
    """Check a select that follows another: there is one, it has options, and these are among them."""
    choices = [each for each in getattr(options, "options", ()) if isinstance(each, Choice)]
    follows = getattr(options, "follows", None)
    parent: Any = next((each for each in siblings if each.key == follows), None)
    if follows is None:
        said = (index for index, each in enumerate(choices) if each.under)
        for index in said:
            where = pointer((*at, "options", index, "under"))
            yield Issue(where, "definition.follows_nothing", {"name": options.key})
    elif parent is None:
        return  # the loader says so
    elif not hasattr(parent, "options"):
        yield Issue(pointer((*at, "follows")), "definition.not_a_choice", {"name": follows})
    elif options.key in _followed(siblings, options):
        yield Issue(pointer((*at, "follows")), "definition.follows_itself", {"name": options.key})
    else:
        known = [each.key for each in parent.options]
        for index, each in enumerate(choices):
            for number, key in enumerate(each.under):
                if key not in known:
                    where = pointer((*at, "options", index, "under", number))
                    yield unknown_issue(where, "definition.unknown_option", key, known)


def _followed(siblings: Sequence[FieldOptions], options: FieldOptions) -> set[str]:
    follows = {each.key: {str(getattr(each, "follows", None))} for each in reversed(siblings)}
    return _reached(follows, follows[options.key])


def _circles(place: Place, at: Pointer) -> Iterator[Issue]:
    """Refuse fields that are there only if they are there."""
    sections = {key: part.visible_if for part in place.sections for key in part.fields}
    reads = {
        each.key: {*_reads(each.visible_if, place.scope), *_reads(sections.get(each.key), place.scope)}
        for each in place.fields
    }
    for index, each in enumerate(place.fields):
        if each.key in _reached(reads, reads[each.key]):
            here = (*at, "fields", index)
            where = (*here, "visible_if") if each.visible_if is not None else here
            yield Issue(pointer(where), "definition.hides_itself", {"name": each.key})


def _reads(text: str | None, scope: FieldScope) -> set[str]:
    try:
        return set() if text is None else {path[0] for path in references(resolve(parse(text), scope))}
    except ExpressionError:
        return set()


def _reached(steps: Mapping[str, set[str]], start: set[str]) -> set[str]:
    found, waiting = set[str](), [*start]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += steps.get(key, ())
    return found
