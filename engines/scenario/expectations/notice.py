"""Notice: somebody was told something, exactly so many times."""

from __future__ import annotations

from collections.abc import Iterator

from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Told
from engines.scenario.told import notices_of
from engines.scenario.world import World
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions


class NoticeOptions(Told, ExpectationOptions):
    """Whom, what, and how often since the scenario began."""


@kind
class Notice(ExpectationType[NoticeOptions]):
    """What somebody was told."""

    name, icon = "notice", "bell"
    Options = NoticeOptions
    examples = (
        Example((
            {"type": "create", "form": "order", "record": "new", "set": {"title": "A", "note": "call"}},
            {"type": "notice", "person": "bo", "title": "New order", "record": "new"},
        )),
        Example(
            ({"type": "create", "form": "order", "set": {"title": "A"}},
             {"type": "notice", "person": "bo"}),
            ("notice",),
        ),
    )  # fmt: skip

    def misses(self, options: NoticeOptions, world: World) -> Iterator[Miss]:
        """Count what the person was told."""
        person = world.person_id(options.person)
        with world.reading() as conn:
            found = notices_of(world, conn, person, options.title, options.record)
            if len(found) == options.times:
                return
            read = world.teller(conn, person)
            every = notices_of(world, conn, person, None, None)
            has = [read.text(e.notice.title, e.notice.form_uid, e.notice.record_id) for e in every]
        said = {"person": world.name(options.person), "title": options.title or ""}
        yield Miss("notice", {**said, "expected": options.times, "found": len(found), "has": has})
