"""Match rules compiled for one version of an app; what they compare is their identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.expression import ValueType
from engines.form.logic.filling import Path, end_of
from engines.form.matching.alike import likeness, tokens
from engines.form.matching.normal import Normal, normal_of, short
from engines.form.model import AppModel, FieldModel, FormModel
from schemas.duplicates import By, DuplicateRule

Core = tuple[str, ...]  # the normal forms of the compared fields, in their order
_MADE = "1"  # changes whenever normal forms or tokens do: then every key is made anew
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """What one or several rules compare. ``uid``: the same for the same comparison, through every version.

    ``fuzzy``: the place of the text by whose tokens similar records are found; None where keys are equal.
    """

    uid: int
    form: FormModel
    fields: tuple[FieldModel, ...]
    by: By
    normals: tuple[Normal, ...]
    fuzzy: int | None

    @classmethod
    def of(cls, form: FormModel, fields: Sequence[FieldModel], by: By) -> Matcher:
        """Compile a comparison."""
        told = repr((_MADE, form.uid, by, [(each.uid, each.kind.name) for each in fields]))
        uid = int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "big") >> 1
        normals = tuple(normal_of(each.kind, each.options, by) for each in fields)
        texts = (place for place, each in enumerate(fields) if _is_name(each))
        fuzzy = next(texts, None) if by == "similar" else None
        return cls(uid, form, tuple(fields), by, normals, fuzzy)

    @property
    def keys_read(self) -> frozenset[str]:
        """Return the keys of the fields that are compared."""
        return frozenset(each.key for each in self.fields)

    def core(self, value: Callable[[str], Any]) -> Core | None:
        """Return what is compared of a record; None where something of it is blank: that equals nothing."""
        found = []
        for field, normal in zip(self.fields, self.normals, strict=True):
            stands = value(field.key)
            made = "" if stands is None else normal(stands)
            if not made:
                return None
            found.append(made)
        return tuple(found)

    def keys(self, core: Core) -> tuple[str, ...]:
        """Return the keys that a record is found by: one, or of similar ones a few."""
        if self.fuzzy is None:
            return (short(_BETWEEN.join(core)),)
        same = [each for place, each in enumerate(core) if not _is_name(self.fields[place])]
        return tuple(short(_BETWEEN.join((*same, each))) for each in tokens(core[self.fuzzy]))

    def likeness(self, one: Core, other: Core) -> float:
        """Return how much two records resemble each other, in per cent: as their least alike field."""
        if self.fuzzy is None:
            return 100.0 if one == other else 0.0
        pairs = zip(self.fields, one, other, strict=True)
        return min(
            likeness(mine, theirs) if _is_name(field) else 100.0 * (mine == theirs)
            for field, mine, theirs in pairs
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ruled:
    """A rule of a form with what it compares."""

    rule: DuplicateRule
    matcher: Matcher


@dataclass(frozen=True, slots=True, eq=False)
class Lending:
    """What a form takes from records of another one that agree with its own.

    ``asking``: reads own values as ``matcher`` reads those over there. ``paths``: own field -> what fills it.
    """

    matcher: Matcher
    asking: Mapping[str, str]
    paths: Mapping[str, Path]

    def core(self, value: Callable[[str], Any]) -> Core | None:
        """Return what is compared of a record here."""
        return self.matcher.core(lambda key: value(self.asking[key]))

    def value(self, app: AppModel, form: FormModel, key: str, found: Any) -> Any:
        """Return what was found over there as a value of the field here; ``...`` where it does not fit."""
        if found is None or found == ():
            return ...
        source = end_of(app, self.matcher.form, self.paths[key])
        values, issues = form.coercer.one({key: source.to_json(found)})
        return ... if issues else values[key]


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """All that is compared in one form. ``matchers``: one for each different comparison."""

    rules: tuple[Ruled, ...] = ()
    lendings: tuple[Lending, ...] = ()
    matchers: tuple[Matcher, ...] = ()


_NOTHING = Matching()


def matching(app: AppModel, form: FormModel) -> Matching:
    """Return what is compared in a form; nothing for most."""
    return app.kept("matching", _compiled).get(form.path, _NOTHING)


def _compiled(app: AppModel) -> Mapping[str, Matching]:
    rules: dict[str, list[Ruled]] = {}
    lendings: dict[str, list[Lending]] = {}
    kept: dict[str, dict[int, Matcher]] = {}

    def matcher(form: FormModel, keys: Sequence[str], by: By) -> Matcher:
        made = Matcher.of(form, [form.fields[key] for key in keys], by)
        return kept.setdefault(form.path, {}).setdefault(made.uid, made)

    for form in app.forms.values():
        if form.parent is None:
            for rule in form.definition.duplicates:
                rules.setdefault(form.path, []).append(Ruled(rule, matcher(form, rule.fields, rule.by)))
            lendings[form.path] = list(_lendings(app, form, matcher))
    found: dict[str, Matching] = {}
    for path in {*rules, *kept, *(path for path, some in lendings.items() if some)}:
        matchers = tuple(kept.get(path, {}).values())
        found[path] = Matching(tuple(rules.get(path, ())), tuple(lendings.get(path, ())), matchers)
    return found


def _lendings(
    app: AppModel, form: FormModel, matcher: Callable[[FormModel, Sequence[str], By], Matcher]
) -> Iterator[Lending]:
    for each in form.definition.enrich:
        asking = {theirs: own for own, theirs in each.match.items()}
        paths = {own: tuple(text.split(".")) for own, text in each.fill.items()}
        # In one order, so that two that compare the same share their keys.
        yield Lending(matcher(app.form(each.form), sorted(asking), each.by), asking, paths)


def _is_name(field: FieldModel) -> bool:
    """Tell whether a field holds words, in which mistakes are made."""
    words = field.kind.value_type is ValueType.text and not field.kind.coded
    return words and field.kind.name not in {"phone", "email", "url"}
