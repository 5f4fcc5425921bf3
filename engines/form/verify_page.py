"""What is wrong with what a record's page shows of other forms: badges, the timeline, related lists."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from engines.expression import ValueType
from engines.form.computed import Resolved
from engines.form.field import Storage
from schemas.elements import FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import unknown_issue
from schemas.problems import pointer

_DATES = frozenset({ValueType.date, ValueType.datetime})


class Checks(Protocol):
    """Checks the conditions of one form."""

    def condition(self, text: str | None, at: Pointer, *, in_sql: bool = False) -> Iterator[Issue]:
        """Yield what is wrong with a condition."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A form and those that its related lists show."""

    of: Form
    forms: Mapping[str, Form]
    found: Callable[[str, str], Resolved | None]
    sortable: Callable[[str, str], bool]
    fills: Callable[[FieldOptions], bool]
    about: Callable[[str], Checks]

    def verify(self, at: Pointer) -> Iterator[Issue]:
        """Yield everything that is wrong."""
        for index, each in enumerate(self.of.badges):
            here = (*at, "badges", index)
            form = yield from self._behind(each.of, here)
            if form is not None:
                yield from self.about(form.key).condition(each.condition, (*here, "if"), in_sql=True)
        for index, one in enumerate(self.of.timeline):
            here = (*at, "timeline", index)
            form = yield from self._behind(one.of, here)
            if form is not None:
                yield from self._date(form, one.at, (*here, "at"))
                yield from self._known(form, one.show, (*here, "show"))
                yield from self._known(form, one.quick, (*here, "quick"))
                yield from self._filled(form, one.quick, (*here, "quick"))
        for index, options in enumerate(self.of.fields):
            yield from self._list(options, (*at, "fields", index))

    def _behind(self, key: str, at: Pointer) -> Generator[Issue, None, Form | None]:
        """Return the form behind a related list; the loader says where there is no such field."""
        options = self.of.field(key)
        if options is None:
            return None
        if not hasattr(options, "via"):
            yield Issue(pointer((*at, "of")), "definition.not_a_related_list", {"name": key})
            return None
        return self.forms.get(str(getattr(options, "form", "")))

    def _date(self, form: Form, key: str, at: Pointer) -> Iterator[Issue]:
        yield from self._known(form, (key,), at, listed=False)
        found = self.found(form.key, key) if form.field(key) else None
        if found is not None and (found.kind.value_type not in _DATES or not self.sortable(form.key, key)):
            yield Issue(pointer(at), "definition.not_a_date", {"name": key})

    def _known(self, form: Form, keys: Iterable[str], at: Pointer, *, listed: bool = True) -> Iterator[Issue]:
        known = {each.key for each in form.fields}
        for number, key in enumerate(keys):
            if key not in known:
                yield unknown_issue(
                    pointer((*at, number) if listed else at), "definition.unknown_field", key, known
                )

    def _filled(self, form: Form, keys: Iterable[str], at: Pointer) -> Iterator[Issue]:
        for number, key in enumerate(keys):
            options = form.field(key)
            if options is not None and not self.fills(options):
                yield Issue(pointer((*at, number)), "definition.not_filled_in", {"name": key})

    def _list(self, options: FieldOptions, at: Pointer) -> Iterator[Issue]:
        """Check what a list goes by, and the lines it draws: relations between records of its own form."""
        by = getattr(options, "by", None)
        found = self.found(self.of.key, by) if by is not None and self.of.field(by) else None
        if found is not None and (found.kind.target != "form" or found.storage is not Storage.column):
            yield Issue(pointer((*at, "by")), "definition.not_a_relation", {"name": by})
        form = self.forms.get(str(getattr(options, "form", "")))
        for number, key in enumerate(getattr(options, "links", ()) if form is not None else ()):
            field = form.field(key) if form is not None else None
            if field is not None and form is not None and getattr(field, "form", None) != form.key:
                params = {"name": key, "form": form.key}
                yield Issue(pointer((*at, "links", number)), "definition.not_a_way_back", params)
