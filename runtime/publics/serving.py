"""The addresses of public forms: asked for and sent without signing in, by pages that run no script too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile

from engines.store import publics
from engines.store.people.attempts import begin_attempt, sending_keys
from engines.store.people.secrets import digest
from frontend.publics import SentPage
from runtime.publics.asking import closed_page, cover_of, form_page, lines_of, render
from runtime.publics.opening import Opened, open_form, opened, put
from runtime.publics.sending import Outcome, Sent, correct, send
from runtime.publics.signing import Ticket, new_ticket, read_ticket
from runtime.screens.errors import by_path
from runtime.screens.form import defaults
from runtime.screens.posted import read_posted
from runtime.screens.shell import texts_of
from runtime.web.answers import embeddable, locale_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.elements import label_of
from schemas.errors import Busy, LimitReached, NotFound, WeftError

LIMIT = 64_000_000  # bytes of what is sent with its files
TRAP = "website_url_2"  # a question that people never see
READING = timedelta(seconds=2)  # nobody reads and answers faster
_VISITOR, _YEAR = "weft_visitor", 365 * 24 * 3600
_FORM, _EMBED = "/f/{token}", "/f/{token}/embed"
_CHANGE = "/f/{token}/change/{secret}"


def add_public_routes(routes: Routes) -> None:
    """Register what strangers may open and send."""
    public = Permission.public
    for path in (_FORM, _EMBED):
        routes.add("GET", path, public)(show_form)
        routes.for_strangers(path, take_form, admit, LIMIT)
    routes.add("GET", _CHANGE, public)(show_change)
    routes.for_strangers(_CHANGE, take_change, admit, LIMIT)


def admit(call: Call) -> None:
    """Read more of a stranger only for a form that is there, open and asks for files. Raises LimitReached."""
    try:
        found = opened(call, call.conn, call.params["token"], call.installation.current(call.conn))
    except NotFound:
        raise LimitReached("limit.body", limit=1_000_000) from None
    files = any(each.target == "file" for each in found.fields)
    if not files or found.closed(call.installation.clock.now())[0]:
        raise LimitReached("limit.body", limit=1_000_000)


def show_form(call: Call) -> Answer:
    """Answer a blank form, or why there is none now."""
    found = open_form(call)
    why = _why_not(call, found)
    if why is not None:
        return _framed(call, found, why)
    usual = {key: value for key, value in defaults(call, found.form).items() if key in found.questions}
    raw = {**usual, **_typed_ahead(found)}
    model = form_page(call, found, raw, new_ticket(call, found.link.token))
    cookies = () if call.cookies.get(_VISITOR) or _embedded(call) else (_visitor_cookie(call),)
    return _framed(call, found, render(call, "public/form.html", model, cookies=cookies))


def _typed_ahead(found: Opened) -> Mapping[str, Any]:
    return {key: value for key, value in (found.link.values or {}).items() if key in found.questions}


def _why_not(call: Call, found: Opened) -> Answer | None:
    """Return the page that says why nothing is taken now."""
    now = call.installation.clock.now()
    why, moment = found.closed(now)
    why = why or (Outcome.unbound if found.unbound else "")
    most = found.said.limit
    if not why and most is not None and publics.taken(call.conn, found.uid) >= most:
        why = Outcome.full
    return render(call, "public/sent.html", closed_page(call, found, why, moment)) if why else None


def take_form(call: Call) -> Answer:
    """Take what was filled in, and say thanks; or answer the form again with what is wrong."""
    found = open_form(call)
    if call.field(TRAP):  # a machine is told what it wants to hear
        call.release()
        with call.installation.db.write() as conn:
            publics.blocked(conn, found.link.id)
        return _framed(call, found, _thanks(call, found, Sent(Outcome.taken)))
    ticket = read_ticket(call, found.link.token, call.field("ticket"))
    refused = _too_soon(call, ticket) or _too_many(call, found)
    if ticket is None or refused:
        return _again(call, found, refused or "old", status=429 if ticket else 422)
    try:
        posted = _posted(call, found)
    except WeftError as error:
        return _again(call, found, error.reason, files=error)
    return _answered(call, found, ticket, posted)


def _answered(call: Call, found: Opened, ticket: Ticket, posted: Mapping[str, Any]) -> Answer:
    sent = send(call, found, ticket, posted, _visitor(call, found))
    if sent.issues:
        errors = by_path(sent.issues, texts_of(call))
        model = form_page(call, found, _shown(found, posted), call.field("ticket"), errors)
        return _framed(call, found, render(call, "public/form.html", model, 422))
    if sent.outcome in {Outcome.full, Outcome.enough, Outcome.closed, Outcome.unbound}:
        model_closed = closed_page(call, found, sent.outcome)
        return _framed(call, found, render(call, "public/sent.html", model_closed, 409))
    return _framed(call, found, _thanks(call, found, sent))


def _thanks(call: Call, found: Opened, sent: Sent) -> Answer:
    texts, said = texts_of(call), found.said
    lines = lines_of(label_of(said.thanks, locale_of(call))) or (texts.t("public_form.thanks_note"),)
    blank = f"/f/{found.link.token}"
    # What is corrected stands on a page that lets nobody frame it.
    change = "" if _embedded(call) or not sent.secret else f"{blank}/change/{sent.secret}"
    asked = f"?{call.query_string.decode('latin-1')}" if call.query_string else ""
    again = f"{blank}/embed{asked}" if _embedded(call) else f"{blank}{asked}"
    again = "" if said.limit_each == 1 or found.about else again
    model = SentPage(
        cover_of(call, found, call.path), "circle-check", texts.t("public_form.thanks"), lines, change,
        texts.t("public_form.change_note", count=said.edit_minutes) if change else "", again,
        said.thanks_url or "",
    )  # fmt: skip
    return render(call, "public/sent.html", model)


def _too_soon(call: Call, ticket: Ticket | None) -> str:
    soon = ticket is not None and call.installation.clock.now() - ticket.at < READING
    return "quick" if soon else ""


def _too_many(call: Call, found: Opened) -> str:
    """Count a sending; tell whether there were too many from this address or for this form."""
    call.release()
    try:
        with call.installation.db.write() as conn:
            begin_attempt(conn, sending_keys(found.uid, call.address), call.installation.clock.now())
    except Busy:
        return "many"
    return ""


def _posted(call: Call, found: Opened) -> dict[str, Any]:
    """Return what was typed. A file is what was sent just now: the number of one that is there is nothing."""
    for field in found.fields:
        if field.target == "file":
            call.posted[:] = [
                (name, value) for name, value in call.posted
                if name != field.key or isinstance(value, UploadFile)
            ]  # fmt: skip
    return read_posted(call, found.fields)


def _shown(found: Opened, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may stand in the inputs again; files are chosen anew."""
    files = {each.key for each in found.fields if each.target == "file"}
    return {key: value for key, value in posted.items() if key not in files}


def _again(
    call: Call, found: Opened, code: str, status: int = 422, files: WeftError | None = None
) -> Answer:  # fmt: skip
    """Answer the form as it was filled: nobody types twice because of a rule against machines."""
    texts = texts_of(call)
    note = texts.t(f"public_form.{code}") if files is None else texts.t(files.reason, **dict(files.params))
    fields = [each for each in found.fields if each.target != "file"]
    raw = read_posted(call, fields)
    purpose = found.link.token if found.response is None else found.response.ticket
    ticket = call.field("ticket") if code == "quick" else new_ticket(call, purpose)
    model = form_page(call, found, raw, ticket, note=note)
    return _framed(call, found, render(call, "public/form.html", model, status))


def show_change(call: Call) -> Answer:
    """Answer the form with what was sent, as long as it may be corrected."""
    found, response = _changed(call)
    ticket = new_ticket(call, response.ticket)
    model = form_page(call, found, _shown(found, response.values or {}), ticket)
    return render(call, "public/form.html", model)


def take_change(call: Call) -> Answer:
    """Correct what was sent."""
    found, response = _changed(call)
    ticket = read_ticket(call, response.ticket, call.field("ticket"))
    refused = _too_many(call, found)
    if ticket is None or refused:
        return _again(call, found, refused or "old", 429 if ticket else 422)
    try:
        posted = _sent_anew(found, _posted(call, found))
    except WeftError as error:
        return _again(call, found, error.reason, files=error)
    sent = correct(call, found, response, posted)
    if sent.issues:
        errors = by_path(sent.issues, texts_of(call))
        shown = _shown(found, posted)
        model = form_page(call, found, shown, call.field("ticket"), errors)
        return render(call, "public/form.html", model, 422)
    return _thanks(call, found, Sent(Outcome.taken, secret=call.params["secret"]))


def _sent_anew(found: Opened, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed; files stay where no others are sent, and so does what is not offered now."""
    fields, kept = found.form.fields, dict(posted)
    for key, value in posted.items():
        gone = found.gone(key)
        if gone and fields[key].plural:
            kept[key] = [*value, *gone]
        elif not value and (gone or fields[key].target == "file"):
            del kept[key]
    return kept


def _changed(call: Call) -> tuple[Opened, publics.Response]:
    found = open_form(call)
    response = publics.by_secret(call.conn, call.params["secret"], call.installation.clock.now())
    if response.link_id != found.link.id:
        raise NotFound("public.not_any_more")
    found.about, found.response = response.about, response
    put(call, found, found.access(response.record_id))
    return found, response


def _visitor(call: Call, found: Opened) -> str:
    """Return who is counted: whom the link is about, this browser, or this address where it keeps nothing."""
    if found.about:
        return f"about:{found.about}"
    kept = call.cookies.get(_VISITOR, "")
    return digest(f"browser:{kept}") if kept else digest(f"address:{call.address}")


def _visitor_cookie(call: Call) -> str:
    secure = "; Secure" if call.installation.settings.url.startswith("https:") else ""
    value = secrets.token_urlsafe(18)
    return f"{_VISITOR}={value}; Path=/f/; HttpOnly; SameSite=Lax; Max-Age={_YEAR}{secure}"


def _embedded(call: Call) -> bool:
    return call.path.endswith("/embed")


def _framed(call: Call, found: Opened, answer: Answer) -> Answer:
    """Let the pages that the design names show the form: at the address for them and nowhere else."""
    return embeddable(call, answer, found.said.origins) if _embedded(call) else answer
