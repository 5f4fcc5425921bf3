"""Trying a rule about duplicates of a draft: two lines as it compares them, and what it would find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.designer.desk import Desk
from builder.designer.formulas.book import Book
from engines.form import FormModel
from engines.form.matching import Matcher, matching
from engines.form.matching.alike import likeness, tokens
from engines.form.matching.matchers import Core
from engines.query import Cause, Query
from engines.store import reading
from engines.store.matching.finding import FOUND_AT_MOST, equal, similar
from engines.store.matching.refusing import seen_titles
from frontend.duplicates import Compared, MatchTrial, TriedField
from frontend.views import Item, Link
from schemas.duplicates import DuplicateRule

LINES = ("one", "other")
_LOOKED = 2_000  # records that are looked through where the rule has no keys yet
_PAGE = 500


def trial_of(desk: Desk, place: str) -> MatchTrial | None:
    """Return the trial of a rule about duplicates; None for any other element."""
    match place.split("/"):
        case ["forms", key, "duplicates", number] if number.isdecimal():
            form = _form(desk, key)
            rules = () if form is None else form.definition.duplicates
            if form is None or int(number) >= len(rules):
                return MatchTrial("", place, (), notes=(desk.texts.t("design.match.gaps"),))
            return Trial(desk, place, form, rules[int(number)]).shown()
    return None


def _form(desk: Desk, key: str) -> FormModel | None:
    """Return a form as the draft says it; None while forms of the draft have gaps."""
    if desk.reads is None or any(each.path.startswith("/forms/") for each in desk.issues):
        return None
    return Book(desk).model.forms.get(key)


@dataclass(eq=False)
class Trial:
    """What a designer typed, and what the rule makes of it."""

    desk: Desk
    place: str
    form: FormModel
    rule: DuplicateRule

    def shown(self) -> MatchTrial:
        """Return all that is shown."""
        t, url, fields = self.desk.texts.t, f"{self.desk.base}/element", tuple(self._fields())
        if not any(self.typed[line] for line in LINES):
            return MatchTrial(url, self.place, fields)
        good = self._verdict()
        said = "" if good is None else t("design.match.alike" if good else "design.match.apart")
        met = None if self.cores[0] is None else self._met(self.cores[0])
        found = () if met is None else tuple(self._links(met))
        notes = (*self._notes(), *self._counted(met))
        return MatchTrial(url, self.place, fields, said, bool(good), tuple(self._compared()), notes, found)

    def _matcher(self, form: FormModel) -> Matcher:
        return Matcher.of(form, [form.fields[key] for key in self.rule.fields], self.rule.by)

    @cached_property
    def matcher(self) -> Matcher:
        """Return what the rule compares."""
        return self._matcher(self.form)

    @cached_property
    def typed(self) -> Mapping[str, Mapping[str, str]]:
        """Return what stands in the lines, by field; nothing for a blank one."""
        query = self.desk.call.query
        lines = {
            line: {key: query.get(f"{line}.{key}", "").strip() for key in self.rule.fields} for line in LINES
        }
        return {line: {key: text for key, text in said.items() if text} for line, said in lines.items()}

    @cached_property
    def cores(self) -> tuple[Core | None, ...]:
        """Return what is compared of each line; None where something is blank, or no value of its field."""
        return tuple(self.matcher.core(self._values(line).get) for line in LINES)

    def _values(self, line: str) -> Mapping[str, Any]:
        values, _ = self.form.coercer.one(dict(self.typed[line]))
        return values

    def _fields(self) -> Iterator[TriedField]:
        label = self.desk.texts.label
        for each in self.matcher.fields:
            choices = tuple(Item(one.key, label(one.label)) for one in getattr(each.options, "options", ()))
            said = tuple(self.typed[line].get(each.key, "") for line in LINES)
            yield TriedField(each.key, label(each.options.label), said, choices)

    def _verdict(self) -> bool | None:
        one, other = self.cores
        return None if one is None or other is None else self._alike(self.matcher, one, other)

    def _alike(self, matcher: Matcher, one: Core, other: Core) -> bool:
        """Tell whether the rule calls two the same: where one leads to the other, and is like enough."""
        if matcher.fuzzy is None:
            return one == other
        met = not set(matcher.keys(one)).isdisjoint(matcher.keys(other))
        return met and matcher.likeness(one, other) >= self.rule.alike

    def _compared(self) -> Iterator[Compared]:
        t, (one, other) = self.desk.texts.t, self.cores
        for place, each in enumerate(self.matcher.fields):
            said = tuple("" if core is None else core[place] for core in (one, other))
            score = ""
            if one is not None and other is not None:
                near = likeness(*said) if place == self.matcher.fuzzy else 100.0 * (said[0] == said[1])
                score = t("duplicates.score", score=round(near))
            yield Compared(self.desk.texts.label(each.options.label), said, score)

    def _notes(self) -> Iterator[str]:
        """Yield why the rule says so: what is blank, how like they are, by what one leads to the other."""
        t, (one, other) = self.desk.texts.t, self.cores
        if one is None or (other is None and self.typed["other"]):
            yield t("design.match.blank")
        place = self.matcher.fuzzy
        if one is None or other is None or place is None:
            return
        score = round(self.matcher.likeness(one, other))
        yield t("design.match.score", score=score, alike=self.rule.alike)
        shared = [each for each in tokens(one[place]) if each in tokens(other[place])]
        parts = t("ui.common.separator").join(each.strip("~-_") for each in shared)
        yield t("design.match.by" if shared else "design.match.nothing_shared", parts=parts)

    @cached_property
    def published(self) -> FormModel | None:
        """Return the form whose records there are; None where it lacks a field of that kind."""
        found = self.desk.call.app.forms.get(self.form.path)
        if found is None:
            return None
        known = found.fields
        same = (each.key in known and known[each.key].kind is each.kind for each in self.matcher.fields)
        return found if all(same) else None

    def _met(self, core: Core) -> dict[int, str] | None:
        """Return the records that the rule would find, with titles: of those that the designer may read."""
        form, call = self.published, self.desk.call
        if form is None:
            return None
        rights = call.access.form(call.app, form)
        if rights.rows.empty or not all(rights.usable(key) for key in self.rule.fields):
            return None
        uow = call.installation.store.uow(call.conn, call.app, call.access, Cause(call.door, call.actor))
        ids = self._ids(form, core)
        titles = seen_titles(call.installation.store, uow, form, self.rule.fields, ids)
        return {each: titles[each] for each in ids if each in titles}

    def _ids(self, form: FormModel, core: Core) -> Sequence[int]:
        conn, matcher = self.desk.call.conn, self._matcher(form)
        if not self._kept(form, matcher):
            return [
                number for number, other in self._read(form, matcher) if self._alike(matcher, core, other)
            ]
        if matcher.fuzzy is None:
            return equal(conn, matcher, {0: core}).get(0, [])
        return similar(conn, matcher, self.rule.alike, 0, core)

    def _kept(self, form: FormModel, matcher: Matcher) -> bool:
        """Tell whether keys are kept by which the rule finds records: those of a rule that is published."""
        return any(each.uid == matcher.uid for each in matching(self.desk.call.app, form).matchers)

    def _read(self, form: FormModel, matcher: Matcher) -> Iterator[tuple[int, Core]]:
        call, keys = self.desk.call, tuple(sorted(matcher.keys_read))
        store, after = call.installation.store, None
        for _ in range(_LOOKED // _PAGE):
            query = Query(form.path, keys, limit=_PAGE, after=after)
            page = reading.read(store, call.conn, call.app, call.access, query)
            for record in page.records:
                core = matcher.core(record.get)
                if core is not None:
                    yield int(str(record["_id"])), core
            if page.next is None:
                return
            after = page.next

    def _counted(self, met: Mapping[int, str] | None) -> Iterator[str]:
        t, form = self.desk.texts.t, self.published
        if self.cores[0] is None:
            return
        if form is None:
            yield t("design.match.unpublished")
        elif met is None:
            yield t("design.match.unseen")
        elif self._kept(form, self._matcher(form)):
            more = len(met) >= FOUND_AT_MOST
            yield t("design.match.found_many" if more else "design.match.found", count=len(met))
        else:
            yield t("design.match.found_of", count=len(met), looked=f"{_LOOKED:,}")

    def _links(self, met: Mapping[int, str]) -> Iterator[Link]:
        for number, title in [*met.items()][:FOUND_AT_MOST]:
            yield Link(title or f"#{number}", f"/a/{self.desk.call.app.key}/{self.form.key}/{number}")
