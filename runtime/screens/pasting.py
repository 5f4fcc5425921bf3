"""A block of cells from a spreadsheet is pasted into a list: seen first, then written, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from engines.exchange.block import MOST_ROWS, Block, as_map, as_table, read_block
from engines.exchange.importing import import_table
from engines.exchange.mapping import Mapper
from engines.exchange.options import Follow, Options, Target
from engines.exchange.report import Report
from engines.exchange.resuming import Done
from engines.form import FormModel
from engines.query import Cause, Query
from engines.store import reading
from frontend.paste import PasteColumn, PastePage, PasteRow
from frontend.views import Action, Link
from frontend.views import Issue as Shown
from runtime.screens.inputs import is_id
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.taking_back import undo_action
from runtime.screens.uploads import field_items, fillable
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.elements import Action as Doing
from schemas.errors import Forbidden, Invalid, Issue

DOOR = "paste"
LIMIT = 4_000_000
_SHOWN = 100


@dataclass(eq=False)
class _Paste:
    """What was pasted where: ``rows`` of cells, the fields of its columns, the records it falls on."""

    call: Call
    form: FormModel
    rows: Block
    fields: Sequence[str]
    records: Sequence[int]
    headed: bool
    here: bool
    issues: Sequence[Issue] = ()
    report: Report | None = field(default=None)
    cause_id: int | None = None

    @property
    def start(self) -> int:
        """Return how many rows are headings."""
        return 1 if self.headed and len(self.rows) > 1 else 0

    @cached_property
    def targets(self) -> Mapping[int, int]:
        """Return the record that each row changes, by its number."""
        count = len(self.rows) - self.start
        return dict(enumerate(self.records[:count], 1)) if self.here else {}

    def carry_out(self, mode: Literal["all", "each"], *, dry_run: bool) -> None:
        """Check the rows, or write them."""
        call = self.call
        person = call.person.id if call.person else None
        cause = Cause(DOOR, person)
        target = Target(call.installation.store, call.app, call.access, self.form, cause)
        options = Options(
            mode=mode, map=as_map(self.fields), records=self.targets, dry_run=dry_run, at_once=MOST_ROWS
        )
        kept: list[Done] = []

        def note(_: Any, done: Done, __: Report, /, *, last: bool) -> None:  # noqa: ARG001 - how it is called
            kept.append(done)

        try:
            self.report = import_table(target, as_table(self.rows, self.start), options, Follow(commit=note))
        except Invalid as error:
            self.issues = error.issues
        self.cause_id = kept[-1].cause_id if kept else None


def ask_paste(call: Call) -> Answer:
    """Ask for a block of cells, for browsers that cannot take it from the clipboard."""
    form = _form(call)
    return _page(call, form, PastePage(f"{form_url(form)}/paste", _back(call, form), back=_query(call)))


def paste(call: Call) -> Answer:
    """Show what would become of a block, or write it."""
    form = _form(call)
    if not call.field("text").strip():
        return ask_paste(call)
    try:
        found = _read(call, form)
    except Invalid as error:
        return _page(call, form, _asked(call, form, error.issues), 422)
    act = call.field("act")
    if act in {"all", "each"}:
        call.release()
        found.carry_out("each" if act == "each" else "all", dry_run=False)
        if found.report is not None and found.report.written and _done(found.report):
            return _told(found)
    call.release()
    found.carry_out("all", dry_run=True)
    return _page(call, form, _preview(found), 422 if act in {"all", "each"} else 200)


def _form(call: Call) -> FormModel:
    rights = call.access.form(call.app, call.form)
    if not (rights.may(Doing.edit) or rights.may(Doing.create)):
        raise Forbidden
    return call.form


def _read(call: Call, form: FormModel) -> _Paste:
    """Read what was posted: the block, where it goes, which column is which field."""
    rows = read_block(call.field("text"))
    first = rows[0] if rows else ()
    keys = [str(value) for name, value in call.posted if name == "key"]
    records = [int(value) for name, value in call.posted if name == "row" and is_id(value)]
    mapped = Mapper(call.app, form, call.access.form(call.app, form)).map(tuple(first), {})
    named = {each.place: each.field.key for each in mapped.columns}
    said = call.field("seen") != ""
    headed = call.field("headed") == "1" if said else len(named) > len(first) / 2 and len(rows) > 1
    may = {each.key for each in fillable(call, form)}
    if said:
        fields = [call.field(f"map.{place}") for place in range(len(first))]
    elif headed or not keys:
        fields = [named.get(place, "") for place in range(len(first))]
    else:
        fields = [*keys, *[""] * len(first)][: len(first)]
    once: list[str] = []
    for each in fields:
        once.append(each if each in may and each not in once else "")
    here = call.field("to") == "here" if said else bool(records) and not headed
    return _Paste(call, form, rows, once, records, headed, here)


def _done(report: Report) -> bool:
    return bool(report.created or report.updated or report.unchanged)


def _told(found: _Paste) -> Answer:
    """Go back to the list and say what became of the block, with a way to take it back."""
    call, report = found.call, found.report
    assert report is not None  # noqa: S101 - it was carried out
    t = texts_of(call).t
    text = t("screen.paste.done", updated=report.updated + report.unchanged, created=report.created)
    if report.refused:
        text = t("screen.paste.some", done=text, count=report.refused)
    undo = undo_action(call, found.cause_id)
    kind = "warning" if report.refused else "success"
    return go(call, _back(call, found.form), text, kind, undo=undo)


def _preview(found: _Paste) -> PastePage:
    call, form, report = found.call, found.form, found.report
    texts = texts_of(call)
    wrong: dict[tuple[int, str], list[str]] = {}
    for each in report.issues if report is not None else ():
        key, said = each.field.partition(".")[0], text_of(texts, each.code, dict(each.params))
        if not each.column and key in form.fields:
            said = texts.t(
                "screen.look.refused_field", name=texts.label(form.fields[key].options.label), text=said
            )
        wrong.setdefault((each.row, key if each.column else ""), []).append(said)
    bad = {row for row, _ in wrong}
    count = len(found.rows) - found.start
    shown = [*sorted(bad)[:_SHOWN], *[each for each in range(1, count + 1) if each not in bad]][:_SHOWN]
    titles = _titles(found, shown)
    rows = tuple(_row(found, number, wrong, titles) for number in sorted(shown))
    return replace(
        _asked(call, form, found.issues),
        columns=tuple(
            PasteColumn(each, found.rows[0][place] if found.start else "")
            for place, each in enumerate(found.fields)
        ),
        fields=field_items(call, form),
        rows=rows,
        count=count,
        hidden=max(count - len(rows), 0),
        wrong=len(bad),
        updates=min(len(found.targets), count),
        creates=count - min(len(found.targets), count),
        headed=found.headed,
        here=found.here,
        records=tuple(map(str, found.records)),
        blocked=report is None,
    )


def _row(
    found: _Paste, number: int, wrong: Mapping[tuple[int, str], Sequence[str]], titles: Mapping[int, str]
) -> PasteRow:
    cells = found.rows[number - 1 + found.start]
    problems = tuple(" ".join(wrong.get((number, key), ())) if key else "" for key in found.fields)
    target = found.targets.get(number)
    title = "" if target is None else titles.get(target, f"#{target}")
    return PasteRow(number, tuple(cells), problems, title, " ".join(wrong.get((number, ""), ())))


def _titles(found: _Paste, numbers: Sequence[int]) -> Mapping[int, str]:
    """Return what the records are called that a block falls on."""
    call, form = found.call, found.form
    ids = tuple(found.targets[each] for each in numbers if each in found.targets)
    rights, title = call.access.form(call.app, form), form.title
    if not ids:
        return {}
    keys = (title.key,) if title is not None and rights.readable(title.key) else ()
    query = Query(form.path, keys, ids=ids, limit=len(ids))
    read = reading.read(call.installation.store, call.conn, call.app, call.access, query)
    return {int(str(each["_id"])): record_title(form, each) for each in read.records}


def _asked(call: Call, form: FormModel, issues: Sequence[Issue]) -> PastePage:
    texts = texts_of(call)
    return PastePage(
        f"{form_url(form)}/paste",
        _back(call, form),
        text=call.field("text"),
        back=_query(call),
        issues=tuple(Shown(text_of(texts, each.code, dict(each.params))) for each in issues),
        import_url=f"{form_url(form)}/import" if call.access.form(call.app, form).may(Doing.import_) else "",
    )


def _query(call: Call) -> str:
    """Return the state of the list one came from: what follows the question mark, and nothing else."""
    text = call.field("back") or call.query_string.decode("latin-1")
    return text.lstrip("?")[:4000]


def _back(call: Call, form: FormModel) -> str:
    query = _query(call)
    return f"{form_url(form)}?{query}" if query else form_url(form)


def _page(call: Call, form: FormModel, model: PastePage, status: int = 200) -> Answer:
    crumbs = [Link(Showing(call, form, {}).texts.label(form.definition.label), form_url(form))]
    return page(call, "runtime/paste.html", model, crumbs, status=status)


def paste_action(call: Call, form: FormModel, query: str) -> Action | None:
    """Return the way to paste without a clipboard; None for who may write nothing."""
    rights = call.access.form(call.app, form)
    if not (rights.may(Doing.edit) or rights.may(Doing.create)):
        return None
    url = f"{form_url(form)}/paste{f'?{query}' if query else ''}"
    return Action(texts_of(call).t("screen.paste.title"), url, icon="clipboard")
