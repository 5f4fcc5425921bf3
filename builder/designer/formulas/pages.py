"""The list of a form's formulas and conditions, and the editor of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any
from urllib.parse import quote

from builder.designer.desk import Desk
from builder.designer.formulas.book import Book
from builder.designer.formulas.trying import records, tried
from builder.drafting.commands import read_command
from builder.drafting.places import locate, said
from engines.expression import ExpressionError, Node, parse
from engines.expression.conditions import Formula, to_group
from frontend.conditions import ConditionBuilder, FormulaEditor, Told
from frontend.design import FormulaEntry, FormulaGroup, FormulaPage, FormulasPage
from frontend.views import Link
from runtime.screens.conditions.asked import read_group
from runtime.screens.conditions.building import Built, build
from runtime.screens.conditions.sentences import read_pieces, sentence
from runtime.screens.conditions.showing import asked_ids, field_items, group_view
from runtime.screens.conditions.telling import issue_text, tell
from runtime.screens.conditions.turning import Turn, rows_of, same_or_new, turned
from runtime.screens.conditions.words import words
from runtime.screens.shell import go, page
from runtime.screens.values import Showing, names_for
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, NotFound
from schemas.formulas import Place
from schemas.problems import pointer

_NAME = "formula"


def show_formulas(call: Call) -> Answer:
    """Answer every formula and condition of a form."""
    desk = Desk(call)
    form = desk.at(locate(desk.draft.document, f"forms/{call.params['form']}"))
    book, wrong = Book(desk), _problems(desk)
    found = list(book.of_form(call.params["form"]))
    model = FormulasPage(
        desk.texts.t("design.formulas.title", name=desk.texts.label(form.get("label"))), desk.bar(),
        f"{desk.base}/forms/{call.params['form']}",
        tuple(_groups(book, [each for each in found if each.text is not None], wrong)),
        tuple(_groups(book, [each for each in found if each.text is None and _offered(each)], wrong)),
    )  # fmt: skip
    return page(call, "builder/formulas.html", model, _crumbs(desk), nav=desk.nav())


def _offered(place: Place) -> bool:
    """Tell whether a place without a formula is worth offering: conditions; defaults are the panel's."""
    return place.mark.what == "condition"


def _problems(desk: Desk) -> dict[str, str]:
    return {each.path: text_of(desk.texts, each.code, dict(each.params)) for each in desk.issues}


def _groups(book: Book, found: list[Place], wrong: dict[str, str]) -> Iterator[FormulaGroup]:
    t = book.desk.texts.t
    for name, some in groupby(found, key=_family):
        entries = tuple(_entry(book, each, wrong) for each in some)
        yield FormulaGroup(t(f"design.formulas.{name}"), entries)


def _family(place: Place) -> str:
    """Return the kind of element that holds a formula."""
    family = str(place.at[2] if place.at[0] == "forms" else place.at[0])
    return family if family in {"fields", "checks", "views", "layout", "roles"} else "others"


def entry_of(book: Book, place: Place) -> FormulaEntry:
    """Return what a formula decides, how it reads, and what is wrong with it."""
    return _entry(book, place, _problems(book.desk))


def _entry(book: Book, place: Place, wrong: dict[str, str]) -> FormulaEntry:
    at = pointer(place.at)
    text = "" if place.text is None else _said(book, place, place.text)
    return FormulaEntry(_title(book, place), _what(book, place), _url(book, place), text, wrong.get(at, ""))


def _url(book: Book, place: Place) -> str:
    return f"{book.desk.base}/formula?at={quote(pointer(place.at))}"


def _title(book: Book, place: Place) -> str:
    """Return what people call the element: the labels on the way, below the form, or its message."""
    here: Any = book.desk.draft.document
    named = []
    for depth, step in enumerate(place.at):
        here = here.get(step) if isinstance(here, dict) else here[step] if int(step) < len(here) else None
        if not isinstance(here, dict):
            if not isinstance(here, list):
                break
            continue
        said = here.get("label") or here.get("message")
        if said is not None and not (depth == 1 and place.at[0] == "forms"):
            named.append(book.desk.texts.label(said))
    return " · ".join(named)


def _what(book: Book, place: Place) -> str:
    """Return what the option is called in which the formula stands."""
    texts, name = book.desk.texts, place.option
    codes = (f"option.{name}.label", f"design.option.{name}.label", f"design.formulas.option.{name}")
    return next((texts.t(code) for code in codes if texts.has(code)), texts.t("ui.condition.formula"))


def _help(book: Book, place: Place) -> str:
    texts, name = book.desk.texts, place.option
    codes = (f"option.{name}.help", f"design.option.{name}.help")
    return next((texts.t(code) for code in codes if texts.has(code)), "")


def _said(book: Book, place: Place, text: str) -> str:
    """Return a formula in words: rows as sentences, what they cannot say with the labels of its fields."""
    fields = book.row_fields(place)
    try:
        group = to_group(parse(text), fields.family_of)
    except ExpressionError:
        return text
    form = book.model.forms.get(place.form)
    if form is None or place.mark.what != "condition" or isinstance(group.parts[0], Formula):
        return "".join(each.label or each.text for each in read_pieces(text, book.labels(place)))
    call = book.desk.call
    return sentence(Showing(call, form, names_for(call, asked_ids(fields, group))), fields, group)


def show_formula(call: Call) -> Answer:
    """Answer the editor of one formula."""
    book = Book(Desk(call))
    place = book.place(call.query.get("at", ""))
    turn = (
        rows_of(place.text or "", book.row_fields(place)) if _as_rows(book, place) else Turn(place.text or "")
    )
    return _editor(book, place, turn)


def _as_rows(book: Book, place: Place) -> bool:
    return place.mark.what == "condition" and bool(book.row_fields(place).by_path)


def edit_formula(call: Call) -> Answer:
    """Answer the editor after one command, or keep the formula in the draft."""
    book = Book(Desk(call))
    place = book.place(call.query.get("at", ""))
    pairs = [(name, value) for name, value in call.posted if isinstance(value, str)]
    fields, check = book.row_fields(place), _Check(book, place)
    if call.field("do"):
        return _editor(book, place, turned(pairs, _NAME, fields, check))
    said = dict(pairs).get(_NAME)
    if said is not None:
        return _save(book, place, said.strip(), Turn(said))
    group = read_group(pairs)
    built = build(group, fields, check)
    turn = Turn(group=group, built=built, source=call.field("source"))
    if built.problems:
        return _editor(book, place, turn, status=422)
    return _save(book, place, same_or_new(built.node, turn.source), turn)


class _Check:
    """Refuses in a row what may not stand at a place."""

    def __init__(self, book: Book, place: Place) -> None:
        self._book, self._place = book, place

    def __call__(self, node: Node) -> None:
        self._book.judge(self._place, node)


def _save(book: Book, place: Place, text: str, turn: Turn) -> Answer:
    desk, call, t = book.desk, book.desk.call, book.desk.texts.t
    try:
        if text:
            book.judge(place, parse(text))
        elif type(place.holder).model_fields[place.option].is_required():
            return _editor(book, place, turn, error=t("design.formulas.needed"), status=422)
        command = read_command(book.change(place, text))
        revision, app, form = int(call.field("revision") or -1), call.app, _home(book, place)
        actor = call.actor
        call.release()
        desk.drafts.act(app, revision, [command], actor)
    except ExpressionError as error:
        issue = error.issues[0]
        said = issue_text(desk.texts, issue, text, book.labels(place))
        return _editor(book, place, turn, error=said, status=422)
    except (Invalid, Conflict, NotFound, ValueError) as error:
        return _editor(book, place, turn, error=_refused(desk, error), status=422)
    return go(call, form, t("design.formulas.saved"))


def _refused(desk: Desk, error: Exception) -> str:
    if isinstance(error, Invalid) and error.issues:
        return text_of(desk.texts, error.issues[0].code, dict(error.issues[0].params))
    reason = error.reason if isinstance(error, Conflict | NotFound) else "draft.moved_on"
    return text_of(desk.texts, reason, {})


def _home(book: Book, place: Place) -> str:
    """Return the page that a formula belongs to: the form's list, or its element's own."""
    if place.at[0] not in {"forms", "roles"}:
        return book.desk.element_url(_element(book, place))
    key = book.app.forms[int(place.at[1])].key if place.at[0] == "forms" else place.form.partition(".")[0]
    return f"{book.desk.base}/forms/{key}/formulas"


def _element(book: Book, place: Place) -> str:
    """Return the place of the element with a page of its own that holds a formula."""
    document, end = book.desk.draft.document, len(place.at) - 1
    while end > 1 and not isinstance(place.at[end - 1], int):
        end -= 1
    return said(document, place.at[:end])


def _editor(book: Book, place: Place, turn: Turn, *, error: str = "", status: int = 200) -> Answer:
    desk, url = book.desk, _url(book, place)
    as_rows = _as_rows(book, place)
    editor = _formula(book, place, turn.text) if turn.group is None else None
    builder = _builder(book, place, turn, editor) if as_rows else None
    model = FormulaPage(
        _title(book, place) or _what(book, place), _what(book, place), _help(book, place), url,
        _home(book, place), desk.bar(), builder, None if as_rows else editor, error,
    )  # fmt: skip
    return page(desk.call, "builder/formula.html", model, _crumbs(desk), status=status, nav=desk.nav())


def _crumbs(desk: Desk) -> list[Link]:
    name = desk.texts.label(desk.draft.document.get("label"))
    return [Link(desk.texts.t("design.title"), "/design"), Link(name, desk.base)]


def _builder(book: Book, place: Place, turn: Turn, editor: FormulaEditor | None) -> ConditionBuilder:
    call, fields = book.desk.call, book.row_fields(place)
    form = book.model.forms[place.form]
    group = turn.group if turn.group is not None else read_group(())
    showing = Showing(call, form, names_for(call, asked_ids(fields, group)))
    shown = group_view(showing, fields, group, turn.built or Built())
    found = ConditionBuilder(
        _url(book, place), field_items(showing, fields), shown, post=True, turn=call.nonce
    )
    if editor is not None:
        return replace(found, face="formula", editor=editor)
    return replace(found, source=turn.source, focus=turn.focus)


def _formula(book: Book, place: Place, text: str) -> FormulaEditor:
    call, at = book.desk.call, quote(pointer(place.at))
    form = call.app.forms.get(place.form)
    offered = records(call, form)
    record = offered[0].key if offered else ""
    base = f"{book.desk.base}/formula"
    return FormulaEditor(
        _NAME, _what(book, place), text, f"{base}/told?at={at}", f"{base}/words?at={at}",
        _told(book, place, text, record), offered, record,
    )  # fmt: skip


def _told(book: Book, place: Place, text: str, record: str) -> Told:
    desk = book.desk

    def judge(node: Node) -> tuple[str, str]:
        kind = book.judge(place, node)
        result = tried(desk.call, desk.call.app.forms.get(place.form), node, record)
        said = desk.texts.t("design.formulas.result", value=result) if result else ""
        return desk.texts.t(f"type.{kind.value}"), said

    return tell(desk.texts, text, book.labels(place), judge)


def tell_formula(call: Call) -> Answer:
    """Answer what the posted formula is found to be, on the chosen record."""
    book = Book(Desk(call))
    place = book.place(call.query.get("at", ""))
    return page(call, "ui/told.html", _told(book, place, call.field("text"), call.field("record")))


def formula_words(call: Call) -> Answer:
    """Answer what may be written at a place."""
    book = Book(Desk(call))
    place = book.place(call.query.get("at", ""))
    scope = book.scope(place)
    named = []
    for path, label in book.labels(place).items():
        kind = scope.type_of(tuple(path.split(".")))
        if kind is not None:
            named.append((path, label, kind.value))
    return json_answer(words(book.desk.texts, named))
