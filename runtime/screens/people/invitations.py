"""Links by which people choose a password: made, shown once, withdrawn."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from engines.exchange.writers import Column, CsvWriter
from engines.store import people
from engines.store.people import Tree, Waiting
from frontend.pages import InvitationsPage, JoinLink, WaitingRow
from frontend.views import Action
from runtime.screens.people.frame import HOME, administering, card, moments, tabs
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

_URL = f"{HOME}/invitations"


def show_invitations(call: Call, links: Iterable[tuple[int, str]] = ()) -> Answer:
    """Answer who has not come in yet, below the links that were just made: person and token."""
    tree, texts = people.load_tree(call.conn), texts_of(call)
    found = people.waiting(call.conn, call.installation.clock.now())
    outside = [each for each in found if not each.joined]
    again = Action(texts.t("ui.people.new_links", count=len(outside)), _URL, "post", "link")
    settings = call.installation.settings
    model = InvitationsPage(
        tabs=tabs(call, "invites"),
        links=tuple(_links(call, tree, links)),
        rows=tuple(_row(call, tree, each) for each in found),
        actions=(again,) if outside else (),
        note="" if settings.url else texts.t("ui.people.links_address", url=settings.address),
    )
    return page(call, "pages/people_invitations.html", model)


def invite_one(call: Call) -> Answer:
    """Make a new link for one person; older ones end."""
    number = call.record_id
    with administering(call) as conn:
        token = people.invite(conn, number, call.installation.clock.now())
    return show_invitations(call, [(number, token)])


def invite_all(call: Call) -> Answer:
    """Make new links for everybody who has no password yet."""
    now = call.installation.clock.now()
    with administering(call) as conn:
        outside = [each.user_id for each in people.waiting(conn, now) if not each.joined]
        links = [(each, people.invite(conn, each, now)) for each in outside]
    return show_invitations(call, links)


def withdraw(call: Call) -> Answer:
    """Make a person's unused link worthless."""
    number = call.record_id
    with administering(call) as conn:
        people.get_person(conn, number)
        people.forget_invitations(conn, number)
    return go(call, _URL, texts_of(call).t("ui.people.link_revoked"))


def download_links(call: Call) -> Answer:
    """Answer the links whose tokens are posted as a sheet; those that are no longer good are left out."""
    t, target, now = texts_of(call).t, io.BytesIO(), call.installation.clock.now()
    names = ("name", "account", "phone", "email", "link")
    writer = CsvWriter(target, "links", [Column(t(f"ui.people.{each}")) for each in names])
    for name, token in call.posted:
        if name != "token" or not isinstance(token, str):
            continue
        try:
            entry = people.get_person(call.conn, people.invited(call.conn, token, now))
        except NotFound:
            continue
        writer.write((entry.name, entry.login, entry.phone, entry.email, join_url(call, token)))
    writer.close()
    answer = Answer(200, target.getvalue(), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="links.csv"'
    return answer


def join_url(call: Call, token: str) -> str:
    """Return the address of a link: what the operator set, never what a request says of its host."""
    return f"{call.installation.settings.address}/join/{token}"


def _links(call: Call, tree: Tree, links: Iterable[tuple[int, str]]) -> Iterator[JoinLink]:
    for user_id, token in links:
        person = card(people.get_person(call.conn, user_id), tree)
        yield JoinLink(person, join_url(call, token), token)


def _row(call: Call, tree: Tree, each: Waiting) -> WaitingRow:
    t, url = texts_of(call).t, f"{HOME}/{each.user_id}/link"
    actions = [Action(t("ui.people.new_link"), url, "post", "link")]
    if each.expires_at is not None:
        actions.append(Action(t("ui.people.invite_revoke"), f"{url}/withdraw", "post", style="danger"))
    expires = moments(call)(each.expires_at) if each.expires_at is not None else None
    return WaitingRow(card(people.get_person(call.conn, each.user_id), tree), expires, tuple(actions))
