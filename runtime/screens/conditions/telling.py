"""What a formula is found to be: read aloud, wrong at some character, of a type, with a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engines.expression import ErrorValue, ExpressionError, Node, parse
from engines.expression.reading import pieces
from frontend.conditions import Piece, Told
from frontend.texts import Texts
from runtime.screens.conditions.sentences import Labels, read_pieces
from runtime.web.errors import text_of
from schemas.errors import Issue
from schemas.kinds import nearest

Judge = Callable[[Node], tuple[str, str]]


def tell(texts: Texts, text: str, labels: Labels, judge: Judge) -> Told:
    """Return what a text is. ``judge``: the type and the result of its tree; raises ExpressionError."""
    if not text.strip():
        return Told()
    try:
        kind, result = judge(parse(text))
    except ExpressionError as error:
        at = max(error.at, 1)
        length = next((len(each.text) for each in pieces(text) if each.at == at), 1)
        # What is missing at the end has no character of its own.
        end = (Piece("end", " ", wrong=True),) if at > len(text) else ()
        said = issue_text(texts, error.issues[0], text, labels)
        return Told((*read_pieces(text, labels, at), *end), said, at, length)
    return Told(tuple(read_pieces(text, labels)), type=kind, result=result)


def issue_text(texts: Texts, issue: Issue, text: str, labels: Labels) -> str:
    """Return the sentence for what is wrong with a formula, and the nearest name that is right."""
    at = issue.params.get("at", 0)
    params: Mapping[str, Any] = {"name": _around(text, at if isinstance(at, int) else 0), **issue.params}
    said, near = text_of(texts, issue.code, dict(params)), issue.suggestion
    if issue.code == "expression.unknown_field" and near is None:
        near = nearest(str(params["name"]), labels)
    if near is None:
        return said
    name = f"{labels[near]} {near}" if near in labels else near
    return f"{said} {texts.t('ui.formula.perhaps', name=name)}"


def _around(text: str, at: int) -> str:
    """Return the piece at a character, for errors that know no name."""
    return next((each.text for each in pieces(text) if each.at <= at < each.at + len(each.text)), text[:40])


def error_value(texts: Texts, value: ErrorValue) -> str:
    """Return what a result is that is none."""
    return texts.t("ui.formula.error_value", value=value.code)
