"""A part of an element in a few words, for the card that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from builder.designer.elements.shapes import family_of, named, shape_of
from builder.designer.elements.tagging import with_labels
from builder.designer.panel import Surroundings, Words
from builder.designer.reading import Json, literals
from frontend.texts import Texts
from runtime.screens.conditions.sentences import read_pieces
from schemas.elements import Ref, Yields
from schemas.kinds import Options
from schemas.marks import mark_of

_TITLES = ("label", "title", "message", "account")
_MOST = 4
Read = Callable[[str], str]


def title_of(element: Json, model: type[Options], around: Surroundings, texts: Texts, kind: str) -> str:
    """Return what a part is called: its label, what it names, its kind, whom it means."""
    text = (element[name] for name in _TITLES if _is_text(element.get(name), model, name))
    said = texts.label(next(text, ""))
    names = [] if said or kind else list(_named(element, model, around, several=False))
    found = said or kind or " · ".join(names[:2]) or _word(element, model, texts)
    found = found or texts.t("ui.common.separator").join(_people(element, model, around, texts))
    return with_labels(found, around.tags()) or texts.label(str(element.get("key") or "…"))


def _people(element: Json, model: type[Options], around: Surroundings, texts: Texts) -> Iterator[str]:
    """Yield the people whom an element means: by what they are named by, else by the kind of that."""
    for name, info in named(model).items():
        shape = shape_of(info.annotation).item
        for each in element.get(name) or () if shape is not None else ():
            who = shape.model(each) if shape is not None else None
            if who is not None and family_of(who) == "who":
                said = [*_named(each, who, around, several=False)] or [str(each.get("account") or "")]
                yield said[0] or texts.t(f"who.{each['type']}.label")


def _word(element: Json, model: type[Options], texts: Texts) -> str:
    """Return the first of its words, said or not: of a figure, what it counts."""
    words = Words(texts, model)
    for name, info in named(model).items():
        if literals(info) and isinstance(value := element.get(name, info.default), str):
            return words.choice(name, value)
    return ""


def _is_text(value: Any, model: type[Options], name: str) -> bool:
    info = named(model).get(name)
    return bool(value) and isinstance(value, str | dict) and (info is None or mark_of(Ref, info) is None)


def note_of(
    element: Json, model: type[Options], around: Surroundings, texts: Texts, title: str,
    read: Read | None = None,
) -> str:  # fmt: skip
    """Return what a part says beside its title. ``read``: says a condition about the records around."""
    words = Words(texts, model)
    said = [text for text in _named(element, model, around, several=False) if text not in title]
    this = texts.t("design.this_record", name="{name}")
    for name, info in named(model).items():
        value = element.get(name)
        if name != "type" and value is not None and mark_of(Ref, info) is None and literals(info):
            each = value if isinstance(value, list) else [] if isinstance(value, dict) else [value]
            said += [words.choice(name, str(one)) for one in each if isinstance(one, str)]
        elif isinstance(value, str) and name in {"if", "when", "where", "that", "formula", "filter"}:
            mark = mark_of(Yields, info)
            if read and mark is not None and mark.what == "condition" and mark.reads == "form":
                said.append(read(value))
                continue
            labels = around.labels(mark, element, this)
            said.append("".join(each.label or each.text for each in read_pieces(value, labels)))
    said += [text for text in _people(element, model, around, texts) if text not in title]
    said += [text for text in _named(element, model, around, several=True) if text not in title]
    return " · ".join(said[:_MOST])


def _named(element: Json, model: type[Options], around: Surroundings, *, several: bool) -> Iterator[str]:
    """Yield what an element names, in words: what is one, or what are ``several``."""
    for name, info in named(model).items():
        ref = mark_of(Ref, info)
        if ref is None or element.get(name) is None or isinstance(element[name], list | dict) is not several:
            continue
        known = {each.key: each.text for each in around.named(ref.what, element)}
        value = element[name]
        for key in value if isinstance(value, list | dict) else [value]:
            yield known.get(str(key), str(key))
