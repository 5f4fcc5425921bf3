"""What the address of a list says: search, filter, sort, columns, page; and addresses that say it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from engines.access import FormAccess
from engines.expression import Literal, Node, conjoin, parse
from engines.form import FieldModel, FormModel, Storage
from engines.query import Order, Query, Reached, Sort, Total
from engines.report.outline import Level
from engines.report.outline import Total as Figure
from engines.view.kind import ViewType
from frontend.records import Pairs
from runtime.dashboards.links import read_reached
from runtime.screens.filters import NO_FILTER, Asking, Filter
from runtime.screens.grouped.said import Able, chosen_levels, read_levels, read_totals
from runtime.screens.kept import Kept, first_of
from runtime.screens.look import Look, read_look
from runtime.screens.shell import form_url
from runtime.web.call import Call
from schemas.elements import TABLE, Action, View
from schemas.errors import Invalid, Issue
from schemas.kinds import Registry

SIZES = (20, 50, 100, 200)
COLUMNS_SHOWN = 7
_OPEN = 60  # groups that an address may name
LONGEST = 3_000  # characters of one of them: 255 of any script, as an address writes them
NO_COLUMN = {"long_text", "rich_text", "file", "image", "signature", "subform", "related", "alike"}


@dataclass(frozen=True, slots=True)
class ListState:
    """One state of a list. ``saved``: the personal view it began with; ``view``: the definition's."""

    view: str = ""
    search: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    filter: Filter = NO_FILTER
    reached: str = ""
    limit: int = SIZES[1]
    group: str = ""
    totals: str = ""
    open: tuple[str, ...] = ()
    whole: bool = False  # everything was asked for, by somebody whose list begins with a view
    look: Look = Look()  # noqa: RUF009  frozen

    def pairs(self, *without: str) -> Pairs:
        """Return the parameters that say this state; those named in ``without`` are left out."""
        found: list[tuple[str, str]] = []
        if self.view:
            found.append(("view", self.view))
            # What follows is all there is: a personal view must not come back where it was taken away.
            found += [("own", "1")] if self.view.isdecimal() else []
        elif self.whole:
            found.append(("view", ""))
        plain = {
            "search": self.search,
            "reached": self.reached,
            "sort": self.sort,
            "limit": str(self.limit) if self.limit != SIZES[1] else "",
            "group": self.group,
            "totals": self.totals,
            **self.look.pairs(),
        }
        found += [(name, value) for name, value in plain.items() if value and name not in without]
        found += [("column", each) for each in self.columns if "columns" not in without]
        found += [("open", each) for each in self.open if "open" not in without]
        found += self.filter.pairs() if "filter" not in without else ()
        return tuple(found)

    def url(self, base: str, *more: tuple[str, str], **changes: Any) -> str:
        """Return the address of this state with some changes; always the first page unless ``more`` says."""
        text = urlencode([*replace(self, **changes).pairs(), *more])
        return f"{base}?{text}" if text else base


@dataclass(eq=False)
class Listing:
    """A list being asked for: the form, the reader's rights, the state, and what may be done with it."""

    call: Call
    form: FormModel
    rights: FormAccess
    state: ListState
    asking: Asking
    saved: Sequence[Kept] = ()

    @cached_property
    def first(self) -> str:
        """Return the view that the reader's list begins with, blank for the usual one."""
        return first_of(self.call, self.form)

    @property
    def base(self) -> str:
        """Return the address without a state."""
        return form_url(self.form)

    @property
    def origin(self) -> str:
        """Return the key of the definition's view; of a personal one, the view that it was made of."""
        key = self.state.view
        found = self.personal
        return key if found is None else found.origin

    @property
    def personal(self) -> Kept | None:
        """Return the kept view that is shown, None where it is one of the definition's."""
        return next((each for each in self.saved if str(each.id) == self.state.view), None)

    @property
    def kept(self) -> Pairs:
        """Return what a personal view keeps of this state."""
        pairs = [each for each in self.state.pairs() if each[0] not in {"view", "own"}]
        return tuple([("view", self.origin), *pairs] if self.origin else pairs)

    @property
    def view(self) -> View | None:
        """Return the definition's view that is chosen, or the one that shows everything."""
        chosen = (each for each in self.form.definition.views if each.key == self.origin)
        return next(chosen, None) or (None if self.state.view else self.everything)

    @cached_property
    def kind(self) -> ViewType[Any]:
        """Return the look of the list; who may not use what it is made of sees a table."""
        kinds: Registry[ViewType[Any]] = self.call.installation.grammar.families["views"]
        view = self.view
        # How far records came no figure of a column knows: the list behind such a step is one of lines.
        if view is None or self.state.reached:
            return kinds[TABLE]
        found = kinds[view.type]
        return found if all(map(self.rights.usable, found.needs(view))) else kinds[TABLE]

    @property
    def everything(self) -> View | None:
        """Return the definition's own first view where it filters nothing."""
        first = next(iter(self.form.definition.views), None)
        return first if first is not None and not first.filter else None

    @property
    def chart_url(self) -> str:
        """Return where the list is seen as a chart; blank where it cannot be."""
        if self.broken or self.state.reached:
            return ""
        return self.state.url(f"{self.base}/chart")

    def shown(self) -> list[FieldModel]:
        """Return the columns: chosen ones, those of the view, or the first that fit a line."""
        wanted: Iterable[str] = self.state.columns or (self.view.columns if self.view else ())
        found = [self.form.fields[key] for key in wanted if key in self.form.fields]
        kept = [each for each in found if self.rights.readable(each.key) and not each.options.hidden]
        return kept or self.usual()

    def usual(self) -> list[FieldModel]:
        """Return the title and the fields that follow it."""
        title = self.form.title
        fields = [each for each in self.choosable() if each.kind.name not in NO_COLUMN and each is not title]
        first = [title] if title is not None and self.rights.readable(title.key) else []
        return with_owner(self.form, [*first, *fields], COLUMNS_SHOWN)

    def choosable(self) -> list[FieldModel]:
        """Return every field that may be a column."""
        return [
            each
            for each in self.form.fields.values()
            if self.rights.readable(each.key) and not each.options.hidden and each.storage is not Storage.none
        ]

    def sorts(self) -> tuple[Sort, ...]:
        """Return the order: the one asked for, else the view's."""
        if self.state.sort:
            key = self.state.sort.lstrip("-")
            return (Sort(key, self.state.sort.startswith("-")),) if self.sortable(key) else ()
        view = self.view
        return (
            tuple(Sort(each.field, each.descending) for each in view.sort if self.sortable(each.field))
            if view
            else ()
        )

    @cached_property
    def able(self) -> Able:
        """Return what the reader may group and total by."""
        return Able(self.form, self.rights)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Return the groups: those asked for, else those of the view."""
        if self.state.group:
            return self.able.levels(read_levels(self.state.group))
        said = getattr(self.view, "group", ())
        return self.able.levels(Level(each.field, each.bucket, Order(each.order)) for each in said)

    @cached_property
    def totals(self) -> tuple[Figure, ...]:
        """Return the figures of columns: those asked for, else those of the view."""
        if self.state.totals:
            return self.able.totals(read_totals(self.state.totals))
        said = getattr(self.view, "totals", ())
        return self.able.totals(Figure(each.field, each.function) for each in said)

    @property
    def selects(self) -> bool:
        """Tell whether something can be done to chosen rows."""
        may = self.rights.may
        edits = may(Action.edit) and bool(self.rights.edit)
        return edits or may(Action.export) or may(Action.delete)

    def sortable(self, key: str) -> bool:
        """Tell whether the reader may sort by a field."""
        found = self.form.fields.get(key)
        if found is None:
            return key in {"_id", "_created_at", "_updated_at"}
        return key in self.form.sortable and found.target is None and self.rights.usable(key)

    @cached_property
    def problem(self) -> Issue | None:
        """Return what is wrong with the person's filter."""
        return self.asking.problem(self.state.filter.text)

    @property
    def broken(self) -> bool:
        """Tell whether the person's filter cannot be understood."""
        return self.state.filter.draft is not None or self.problem is not None

    def where(self) -> Node | None:
        """Return the view's filter and the person's own as one tree.

        A filter that cannot be understood holds nowhere: ignored, it would show everything.
        """
        nodes = [parse(self.view.filter)] if self.view and self.view.filter else []
        if self.broken:
            nodes.append(Literal(value=False))
        elif self.state.filter.text:
            nodes.append(parse(self.state.filter.text))
        return conjoin(*nodes) if nodes else None

    @property
    def reached(self) -> Reached | None:
        """Return the step that was reached. Raises Invalid for what says none: it would show everything."""
        text = self.state.reached
        found = read_reached(text)
        if found is None and text:
            raise Invalid([Issue("reached", "query.not_allowed", {"value": text[:40]})], "query.invalid")
        return found

    def query(self, fields: Iterable[FieldModel], **more: Any) -> Query:
        """Return the query of one page."""
        asked = self.call.query
        return Query(
            self.form.path,
            tuple(dict.fromkeys(each.key for each in fields)),
            self.where(),
            self.state.search or None,
            self.sorts(),
            self.state.limit,
            asked.get("after") or None,
            asked.get("before"),
            Total.exact if asked.get("total") == "exact" else Total.capped,
            labels=True,
            reached=self.reached,
            **more,
        )


def with_owner(form: FormModel, fields: Sequence[FieldModel], most: int) -> list[FieldModel]:
    """Return the first fields, the last of them the one that says who is in charge."""
    kept, owner = list(fields[:most]), form.owner
    return kept if owner is None or owner in kept or owner not in fields else [*kept[:-1], owner]


def open_listing(call: Call, saved: Sequence[Kept] = ()) -> Listing:
    """Read the state of a list from the address."""
    form, pairs = call.form, query_pairs(call)
    if not pairs and (first := first_of(call, form)):
        pairs = [("view", first)]
    listing = listing_of(call, form, pairs, saved)
    chosen = listing.personal
    if chosen is None or "own" in call.query:
        return listing
    said = {_topic(name) for name, _ in pairs}
    kept = [(str(name), str(value)) for name, value in chosen.detail]
    pairs = [*(each for each in kept if _topic(each[0]) not in said), *pairs]
    return replace(listing, state=read_state(pairs, form, listing.asking, listing.saved))


def listing_of(
    call: Call, form: FormModel, pairs: Sequence[tuple[str, str]], saved: Sequence[Kept]
) -> Listing:  # fmt: skip
    """Return the list that parameters say; what others share is a view of those who may ask as it does."""
    rights = call.access.form(call.app, form)
    asking = Asking.of(form, rights, call.installation.store.lens(call.app, call.access, form))
    usable = [each for each in saved if each.mine or not any(map(asking.problem, _filters(each, form)))]
    return Listing(call, form, rights, read_state(pairs, form, asking, usable), asking, usable)


def _filters(kept: Kept, form: FormModel) -> Iterator[str]:
    """Yield what a kept view and the view that it was made of are narrowed by."""
    yield from (str(value) for name, value in kept.detail if name == "filter")
    yield from (each.filter for each in form.definition.views if each.key == kept.origin and each.filter)


def _topic(name: str) -> str:
    """Return what a parameter is about; rows of a filter and its formula are about the same."""
    return "filter" if name.startswith("f.") or name == "match" else name


def query_pairs(call: Call) -> list[tuple[str, str]]:
    """Return the query string with repeated names."""
    return parse_qsl(call.query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=500)


def read_state(
    pairs: Sequence[tuple[str, str]],
    form: FormModel,
    asking: Asking,
    saved: Sequence[Kept] = (),
) -> ListState:
    """Read a state from parameters; what means nothing here is left out."""
    last = dict(pairs)
    views = {each.key for each in form.definition.views} | {str(each.id) for each in saved}
    limit = last.get("limit", "")
    return ListState(
        view=last.get("view", "") if last.get("view") in views else "",
        whole=last.get("view") == "",
        search=last.get("search", "").strip()[:200],
        sort=last.get("sort", "")[:60],
        columns=tuple(dict.fromkeys(v for name, v in pairs if name == "column" and v in form.fields)),
        filter=asking.read(pairs),
        reached=last.get("reached", "")[:2000],
        limit=int(limit) if limit.isdecimal() and limit in map(str, SIZES) else SIZES[1],
        group=(chosen_levels(last) or last.get("group", ""))[:200],
        totals=last.get("totals", "")[:1000],
        open=tuple(dict.fromkeys(v for name, v in pairs if name == "open" and len(v) <= LONGEST))[:_OPEN],
        look=read_look(last, form),
    )
