"""Whatever is renamed, retyped, dropped and restored in whatever order, no value is lost or moved."""

import pytest

from tests.fixtures.evolution import Evolution, settled

TestEvolution = pytest.mark.timeout(600)(Evolution.TestCase)
TestEvolution.settings = settled(max_examples=25, stateful_step_count=40)
