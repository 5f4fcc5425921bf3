"""The filter of a list: what the address says, whether the reader may ask it, how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engines.access import FormAccess, Lens
from engines.expression import ExpressionError, Node, check_condition, compile_sql, parse, to_text
from engines.expression.conditions import Group, to_group, to_node
from engines.form import FormModel
from engines.form.families import operators_of
from frontend.conditions import Pairs
from runtime.screens.conditions.asked import asks, group_pairs, read_group
from runtime.screens.conditions.building import Built, Fields, build
from runtime.screens.conditions.sentences import sentence
from runtime.screens.values import Showing
from schemas.errors import Issue


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its formula or, while a part of it cannot be understood, the parts as they were sent."""

    text: str = ""
    draft: Group | None = None

    def pairs(self) -> Pairs:
        """Return the parameters that say it again."""
        if self.draft is not None:
            return tuple(group_pairs(self.draft))
        return (("filter", self.text),) if self.text else ()


NO_FILTER = Filter()


@dataclass(frozen=True, slots=True)
class Asking:
    """What one reader may ask of one form, and how it is understood."""

    fields: Fields
    lens: Lens

    @classmethod
    def of(cls, form: FormModel, rights: FormAccess, lens: Lens) -> Asking:
        """Return what may be asked with these rights."""
        return cls(filterable(form, rights), lens)

    def check(self, node: Node) -> None:
        """Raise ExpressionError for what this reader may not ask, or no database can answer."""
        check_condition(node, self.lens)
        compile_sql(node, self.lens, self.lens.context)

    def read(self, pairs: Sequence[tuple[str, str]]) -> Filter:
        """Return the filter that parameters say: a formula, or the rows of the builder."""
        said = dict(pairs)
        if "filter" in said or not asks(pairs):
            return Filter(said.get("filter", "").strip())
        group = read_group(pairs)
        built = self.built(group)
        if built.problems:
            return Filter(draft=group)
        return NO_FILTER if built.node is None else Filter(to_text(built.node))

    def built(self, group: Group) -> Built:
        """Return the expression of a group with what is wrong in its parts."""
        return build(group, self.fields, self.check)

    def problem(self, text: str) -> Issue | None:
        """Return what is wrong with a formula."""
        try:
            if text:
                self.check(parse(text))
        except ExpressionError as error:
            return Issue("filter", error.code, error.params, error.issues[0].suggestion)
        return None

    def group(self, text: str) -> Group:
        """Return a formula as rows; a row to begin with where there is none. Raises ExpressionError."""
        if not text:
            return Group("all", (self.fields.blank,))
        return to_group(parse(text), self.fields.family_of)

    def chips(self, showing: Showing, text: str) -> Iterator[tuple[str, Filter]]:
        """Yield each part of a filter in words, with the filter that is left without it."""
        group = self.group(text) if text else Group()
        for number, part in enumerate(group.parts):
            rest = replace(group, parts=group.parts[:number] + group.parts[number + 1 :])
            node = to_node(rest, self.fields.family_of)
            left = NO_FILTER if node is None else Filter(to_text(node))
            yield sentence(showing, self.fields, part, inside=True), left


def filterable(form: FormModel, rights: FormAccess) -> Fields:
    """Return the fields a person may filter by."""
    return Fields(
        {
            each.key: each
            for each in form.fields.values()
            if rights.usable(each.key) and not each.options.hidden and operators_of(each, in_sql=True)
        }
    )
