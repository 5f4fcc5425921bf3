"""How far records came through the options of a field: steps, skipped ones, ways back, time, rights."""

from decimal import Decimal
from typing import Any

import pytest

from engines.access import Access
from engines.expression import parse
from engines.query import Measure, Passage, Passed, Reached, Total
from engines.store import reading
from schemas.errors import Invalid
from tests.fixtures.shop import Shop

STEPS = ("zebra", "open")  # apple lies beside the way: given up
# days after each of which the stage becomes the next one; the first is the stage at the beginning
WAYS: dict[str, tuple[str | None, ...]] = {
    "new": ("zebra",),
    "moved on": ("zebra", "open"),
    "given up at once": ("zebra", "apple"),
    "given up later": ("zebra", "open", "apple"),
    "back again": ("zebra", "open", "zebra", "open", "zebra"),
    "came in the middle": ("open",),
    "came as given up": ("apple",),
    "never began": (None,),
    "emptied": ("zebra", "open", None),
}
FAR = {"moved on", "given up later", "back again", "came in the middle", "emptied"}


@pytest.fixture
def walked(shop: Shop) -> Shop:
    for owner, (title, stages) in enumerate(WAYS.items()):
        record = shop.create("order", title=title, stage=stages[0], owner=str(11 + owner % 2), amount="10")
        for number, stage in enumerate(stages[1:], 1):
            shop.clock.forward(days=number)
            shop.update("order", record, stage=stage)
            shop.update("order", record, word=f"{number}")  # another field moves nothing
    return shop


def passed(shop: Shop, access: Access | None = None, **more: Any) -> Passed:
    with shop.db.read() as conn:
        asked = Passage("order", "stage", STEPS, **more)
        return reading.passage(shop.store, conn, shop.app, access or Access(None), asked)


def listed(shop: Shop, step: str, access: Access | None = None, **more: Any) -> set[str]:
    """The titles of the records that a list shows for a step; its exact total must be their number."""
    page = shop.page("order", access, reached=Reached("stage", STEPS, step), total=Total.exact, **more)
    found = {str(each["title"]) for each in page.records}
    assert page.count == len(found)
    return found


def test_each_step_counts_whatever_ever_came_there_or_further(walked: Shop):
    found = passed(walked, measure=Measure("sum", "amount"))

    assert [(each.step, each.count) for each in found.steps] == [("zebra", 8), ("open", 5)]
    assert [each.figure for each in found.steps] == [Decimal("80.00"), Decimal("50.00")]
    assert found.assumed == 2  # came in the middle, came as given up
    assert listed(walked, "zebra") == WAYS.keys() - {"never began"}
    assert listed(walked, "open") == FAR


def test_half_of_those_who_left_a_step_stayed_no_longer(walked: Shop):
    zebra, opened = passed(walked).steps

    # zebra: 1, 1, 1, 1 and 3 days; open: 2, 2, 4 and 2 days
    assert (zebra.median_days, opened.median_days) == (Decimal("1.0"), Decimal("2.0"))


@pytest.mark.parametrize("where", ['owner = "11"', 'title <> "moved on"', "amount > 100"])
def test_conditions_hold_for_every_step(walked: Shop, where: str):
    found = passed(walked, where=parse(where))

    for each in found.steps:
        assert each.count == len(listed(walked, each.step, where=where))


@pytest.mark.parametrize(
    "grants",
    [
        [{"form": "order", "scope": "own"}],
        [{"form": "order", "where": "amount > 0", "fields": {"stage": "hidden"}},
         {"form": "order", "scope": "own"}],
        [{"form": "order", "where": 'title <> "emptied"'}],
    ],
    ids=["own", "stage of own only", "some"],
)  # fmt: skip
def test_a_step_counts_what_its_reader_may_see(walked: Shop, grants: list[dict[str, Any]]):
    access = walked.give(*grants)

    found = passed(walked, access)

    for each in found.steps:
        assert each.count == len(listed(walked, each.step, access))
    assert 0 < found.steps[0].count < 8


@pytest.mark.parametrize("right", ["hidden", "masked"])
def test_a_field_that_may_not_be_used_has_no_steps(walked: Shop, right: str):
    access = walked.give({"form": "order", "fields": {"stage": right}})

    with pytest.raises(Invalid, match="query"):
        passed(walked, access)
    with pytest.raises(Invalid, match="query"):
        listed(walked, "open", access)


@pytest.mark.parametrize(
    "asked",
    [
        {"field": "word"}, {"field": "nothing"}, {"field": "tags"}, {"steps": ("zebra", "nowhere")},
        {"measure": Measure("average", "amount")}, {"measure": Measure("sum", "word")},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(shop: Shop, asked: dict[str, Any]):
    passage = Passage(**{"form": "order", "field": "stage", "steps": STEPS, **asked})

    with shop.db.read() as conn, pytest.raises(Invalid):
        reading.passage(shop.store, conn, shop.app, Access(None), passage)
