"""The doors to a database."""

import threading
from pathlib import Path

from engines.store.database import Database


def test_closing_waits_for_the_log_that_is_being_settled(tmp_path: Path):
    for number in range(20):
        db = Database(f"sqlite:///{tmp_path / f'{number}.db'}")
        with db.write() as conn:
            conn.exec_driver_sql("CREATE TABLE t (a)")

        def settle(each: Database = db) -> None:
            for _ in range(50):
                each.settle()

        threads = [threading.Thread(target=settle) for _ in range(2)]
        for thread in threads:
            thread.start()
        db.close()
        for thread in threads:
            thread.join()

        assert not list(tmp_path.glob(f"{number}.db-wal"))  # nobody opened it again
