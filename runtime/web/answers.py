"""Around every handler: who calls, what an error looks like, and the headers every answer carries."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from engines.store import people
from engines.store.people import Caller
from frontend.pages import ErrorPage
from frontend.texts import Texts, best_locale
from frontend.views import Shell
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import known_error, problem, status_of, text_of
from runtime.web.here import LOOPBACK, host_of
from runtime.web.routing import Permission, Route
from schemas.errors import Forbidden, NotAllowed, NotFound, Unauthenticated, WeftError

if TYPE_CHECKING:
    from runtime.installation import Installation

COOKIE = "weft_session"
FORM_COOKIE = "weft_form"
_SAFE = {"GET", "HEAD", "OPTIONS"}


def identify(call: Call, route: Route) -> None:
    """Find out who calls and whether the route is open to them.

    Raises Unauthenticated, Forbidden or NotFound.
    """
    if recognise(call, route) and route.admit is None:
        _check_origin(call, route)
    if route.permission is Permission.public:
        return
    if call.person is None:
        raise Unauthenticated
    if route.permission is Permission.admin and not call.person.admin:
        raise Forbidden
    if route.permission is Permission.designer and not call.access.may_design(call.app):
        raise NotFound  # as an app that does not exist


def _check_host(call: Call) -> None:
    """Demo people have no passwords, so a demo answers on this machine only unless told otherwise."""
    settings = call.installation.settings
    if not settings.demo or settings.demo_hosts:
        return
    host = host_of(call)
    if host not in LOOPBACK and host != settings.host:
        raise Forbidden("demo.other_host", host=host[:100])


def recognise(call: Call, route: Route) -> bool:
    """Find out who calls; True where a browser may have been made to call.

    Raises Unauthenticated for a bad key.
    """
    _check_host(call)
    bearer = call.headers.get("authorization", "")
    if route.api and bearer[:7].lower() == "bearer ":
        call.door = "rest"
        _take(call, _by_key(call, route, bearer[7:].strip()))
        return False
    found = None
    if token := call.cookies.get(COOKIE):
        found = people.by_session(call.conn, token, call.installation.clock.now())
        call.door = "rest" if route.api else "screen"
        call.stale_session = found is not None and found.stale
    if found is None:
        call.epoch = call.installation.current(call.conn)
        # Before anybody is signed in, a form proves by a cookie of its own that it came from a page of ours.
        call.csrf = call.cookies.get(FORM_COOKIE, "")
    else:
        _take(call, found)
    return call.method not in _SAFE


def _check_origin(call: Call, route: Route) -> None:
    """Refuse what did not come from a page of ours. Raises Unauthenticated or Forbidden."""
    given = call.headers.get("x-csrf-token") or ("" if route.api else call.field("csrf"))
    if not call.csrf or not hmac.compare_digest(given.encode(), call.csrf.encode()):
        if call.person is not None or route.permission is Permission.public:
            raise Forbidden("csrf")
        raise Unauthenticated if route.api else Forbidden("sign_in.expired")


def _by_key(call: Call, route: Route, secret: str) -> Caller:
    """Recognise a key. Raises Unauthenticated.

    A route that does all its work in one unit need not ask before: the unit compares epochs inside its
    transaction, and whatever makes a key worthless moves the epoch.
    """
    known = call.installation.callers
    found = known.get(secret) if route.in_unit else None
    if found is not None:
        call.recheck = lambda conn: _recheck(call, conn, secret)
        return found
    found = people.by_key(call.conn, secret)
    if found is None:
        raise Unauthenticated
    known.put(secret, found)
    return found


def _recheck(call: Call, conn: sa.Connection, secret: str) -> None:
    found = people.by_key(conn, secret)
    if found is None:
        raise Unauthenticated
    call.installation.callers.put(secret, found)


def _take(call: Call, found: Caller) -> None:
    installation = call.installation
    call.epoch, call.csrf = found.epoch, found.csrf
    call.person = installation.known_person(found.user_id, found.epoch)
    if call.person is None:
        call.person = installation.person(call.conn, found.user_id, found.epoch)


def locale_of(call: Call) -> str:
    """Return the language to answer in: the person's, the browser's choice, what it says it accepts."""
    if call.person is not None and call.person.locale:
        return call.person.locale
    return best_locale(call.cookies.get("weft_locale") or call.headers.get("accept-language"))


def texts_of(call: Call) -> Texts:
    """Return the texts of the language to answer in."""
    return call.installation.renderer.texts[locale_of(call)]


def failed(call: Call, route: Route, error: Exception) -> Answer:
    """Turn an error into an answer that gives nothing away."""
    known = known_error(error)
    texts = texts_of(call)
    if route.api:
        return problem(known, texts)
    if isinstance(error, Unauthenticated) and call.method in _SAFE:
        asked = f"?{call.query_string.decode('latin-1')}" if call.query_string else ""
        return redirect(f"/sign-in?next={quote(call.path + asked)}")
    if route.resume is not None and known.reason in {"csrf", "sign_in.expired"}:
        with suppress(WeftError):  # what cannot be shown again is refused as anything else
            return route.resume(call)
    return error_page(call, status_of(known), text_of(texts, known.reason, dict(known.params)))


def error_page(call: Call, status: int, text: str) -> Answer:
    """Return a friendly page for an error."""
    locale, theme = (
        locale_of(call),
        (call.person.theme if call.person else "") or call.cookies.get("weft_theme", "auto"),
    )
    page = ErrorPage(status=status, text=text)
    shell = _bare(call.installation, locale, call.path, call.csrf)
    html = call.installation.renderer.render(
        "pages/error.html", locale, theme, call.nonce, page=page, shell=shell
    )
    return Answer(status, html.encode(), "text/html; charset=utf-8")


def page_headers(call: Call, route: Route, answer: Answer) -> Answer:
    """Add what every answer carries: nothing is cached, framed, sniffed or sent on to others."""
    headers = answer.headers
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    if not route.api:
        headers["Referrer-Policy"] = "same-origin"
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Content-Security-Policy", _policy(call.nonce, "'none'", "'self'"))
    return answer


def _policy(nonce: str, ancestors: str, forms: str) -> str:
    # Styles may be inline: GridStack and Plotly write them. Scripts may not.
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}; "
        f"form-action {forms}"
    )


def framed(call: Call, answer: Answer) -> Answer:
    """Let a page of our own show another; what is shown so sends nothing."""
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    policy = _policy(call.nonce, "'self'", "'none'")
    answer.headers["Content-Security-Policy"] = f"{policy}; connect-src 'none'"
    return answer


def embeddable(call: Call, answer: Answer, origins: Sequence[str]) -> Answer:
    """Let pages of these origins show one of ours, and nobody else's."""
    if origins:
        # The older header knows no list of origins; the policy overrides it wherever both are known.
        answer.headers["X-Frame-Options"] = "SAMEORIGIN"
        answer.headers["Content-Security-Policy"] = _policy(
            call.nonce, f"'self' {' '.join(origins)}", "'self'"
        )
    return answer


def nowhere(installation: Installation, path: str, headers: Headers, methods: Sequence[str]) -> Answer:
    """Answer an address that leads nowhere; one that leads somewhere by other methods is told which."""
    error = NotAllowed("request.method_not_allowed") if methods else NotFound()
    answer = _stranger(installation, path, headers, error)
    if methods:
        answer.headers["Allow"] = ", ".join(methods)
    return answer


def unreadable(call: Call, error: Exception) -> Answer:
    """Answer a request whose body was not read, or not to its end."""
    return _stranger(call.installation, call.path, call.headers, known_error(error))


def _stranger(installation: Installation, path: str, headers: Headers, error: WeftError) -> Answer:
    """Answer without knowing who asks."""
    chosen = cookie_parser(headers.get("cookie", ""))
    locale = best_locale(chosen.get("weft_locale") or headers.get("accept-language"))
    status = status_of(error)
    texts = installation.renderer.texts[locale]
    if path.startswith("/api/"):
        answer = problem(error, texts)
    else:
        text = "" if isinstance(error, NotFound) else text_of(texts, error.reason, dict(error.params))
        page, shell = ErrorPage(status=status, text=text), _bare(installation, locale, path)
        theme = chosen.get("weft_theme", "auto")
        html = installation.renderer.render("pages/error.html", locale, theme, "", page=page, shell=shell)
        answer = Answer(status, html.encode(), "text/html; charset=utf-8")
    answer.headers |= {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return answer


def _bare(installation: Installation, locale: str, path: str, csrf: str = "") -> Shell:
    """Return the frame of a page that may not ask the database anything any more."""
    return Shell(site=installation.renderer.texts[locale].t("ui.common.product"), csrf=csrf, path=path)
