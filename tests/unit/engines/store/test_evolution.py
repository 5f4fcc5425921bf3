"""Whatever is renamed, retyped, dropped and restored in whatever order, no value is lost or moved."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.fixtures.evolution import Evolution, settled

TestEvolution = pytest.mark.timeout(600)(Evolution.TestCase)
TestEvolution.settings = settled(max_examples=12, stateful_step_count=40)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_for_long() -> None:
    run_state_machine_as_test(Evolution, settings=settled(max_examples=600, stateful_step_count=50))
