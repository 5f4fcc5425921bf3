"""An application brought up to a package: what it changed, what was changed here, and what comes of both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from builder.packages.merging import Item, Json, Merging
from builder.packages.renaming import Renamed, called_as_before, followed
from schemas.dumper import plain
from schemas.elements import App
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from schemas.problems import problems


@dataclass(frozen=True)
class Upgrade:
    """Base, theirs and yours under the same keys, and what was given another key on the way."""

    grammar: Grammar
    base: Json
    theirs: Json
    yours: Json
    renamed: tuple[Renamed, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return everything that the package changed and is not so here already."""
        merging = Merging()
        merging.merge(self.base, self.theirs, self.yours)
        calls = (
            Item(each.place, "renamed", each.keys[0], each.keys[1], each.keys[0]) for each in self.renamed
        )
        return (*calls, *merging.items)

    @cached_property
    def own(self) -> int:
        """Return how many things were changed here since."""
        merging = Merging()
        merging.merge(self.base, self.yours, self.base)
        return len(merging.items)

    def paths(self, take: Collection[str] = (), decline: Collection[str] = ()) -> frozenset[str]:
        """Return what is taken: all but conflicts, more and less. Raises Invalid for what is no item."""
        known = {each.path for each in self.items}
        wrong = [each for each in dict.fromkeys((*take, *decline)) if each not in known]
        if wrong:
            issues = [Issue(each[:200], "upgrade.no_item", {"name": each[:200]}) for each in wrong]
            raise Invalid(issues, "upgrade.refused")
        clean = {each.path for each in self.items if not each.conflict}
        return frozenset((clean | set(take)) - set(decline))

    def taking(self, paths: Collection[str]) -> Json:
        """Return the definition with these taken. Raises Invalid where a former key cannot stay."""
        document: Json = Merging(paths).merge(self.base, self.theirs, self.yours)
        declined = [each for each in reversed(self.renamed) if each.place not in paths]
        if not declined:
            return document
        try:
            app = self.grammar.app.model_validate(document, by_alias=True, by_name=False)
        except ValidationError as error:
            raise Invalid(list(problems(error, document, self.grammar)), "upgrade.refused") from None
        return plain(called_as_before(app, declined))


def compare(grammar: Grammar, base: App, theirs: App, yours: Json) -> Upgrade:
    """Compare; a draft with gaps, which nothing can be renamed in, keeps its keys. Raises Invalid."""
    package_of(base.key, theirs)
    try:
        mine = grammar.app.model_validate(yours, by_alias=True, by_name=False)
    except ValidationError:
        return Upgrade(grammar, plain(base), plain(theirs), yours)
    base, mine, renamed = followed(base, theirs, mine)
    return Upgrade(grammar, plain(base), plain(theirs), plain(mine), tuple(renamed))


def package_of(key: str, theirs: App) -> App:
    """Return a package. Raises Invalid for one of another app."""
    if theirs.key != key:
        raise Invalid([Issue("/key", "definition.other_app", {"name": theirs.key})], "definition.invalid")
    return theirs
