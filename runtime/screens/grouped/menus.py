"""The menus that group a list, sum up its columns and lay them out: links to other states of the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engines.form import FieldModel
from engines.form.families import buckets_of
from engines.query import Order
from engines.report.outline import Level, Total, needs_bucket
from engines.store.reading.buckets import BUCKETS
from engines.store.reading.levels import LEVELS
from frontend.groups import Choosing, GroupMenu, MenuPart
from frontend.views import Item, Link
from runtime.screens.grouped.said import CLOSED, MOST_LEVELS, NONE, write_levels, write_totals
from runtime.screens.listing import Listing
from runtime.screens.values import Showing

_IN_MENU = ("month", "quarter", "year")
_USUAL = 200  # pixels of a column that nobody has set


def group_menu(listing: Listing, showing: Showing) -> GroupMenu | None:
    """Return the menu that groups the list; None where there is nothing to group by."""
    fields = [each for each in listing.choosable() if listing.able.groupable(each.key)]
    if not fields:
        return None
    state, base = listing.state, listing.base
    levels: list[Level | None] = [*listing.levels]
    levels += [None] * (MOST_LEVELS - len(levels))
    chosen = (
        Choosing(f"by.{place}", _said(each), each.bucket or "", each.order.value)
        if each
        else Choosing(f"by.{place}", "", "month", "first")
        for place, each in enumerate(levels)
    )
    return GroupMenu(
        base,
        state.pairs("group", "open"),
        tuple(item for each in fields for item in _items(showing, each)),
        tuple(each.key for each in fields if needs_bucket(each.kind.value_type)),
        tuple(chosen),
        BUCKETS,
        tuple(each.value for each in Order),
        len(listing.levels),
        state.url(base, group=NONE, open=()),
        state.url(base, open=()),
        state.url(base, open=(CLOSED,)),
    )


def _said(level: Level) -> str:
    return level.dimension.key if level.bucket in LEVELS else level.field


def _items(showing: Showing, field: FieldModel) -> Iterator[Item]:
    """Yield a field to group by; one of regions once for each level."""
    name = showing.texts.label(field.options.label)
    levels = [each for each in buckets_of(field.kind.value_type, field.kind.family) if each in LEVELS]
    for each in levels:
        yield Item(f"{field.key}:{each}", f"{name} · {showing.texts.t(f'ui.bucket.{each}')}")
    if not levels:
        yield Item(field.key, name)


def column_menu(
    listing: Listing, showing: Showing, fields: Sequence[FieldModel], field: FieldModel
) -> tuple[MenuPart, ...]:
    """Return what can be done with one column."""
    menu = _ColumnMenu(listing, showing, fields, field)
    parts = (
        MenuPart("", tuple(menu.sorts())),
        MenuPart(showing.texts.t("ui.group.title"), tuple(menu.groups())),
        MenuPart(showing.texts.t("ui.total.title"), tuple(menu.totals())),
        MenuPart(showing.texts.t("ui.sheet.column"), tuple(menu.places())),
    )
    return tuple(each for each in parts if each.links)


class _ColumnMenu:
    def __init__(
        self, listing: Listing, showing: Showing, fields: Sequence[FieldModel], field: FieldModel
    ) -> None:
        self._listing, self._t = listing, showing.texts.t
        self._keys, self._field = [each.key for each in fields], field

    def _url(self, **changes: Any) -> str:
        return self._listing.state.url(self._listing.base, **changes)

    def sorts(self) -> Iterator[Link]:
        key = self._field.key
        if self._listing.sortable(key):
            first = next(iter(self._listing.sorts()), None)
            for text, icon, sort in (
                ("ui.table.sorted_ascending", "sort-ascending", key),
                ("ui.table.sorted_descending", "sort-descending", f"-{key}"),
            ):
                active = first is not None and sort == f"{'-' if first.descending else ''}{first.field}"
                yield Link(self._t(text), self._url(sort=sort), icon, active=active)

    def groups(self) -> Iterator[Link]:
        key, levels = self._field.key, self._listing.levels
        if not self._listing.able.groupable(key):
            return
        rest = [each for each in levels if each.field != key]
        now = next((each for each in levels if each.field == key), None)
        if needs_bucket(self._field.kind.value_type):
            ways = [(Level(key, each), self._t(f"ui.bucket.{each}")) for each in _IN_MENU]
        elif levels_of := buckets_of(self._field.kind.value_type, self._field.kind.family):
            ways = [(Level(key, each), self._t(f"ui.bucket.{each}")) for each in levels_of]
        else:
            ways = [(Level(key), self._t("ui.group.by_this"))]
        for level, text in ways:
            if now is None and len(rest) == MOST_LEVELS:
                continue
            group = write_levels([*rest, level])
            active = now is not None and now.bucket == level.bucket
            yield Link(text, self._url(group=group, open=()), "subtask", active=active)
        if now is not None:
            yield Link(self._t("ui.group.ungroup"), self._url(group=write_levels(rest), open=()), "x")

    def totals(self) -> Iterator[Link]:
        """Yield a switch for each figure of the column."""
        said = self._listing.totals
        for function in self._listing.able.functions(self._field.key):
            each = Total(self._field.key, function)
            rest = tuple(one for one in said if one != each) if each in said else (*said, each)
            url = self._url(totals=write_totals(rest))
            yield Link(
                self._t(f"ui.total.{function}"), url, "check" if each in said else "", active=each in said
            )

    def places(self) -> Iterator[Link]:
        keys, key, look = self._keys, self._field.key, self._listing.state.look
        at = keys.index(key)
        if at > 0:
            moved = (*keys[: at - 1], key, keys[at - 1], *keys[at + 1 :])
            yield Link(self._t("ui.sheet.move_left"), self._url(columns=moved), "arrow-left")
        if at < len(keys) - 1:
            moved = (*keys[:at], keys[at + 1], key, *keys[at + 2 :])
            yield Link(self._t("ui.sheet.move_right"), self._url(columns=moved), "arrow-right")
        for text, icon, steps in (
            ("ui.sheet.wider", "plus", 1),
            ("ui.sheet.narrower", "minus", -1),
        ):
            yield Link(self._t(text), self._url(look=look.wider(key, _USUAL, steps)), icon)
        if at == 0:
            frozen = self._url(look=replace(look, frozen=not look.frozen))
            yield Link(
                self._t("ui.sheet.unfreeze" if look.frozen else "ui.sheet.freeze"),
                frozen,
                "lock",
                active=look.frozen,
            )
        if len(keys) > 1:
            rest = tuple(each for each in keys if each != key)
            yield Link(self._t("ui.sheet.hide"), self._url(columns=rest), "eye-off")
