"""What people say about a record: a source of its timeline, saying something, taking it back, following."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engines.form import FormModel
from engines.store import comments as kept
from engines.store import people
from engines.store.comments import Comment, Level, comment
from frontend.activity import FollowPart, SayPart
from frontend.views import Action, Event, FieldView, Person, Words
from runtime import talking
from runtime.allowed import Spot
from runtime.giving import offer, people_found
from runtime.screens.activity.places import Happened, Place
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, go, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call, form_in, id_in
from runtime.web.errors import text_of
from schemas.errors import Invalid


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
    """Keep what somebody says and tell whom it names."""
    url, texts = f"{form_url(call.form)}/{call.record_id}", texts_of(call)
    picked = [number for name, text in call.posted if name == "named" and (number := id_in(str(text)))]
    try:
        with call.unit() as uow:
            heard = talking.say(Spot.of(call, uow, form_in(uow, call)), call.field("body"), picked)
    except Invalid as error:
        first = error.issues[0]
        return go(call, url, text_of(texts, first.code, dict(first.params)), "danger")
    if heard.blind:
        names = texts.t("ui.common.separator").join(heard.named[each] for each in heard.blind)
        return go(call, url, texts.t("activity.blind", names=names), "warning")
    return go(call, f"{url}#comment-{heard.number}")


def take_back(call: Call) -> Answer:
    """Take back what one said."""
    with call.unit() as uow:
        talking.take_back(Spot.of(call, uow, form_in(uow, call)), id_in(call.params["comment"]))
    return go(call, f"{form_url(call.form)}/{call.record_id}", texts_of(call).t("activity.taken_back"))


def change_following(call: Call) -> Answer:
    """Begin or end to follow a record, or hear more or less of it."""
    level = next((each for each in Level if each == call.field("level")), None)
    with call.unit() as uow:
        talking.follow(Spot.of(call, uow, form_in(uow, call)), level)
    text = texts_of(call).t("activity.followed" if level else "activity.unfollowed")
    return go(call, f"{form_url(call.form)}/{call.record_id}", text)


def find_people(call: Call) -> Answer:
    """Answer whom one may name."""
    read_one(call, call.form, call.record_id)
    return offer(people_found(call, call.query.get("search", "")))
