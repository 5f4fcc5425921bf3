"""Old formats load for ever, one step at a time."""

import pytest

from schemas.elements import FORMAT
from schemas.errors import Invalid
from schemas.upgrade import STEPS, upgrade


def test_the_present_format_stays_as_it_is():
    document = {"weft": FORMAT, "key": "shop"}

    assert upgrade(document) == document


def test_there_is_a_step_from_every_older_format():
    assert set(STEPS) == set(range(1, FORMAT))


def test_steps_run_in_order_and_name_the_format_they_reached():
    steps = {
        1: lambda raw: {**raw, "trail": [*raw.get("trail", []), "from 1"]},
        2: lambda raw: {**raw, "trail": [*raw["trail"], "from 2"]},
    }

    assert upgrade({"weft": 1}, steps, 3) == {"weft": 3, "trail": ["from 1", "from 2"]}
    assert upgrade({"weft": 2, "trail": []}, steps, 3) == {"weft": 3, "trail": ["from 2"]}


@pytest.mark.parametrize("found", [0, -1, FORMAT + 1])
def test_refuses_a_format_it_does_not_know(found):
    with pytest.raises(Invalid) as caught:
        upgrade({"weft": found})

    assert [(issue.path, issue.code) for issue in caught.value.issues] == [
        ("/weft", "definition.unknown_format")
    ]


@pytest.mark.parametrize("document", [{}, {"weft": "1"}, {"weft": True}, {"weft": 1.0}, {"weft": None}])
def test_refuses_a_document_that_does_not_say_its_format(document):
    with pytest.raises(Invalid) as caught:
        upgrade(document)

    assert [(issue.path, issue.code) for issue in caught.value.issues] == [("/weft", "definition.missing")]
