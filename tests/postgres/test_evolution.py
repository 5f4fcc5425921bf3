"""Changing definitions keep all data on PostgreSQL too."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from engines.store.database import Database
from tests.fixtures.evolution import Evolution, settled


@pytest.mark.timeout(600)
def test_no_value_is_lost_or_moved(postgres_url: str):
    class OnPostgres(Evolution):
        def open(self) -> Database:
            return Database(postgres_url)

    run_state_machine_as_test(OnPostgres, settings=settled(max_examples=8, stateful_step_count=20))
