"""What is wrong with the match rules of a form, and with what it takes from others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engines.expression import ExpressionError, Ref, ValueType, parse
from engines.form.field import FieldType, Storage
from engines.form.logic.verifying_picks import alike, end_at
from schemas.duplicates import DuplicateRule, Enrichment
from schemas.elements import FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import Registry, unknown_issue
from schemas.loader import pointer

Kinds = Registry[FieldType[Any, Any]]
_WORDS = frozenset({"company", "similar", "phone"})


def verify_matching(
    form: Form, forms: Mapping[str, Form], kinds: Kinds, fills: Callable[[FieldOptions], bool], at: Pointer
) -> Iterator[Issue]:
    """Yield every problem; names that lead nowhere are the loader's to report."""
    for index, rule in enumerate(form.duplicates):
        yield from _rule(form, kinds, rule, (*at, "duplicates", index))
    for index, each in enumerate(form.enrich):
        if each.form in forms:
            yield from _enrichment(form, forms, kinds, fills, each, (*at, "enrich", index))


def _rule(form: Form, kinds: Kinds, rule: DuplicateRule, at: Pointer) -> Iterator[Issue]:
    if rule.by == "similar" and rule.policy == "refuse":
        yield Issue(pointer((*at, "policy")), "definition.likeness_refuses")
    found = [form.field(key) for key in rule.fields]
    for number, field in enumerate(found):
        if field is not None and not comparable(kinds, field):
            yield Issue(pointer((*at, "fields", number)), "definition.not_compared", {"name": field.key})
    known = [each for each in found if each is not None]
    if rule.by in _WORDS and known and not any(_is_text(kinds, each) for each in known):
        yield Issue(pointer((*at, "by")), "definition.no_text_to_compare", {"name": rule.by})


def comparable(kinds: Kinds, field: FieldOptions) -> bool:
    """Tell whether a field's value stands in the record itself and people fill it in."""
    kind = kinds[field.type]
    return kind.storage is Storage.column and not kind.write_once


def _is_text(kinds: Kinds, field: FieldOptions) -> bool:
    kind = kinds[field.type]
    return kind.value_type is ValueType.text and not kind.coded


def _enrichment(
    form: Form, forms: Mapping[str, Form], kinds: Kinds, fills: Callable[[FieldOptions], bool],
    each: Enrichment, at: Pointer,
) -> Iterator[Issue]:  # fmt: skip
    for name, said in (("match", each.match), ("fill", each.fill)):
        for key, text in said.items():
            own, here = form.field(key), (*at, name, key)
            if own is None:
                continue
            try:
                node = parse(text)
            except ExpressionError as error:
                yield Issue(pointer(here), error.code, error.params)
                continue
            end = end_at(forms, each.form, node.path) if isinstance(node, Ref) else None
            if end is None:
                known = [one.key for one in forms[each.form].fields]
                yield unknown_issue(pointer(here), "definition.unknown_field", text, known)
            elif name == "match":
                if "." in text or not (comparable(kinds, own) and comparable(kinds, end)):
                    yield Issue(pointer(here), "definition.not_compared", {"name": text})
            elif not fills(own) or not alike(own, end):
                yield Issue(pointer(here), "definition.does_not_fit", {"name": key, "other": text})
