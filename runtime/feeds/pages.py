"""Making and ending the link to a calendar, and what is read under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engines.store.feeds import Feed, drop_feed, feed_of, make_feed, read_feed
from engines.store.people.attempts import begin_attempt, reading_keys
from engines.view.kinds.calendar import CalendarOptions, happening
from frontend.records import FeedPage
from frontend.views import Action, Link
from runtime.feeds.ics import Happening, written
from runtime.screens.listing import Listing, open_listing
from runtime.screens.looks.browsing import browser_of
from runtime.screens.looks.deck import Deck
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, NotFound

_PLACE = "/a/{app}/{form}/feed/{view}"
_BEFORE, _AFTER = timedelta(days=90), timedelta(days=400)
_PAGE, _PAGES = 500, 4


def add_feed_routes(routes: Routes) -> None:
    """Register the page of a link and the address it leads to."""
    routes.add("GET", "/feeds/{token}", Permission.public)(show_feed)
    routes.add("GET", _PLACE, Permission.person)(ask)
    routes.add("POST", _PLACE, Permission.person)(make)
    routes.add("POST", _PLACE + "/drop", Permission.person)(drop)


def ask(call: Call) -> Answer:
    """Answer the page on which the link is made or ended."""
    return _answer(call, _calendar(call), "")


def make(call: Call) -> Answer:
    """Make the link, and show it this once."""
    listing = _calendar(call)
    place = _uids(listing)
    user = call.person.id if call.person else 0
    with call.unit() as uow:
        token = make_feed(uow.conn, user, uow.app.key, place, uow.clock.now())
    return _answer(call, listing, f"{call.installation.settings.address}/feeds/{token}.ics")


def drop(call: Call) -> Answer:
    """End the link: from now on nothing is read under it."""
    _, view_uid = _uids(_calendar(call))
    user, back = call.person.id if call.person else 0, call.path.removesuffix("/drop")
    with call.unit() as uow:
        drop_feed(uow.conn, user, view_uid)
    return go(call, back, texts_of(call).t("screen.feed.dropped"))


def _calendar(call: Call) -> Listing:
    """Return the list that a calendar shows to the reader. Raises NotFound where it is none."""
    call.conn  # noqa: B018 - the snapshot is this request's, which gives it back
    listing = open_listing(replace(call, query_string=f"view={call.params['view']}".encode()))
    if listing.state.view != call.params["view"] or not isinstance(listing.view, CalendarOptions):
        raise NotFound
    if listing.kind.name != listing.view.type:
        raise NotFound
    return listing


def _uids(listing: Listing) -> tuple[int, int]:
    """Return what form and view are known by, whatever they are called."""
    form = listing.form
    return form.uid, listing.call.app.names.uid(f"view:{form.path}.{listing.state.view}")


def _answer(call: Call, listing: Listing, link: str) -> Answer:
    texts, user = texts_of(call), call.person.id if call.person else 0
    found = feed_of(call.conn, user, _uids(listing)[1])
    view = texts.label(listing.view.label) if listing.view else ""
    moment = call.installation.renderer.formats[texts.locale].moment(
        call.app.definition.time_zone, call.installation.clock.now()
    )
    url = f"{form_url(listing.form)}/feed/{listing.state.view}"
    drop_it = Action(texts.t("screen.feed.drop"), f"{url}/drop", "post", "trash", "danger",
                     texts.t("screen.feed.drop_confirm"))  # fmt: skip
    model = FeedPage(
        title=texts.t("screen.feed.title", name=view),
        url=url,
        link=link,
        made=moment(found.created_at) if found else None,
        read=moment(found.read_at) if found and found.read_at else None,
        drop=drop_it if found else None,
    )
    crumbs = [
        Link(texts.label(listing.form.definition.label), form_url(listing.form)),
        Link(view, f"{form_url(listing.form)}?view={listing.state.view}"),
    ]
    return page(call, "runtime/feed.html", model, crumbs)


def show_feed(call: Call) -> Answer:
    """Answer the events that the person of the link may see at this moment, and nothing to anybody else.

    Raises NotFound alike for a link that never was, was ended, or leads to what the person may not see.
    """
    box, token = call.installation, call.params["token"].removesuffix(".ics")
    now = box.clock.now()
    with box.db.write() as conn:
        begin_attempt(conn, reading_keys(token, call.address), now)
        found = read_feed(conn, token, now)
    if found is None:
        raise NotFound
    listing = _of(call, found)
    try:
        happenings = tuple(_happenings(listing, now))
    except Invalid:  # the view asks for what this person may not ask for
        raise NotFound from None
    view = listing.view
    texts = texts_of(listing.call)
    body = written(texts.label(view.label) if view else "", happenings)
    answer = Answer(200, body, "text/calendar; charset=utf-8")
    answer.headers |= {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'inline; filename="calendar.ics"',
    }
    return answer


def _of(call: Call, found: Feed) -> Listing:
    """Return the list as the person of the link sees it now. Raises NotFound."""
    box = call.installation
    person = box.person(call.conn, found.user_id, call.epoch)
    if person is None:
        raise NotFound
    app = box.app(call.conn, found.app, call.epoch)
    form = next((each for each in app.forms.values() if each.uid == found.form_uid), None)
    views = form.definition.views if form is not None else ()
    view = next(
        (each for each in views if app.names.uid(f"view:{form.path}.{each.key}") == found.view_uid), None
    ) if form is not None else None  # fmt: skip
    if form is None or view is None:
        raise NotFound
    params = {"app": app.key, "form": form.key, "view": view.key}
    return _calendar(replace(call, person=person, params=params, recheck=None))


def _happenings(listing: Listing, now: datetime) -> Iterator[Happening]:
    options, call = listing.view, listing.call
    assert isinstance(options, CalendarOptions)  # noqa: S101 - `_calendar` looked
    browser, after = browser_of(listing), ""
    first, last = browser.today - _BEFORE, browser.today + _AFTER
    for _ in range(_PAGES):
        found = happening(options, browser, first, last, _PAGE, after)
        deck = Deck.of(listing, [found])
        for record in found.records:
            card = deck.card(record, options.start, options.end)
            clear = (each for each in card.lines if not each.cell.masked)
            said = tuple(f"{each.field.label}: {each.cell.text}" for each in clear)
            changed: Any = record.get("_updated_at") or now
            yield Happening(
                f"{card.id}-{listing.form.uid}@weftwright",
                int(card.version), _moment(record[options.start]),
                _moment(record.get(options.end)) if options.end else None,
                card.title, said, f"{call.installation.settings.address}{card.url}", changed,
            )  # fmt: skip
        if found.next is None:
            return
        after = found.next


def _moment(value: Any) -> Any:
    """Return a date as it is, and an instant in the one zone that every program knows."""
    return value.astimezone(UTC).replace(microsecond=0) if isinstance(value, datetime) else value
