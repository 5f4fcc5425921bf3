"""The page of a public form: its questions as inputs, without anything to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from engines.store.settings import get_setting
from frontend.publics import Cover, PublicPage, SentPage
from frontend.texts import LOCALES
from frontend.views import FieldView, Issue, Item, Link, Shell
from runtime.publics.offering import several
from runtime.publics.opening import Opened
from runtime.screens.depending import Depending
from runtime.screens.errors import summary
from runtime.screens.inputs import Errors
from runtime.screens.laying import form_views
from runtime.screens.shell import texts_of
from runtime.screens.telling import Telling
from runtime.screens.values import Showing
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call
from schemas.elements import label_of

# What an input would otherwise look up at an address that is not for strangers.
_ADDRESSES = frozenset({"lookup_url", "new_url", "upload_url"})
_NAMES = {"zh-CN": "中文", "en": "English"}


def cover_of(call: Call, found: Opened, base: str = "") -> Cover:
    """Return how the form greets."""
    locale, said = locale_of(call), found.said
    others = {name: value for name, value in call.query.items() if name != "lang"}
    languages = tuple(
        Link(
            _NAMES[each], f"{base or call.path}?{urlencode({**others, 'lang': each})}", active=each == locale
        )
        for each in LOCALES
    )
    return Cover(
        label_of(said.label, locale), said.color, said.cover, lines_of(label_of(said.intro, locale)),
        languages,
    )  # fmt: skip


def lines_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text."""
    return tuple(each.strip() for each in text.splitlines() if each.strip())


def depending_of(call: Call, found: Opened, raw: Mapping[str, Any]) -> Depending:
    """Return the form as its logic has it for what is typed."""
    showing = Showing(call, found.form, {})
    typed = {key: value for key, value in found.fitting(raw).items() if key in found.questions}
    return Depending(showing, frozenset(found.questions), 0, typed)


def question_views(
    depending: Depending, found: Opened, raw: Mapping[str, Any], errors: Errors
) -> list[FieldView]:
    """Return the questions in their order, each as the input of its field."""
    views = dict(form_views(depending, raw, None, errors))
    asked = [_asked(views[key], found, depending) for key in found.questions if key in views]
    return [_with_choices(each, found) for each in asked]


def _asked(view: FieldView, found: Opened, depending: Depending) -> FieldView:
    said, label = found.questions[view.key], depending.showing.texts.label
    columns = tuple(map(_without_addresses, view.columns))
    rows = tuple(replace(row, fields=tuple(map(_without_addresses, row.fields))) for row in view.rows)
    return replace(
        _without_addresses(view), columns=columns, rows=rows, label=label(said.label) or view.label,
        help=label(said.help) or view.help, required=said.required or view.required, width=12,
    )  # fmt: skip


def _with_choices(view: FieldView, found: Opened) -> FieldView:
    """Let records be chosen among those that are offered."""
    if view.key not in found.choices:
        return view
    offered = {str(number): title for number, title in found.choices[view.key].items()}
    items = tuple(Item(key, offered[key]) for key in several(view.value) if key in offered)
    return replace(
        view, items=items, options={"choices": [{"id": key, "text": offered[key]} for key in offered]}
    )


def _without_addresses(view: FieldView) -> FieldView:
    options = {key: value for key, value in view.options.items() if key not in _ADDRESSES}
    return replace(view, options=options)


def logic_of(depending: Depending, found: Opened) -> dict[str, Any] | None:
    """Return what depends on what among the questions; of other fields not even a name leaves here."""
    if not depending.live:
        return None
    told, asked = Telling(depending).config(), found.questions.keys()

    def among(said: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in said.items() if key.partition(".")[0] in asked}

    return told | {
        "user": None, "stands": among(told["stands"]), "follows": among(told["follows"]), "narrowed": {},
        "fill": {}, "leads": {}, "fill_url": "",
    }  # fmt: skip


def form_page(
    call: Call, found: Opened, raw: Mapping[str, Any], ticket: str, errors: Errors | None = None,
    note: str = "",
) -> PublicPage:  # fmt: skip
    """Return the page with what stands in its inputs."""
    errors, correcting = errors or {}, found.response is not None
    depending = depending_of(call, found, raw)
    sent = {each.key for each in found.fields if each.target == "file"}
    views = question_views(depending, found, raw, errors)
    logic: Any = logic_of(depending, found)
    if correcting:  # what was sent before stays where nothing else is sent
        views = [replace(each, required=each.required and each.key not in sent) for each in views]
        for key in sent:
            for rule in ("always", "required") if logic else ():
                logic["fields"][key].pop(rule, None)
    labels = {each.key: each.label for each in views}
    order = [*labels]
    wrong = sorted(errors, key=lambda path: order.index(key) if (key := path.split(".")[0]) in labels else -1)
    issues = (
        Issue(each.text, each.name, labels.get(each.name, each.label))
        for each in summary(found.form, {path: errors[path] for path in wrong}, depending.showing.texts)
    )
    asked = f"?{call.query_string.decode('latin-1')}" if call.query_string else ""
    return PublicPage(
        cover_of(call, found), f"{call.path}{asked}", ticket, tuple(views), tuple(issues),
        logic, bool(sent), correcting, note,
    )  # fmt: skip


def closed_page(call: Call, found: Opened, code: str, moment: Any = None) -> SentPage:
    """Return why nothing is taken."""
    texts = texts_of(call)
    when = ""
    if moment is not None:
        zone = found.app.definition.time_zone
        when = call.installation.renderer.formats[texts.locale].date_time(zone)(moment)
    icon = {"early": "clock", "full": "users"}.get(code, "lock")
    return SentPage(
        cover_of(call, found), icon, texts.t(f"public_form.{code}"),
        (texts.t(f"public_form.{code}_note", when=when),),
    )  # fmt: skip


def render(
    call: Call, template: str, page: Any, status: int = 200, *, cookies: tuple[str, ...] = ()
) -> Answer:
    """Render a page for strangers: nothing around it speaks of people, apps or records."""
    texts = texts_of(call)
    site = get_setting(call.conn, "site") or texts.t("ui.common.product")
    html = call.installation.renderer.render(
        template, locale_of(call), call.cookies.get("weft_theme", "auto"), call.nonce,
        page=page, shell=Shell(site=site, csrf="", path=call.path),
    )  # fmt: skip
    return Answer(status, html.encode(), "text/html; charset=utf-8", cookies=list(cookies))
