"""What people say about a record: a source of its timeline, saying something, taking it back, following."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engines.form import FormModel
from engines.store import comments as kept
from engines.store import people
from engines.store.comments import Comment, Level, comment
from engines.store.platform import user
from frontend.activity import FollowPart, SayPart
from frontend.views import Action, Event, FieldView, Person, Words
from runtime import desk
from runtime.following import tell_named
from runtime.giving import offer, people_found
from runtime.screens.activity.places import Happened, Place
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, go, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call, id_in
from runtime.web.errors import text_of
from schemas.errors import Invalid, NotFound

_LONGEST_NAME = 40
_MOST_NAMED = 50


@dataclass(eq=False)
class Comments:
    """What was said about a record as a source."""

    call: Call
    form: FormModel
    record_id: int
    number: int = 1
    key: str = "comments"
    icon: str = "message"

    @property
    def label(self) -> str:
        """Return what it is called."""
        return texts_of(self.call).t("activity.comments")

    def before(self, place: Place | None, limit: int) -> Iterator[Happened]:
        """Yield the latest of what was said before a place."""
        where = [] if place is None else [self._beyond(place)]
        found = kept.comments(self.call.conn, self.form.uid, self.record_id, where, limit)
        names = people.names(self.call.conn, {each.author for each in found}) if found else {}
        showing = Showing(self.call, self.form, {})
        for each in found:
            yield Happened(Place(each.at, self.number, each.id), self._event(showing, each, names))

    def _beyond(self, place: Place) -> sa.ColumnElement[bool]:
        if self.number > place.source:
            return comment.c.at <= place.at
        earlier = comment.c.at < place.at
        if self.number < place.source:
            return earlier
        return earlier | ((comment.c.at == place.at) & (comment.c.id < place.number))

    def _event(self, showing: Showing, each: Comment, names: Mapping[int, str]) -> Event:
        t, call = texts_of(self.call).t, self.call
        mine = call.person is not None and call.person.id == each.author
        url = f"{form_url(self.form)}/{self.record_id}/comments/{each.id}/delete"
        back = Action(t("activity.take_back"), url, "post", "trash", confirm=t("activity.take_back_ask"))
        return Event(
            Person(str(each.author), names.get(each.author, "")), t("activity.said"), showing.moment(each.at),
            self.icon, "azure", words=tuple(_words(each)), id=f"comment-{each.id}",
            actions=(back,) if mine or call.access.unlimited(call.app) else (),
        )  # fmt: skip


def _words(each: Comment) -> Iterator[Words]:
    """Yield what was said, cut where it names somebody."""
    names = sorted({f"@{name}" for name in each.named.values()}, key=len, reverse=True)
    if not names:
        yield Words(each.body)
        return
    for part in re.split(f"({'|'.join(map(re.escape, names))})", each.body):
        if part:
            yield Words(part, part in names)


def say_part(call: Call, form: FormModel, record_id: int) -> SayPart:
    """Return where something is said."""
    t, url = texts_of(call).t, f"{form_url(form)}/{record_id}"
    whom = FieldView("named", "members", t("activity.name"), help=t("activity.name_help"),
                     options={"lookup_url": f"{url}/people", "choices": []})  # fmt: skip
    return SayPart(f"{url}/comments", whom, kept.LONGEST)


def follow_part(call: Call, form: FormModel, record_id: int) -> FollowPart:
    """Return who follows, and how the reader begins or ends to."""
    t, url = texts_of(call).t, f"{form_url(form)}/{record_id}/follow"
    found = kept.followers(call.conn, form.uid, [record_id])
    me = call.person.id if call.person else 0
    mine = next((each.level for each in found if each.user_id == me), None)
    levels: dict[str, str] = {each: f"activity.follow_{each}" for each in Level} | {"": "activity.unfollow"}
    acts = tuple(
        Action(t(text), url, "post", fields=(("level", level),))
        for level, text in levels.items() if level != (mine or "")
    )  # fmt: skip
    names = t("ui.common.separator").join(each.name for each in found)
    text = t("activity.following" if mine else "activity.follow")
    return FollowPart(text, mine is not None, acts, names, len(found))


def say(call: Call) -> Answer:
    """Keep what somebody says and tell whom it names; who may see the record may say something about it."""
    form, record_id, person = call.form, call.record_id, desk.person_of(call)
    read_one(call, form, record_id)
    url, t, box = f"{form_url(form)}/{record_id}", texts_of(call).t, call.installation
    try:
        body = kept.tidied(call.field("body"))
    except Invalid as error:
        first = error.issues[0]
        return go(call, url, text_of(texts_of(call), first.code, dict(first.params)), "danger")
    app, place = call.app, (form.uid, record_id)
    picked = [number for name, text in call.posted if name == "named" and (number := id_in(str(text)))]
    with desk.writing(call) as conn:
        named = _named(conn, body, picked[:_MOST_NAMED])
        number = kept.add_comment(conn, box.ids, box.clock, place, (person.id, body, named))
        said = (number, person.id, body)
        told, heard, blind = tell_named(conn, box, (app, form, record_id), said, [*named])
        kept.follow(conn, box.clock, place, [person.id, *told])
    box.hub.tell_people([*told, *heard])
    if blind:
        names = t("ui.common.separator").join(named[each] for each in blind)
        return go(call, url, t("activity.blind", names=names), "warning")
    return go(call, f"{url}#comment-{number}")


def _named(conn: sa.Connection, body: str, picked: Iterable[int]) -> dict[int, str]:
    """Return whom a text names after an ``@``, the longest name that fits, and who was picked beside it."""
    chosen = people.names(conn, [*picked])
    starts = [each.end() for each in re.finditer("@", body)][:_MOST_NAMED]
    tails = [body[at : at + _LONGEST_NAME] for at in starts]
    words = {tail[:end] for tail in tails for end in range(1, len(tail) + 1)}
    if not words:
        return chosen
    rows = conn.execute(sa.select(user.c.id, user.c.name).where(user.c.active, user.c.name.in_(words)))
    known: dict[str, list[int]] = {}
    for number, name in rows:
        known.setdefault(name, []).append(number)
    found = dict(chosen)
    for tail in tails:
        name = max((each for each in known if tail.startswith(each)), key=len, default="")
        alike = known.get(name, [])
        # Of people with one name those who were picked are meant; where nobody was, all.
        found |= {each: name for each in alike if each in chosen or not chosen.keys() & set(alike)}
    return found


def take_back(call: Call) -> Answer:
    """Take back what one said; whoever may do everything takes back what anybody said."""
    form, record_id, person = call.form, call.record_id, desk.person_of(call)
    read_one(call, form, record_id)
    number = id_in(call.params["comment"])
    if number is None:
        raise NotFound
    author = None if call.access.unlimited(call.app) else person.id
    with desk.writing(call) as conn:
        kept.remove_comment(conn, (form.uid, record_id), number, author)
    return go(call, f"{form_url(form)}/{record_id}", texts_of(call).t("activity.taken_back"))


def change_following(call: Call) -> Answer:
    """Begin or end to follow a record, or hear more or less of it."""
    form, record_id, person = call.form, call.record_id, desk.person_of(call)
    read_one(call, form, record_id)
    place = (form.uid, record_id)
    level = next((each for each in Level if each == call.field("level")), None)
    with desk.writing(call) as conn:
        if level is not None:
            kept.follow(conn, call.installation.clock, place, [person.id], level)
        else:
            kept.unfollow(conn, place, person.id)
    text = texts_of(call).t("activity.followed" if level else "activity.unfollowed")
    return go(call, f"{form_url(form)}/{record_id}", text)


def find_people(call: Call) -> Answer:
    """Answer whom one may name."""
    read_one(call, call.form, call.record_id)
    return offer(people_found(call, call.query.get("search", "")))
