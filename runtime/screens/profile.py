"""One's own account: password, language and appearance, keys, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engines.store import people
from engines.store.people import KeyView, NewPassword
from engines.store.people.passwords import LENGTH_AT_LEAST
from frontend.pages import ApiKey, ProfilePage
from frontend.views import Action
from frontend.views import Issue as Shown
from runtime.screens.people.frame import card, moments
from runtime.screens.shell import go, page, texts_of
from runtime.screens.told import told
from runtime.web.answers import COOKIE
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from runtime.web.routing import Permission, Routes
from schemas.errors import Busy, Invalid, Issue, Unauthenticated

_URL = "/profile"
_KEYS_AT_MOST = 50
_NAME_AT_MOST = 100
_PASSWORDS = {
    "current": ("current", "ui.profile.current_password"),
    "password": ("new", "ui.profile.new_password"),
    "repeat": ("repeat", "ui.profile.repeat_password"),
}
_KEY = {"name": ("name", "ui.profile.key_name")}


def add_profile_routes(routes: Routes) -> None:
    """Register the pages of one's own account."""
    person = Permission.person
    routes.add("GET", _URL, person)(show_profile)
    routes.add("GET", _URL + "/password", person)(back)
    routes.add("POST", _URL + "/password", person)(change_password)
    routes.add("GET", _URL + "/keys", person)(back)
    routes.add("POST", _URL + "/keys", person)(add_key)
    routes.add("POST", _URL + "/keys/{id}/revoke", person)(revoke_key)
    routes.add("POST", _URL + "/sessions/end", person)(end_sessions)


def show_profile(
    call: Call,
    issues: Iterable[Shown] = (),
    key_issues: Iterable[Shown] = (),
    secret: str = "",
    status: int = 200,
) -> Answer:
    """Answer the page; ``secret`` is a key that was just made."""
    t, tree = texts_of(call).t, people.load_tree(call.conn)
    entry = people.get_person(call.conn, _user(call))
    model = ProfilePage(
        person=replace(card(entry, tree), title=entry.login),
        end_sessions=Action(t("ui.profile.end_sessions"), f"{_URL}/sessions/end", "post", "logout"),
        keys=tuple(_shown(call, each) for each in _keys(call)),
        secret=secret,
        issues=tuple(issues),
        key_issues=tuple(key_issues),
        min_length=LENGTH_AT_LEAST,
    )
    return page(call, "pages/profile.html", model, status=status)


def back(_: Call) -> Answer:
    """Lead an address that only takes posts to the page."""
    return redirect(_URL)


def change_password(call: Call) -> Answer:
    """Change the password; every other session ends."""
    box, texts, new = call.installation, texts_of(call), call.field("new")
    change = NewPassword(_user(call), call.field("current"), new, call.cookies.get(COOKIE, ""), call.address)
    if new != call.field("repeat"):
        return show_profile(
            call, told(texts, [Issue("repeat", "password.different")], _PASSWORDS), status=422
        )
    call.release()
    try:
        people.change_password(box.db, box.passwords, box.clock, change)
    except Invalid as error:
        return show_profile(call, told(texts, error.issues, _PASSWORDS), status=422)
    except Busy as error:
        said = Shown(text_of(texts, error.reason, dict(error.params)))
        answer = show_profile(call, [said], status=429)
        answer.headers["Retry-After"] = str(error.params.get("retry_after", 60))
        return answer
    return go(call, _URL, texts.t("ui.profile.password_changed"))


def add_key(call: Call) -> Answer:
    """Make a key and show it, this once."""
    box, name = call.installation, " ".join(call.field("name").split())
    wrong = _wrong_name(call, name)
    if wrong is not None:
        return show_profile(call, key_issues=told(texts_of(call), [wrong], _KEY), status=422)
    call.release()
    with box.db.write() as conn:
        _, secret = people.add_key(conn, box.ids, _user(call), name, box.clock.now())
    return show_profile(call, secret=secret)


def revoke_key(call: Call) -> Answer:
    """End one of one's own keys."""
    number, text = call.record_id, texts_of(call).t("ui.profile.key_revoked")
    call.release()
    with call.installation.db.write() as conn:
        people.revoke_key(conn, _user(call), number, call.installation.clock.now())
    return go(call, _URL, text)


def end_sessions(call: Call) -> Answer:
    """Sign out everywhere but here."""
    text = texts_of(call).t("ui.profile.sessions_ended")
    call.release()
    with call.installation.db.write() as conn:
        people.close_sessions(conn, _user(call), but=call.cookies.get(COOKIE, ""))
    return go(call, _URL, text)


def _wrong_name(call: Call, name: str) -> Issue | None:
    if not name:
        return Issue("name", "field.required")
    if len(name) > _NAME_AT_MOST:
        return Issue("name", "field.too_long", {"max_length": _NAME_AT_MOST})
    if len(_keys(call)) >= _KEYS_AT_MOST:
        return Issue("name", "limit.reached", {"limit": _KEYS_AT_MOST})
    return None


def _keys(call: Call) -> list[KeyView]:
    return [each for each in people.list_keys(call.conn, _user(call)) if each.revoked_at is None]


def _shown(call: Call, key: KeyView) -> ApiKey:
    t = texts_of(call).t
    revoke = Action(
        t("ui.profile.key_revoke"), f"{_URL}/keys/{key.id}/revoke", "post", style="danger",
        confirm=t("ui.profile.key_revoke_confirm"),
    )  # fmt: skip
    return ApiKey(key.name, f"…{key.hint}", moments(call)(key.created_at), revoke)


def _user(call: Call) -> int:
    if call.person is None:
        raise Unauthenticated
    return call.person.id
