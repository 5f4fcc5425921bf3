"""Whom rules address: what is read of a record to find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engines.expression import parse
from engines.form import FormModel
from engines.rule.facts import paths_of
from schemas.who import Computed, Who


def paths_of_who(form: FormModel, who: Iterable[Who]) -> Iterator[tuple[str, ...]]:
    """Yield the paths that finding people reads."""
    for each in who:
        if isinstance(each, Computed):
            yield from paths_of(form, parse(each.formula))
        elif (key := getattr(each, "field", None)) is not None:
            yield (key,)
