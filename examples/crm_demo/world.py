"""What every part of the demo shares: chance, days, names, references, and records in the making."""

import random
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Record = dict[str, Any]
BEIJING = timezone(timedelta(hours=8))
_SEED = 20260101
_SATURDAY = 5
# The newest records of a form lie on these days, counted back from today, so that no list of yesterday, of
# this week or of this month is empty, whatever day it is.
_NEWEST = (0, 0, 1, 1, 1, 2, 3, 5)
CENT = Decimal("0.01")


@cache
def words() -> dict[str, Any]:
    """Return the vocabulary."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def user(login: str) -> dict[str, str]:
    """Refer to a person."""
    return {"_user": login}


def ref(key: str) -> dict[str, str]:
    """Refer to a record."""
    return {"_ref": key}


@dataclass
class Customer:
    """A customer while the rest of the demo grows around it."""

    key: str
    record: Record
    brand: str
    city: str
    owner: str
    since: date
    contacts: list[Record] = field(default_factory=list)


@dataclass
class Deal:
    """An opportunity."""

    key: str
    record: Record
    customer: Customer
    stage: str
    opened: date
    closed: date | None


@dataclass
class Agreement:
    """A contract."""

    key: str
    record: Record
    customer: Customer
    status: str
    signed: date | None


class World:
    """One run of the generator. Every choice comes from one seeded source, in one order."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.products: list[Record] = []
        self._random = random.Random(_SEED)  # noqa: S311 - made-up records, not secrets
        self._count: Counter[str] = Counter()

    def key(self, form: str) -> str:
        """Return the next local key of a form: ``customer:1``."""
        return f"{form}:{self.number(form)}"

    def number(self, name: str) -> int:
        """Count from 1."""
        self._count[name] += 1
        return self._count[name]

    def pick(self, items: Sequence[T]) -> T:
        """Choose one."""
        return self._random.choice(items)

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Choose several different ones."""
        return self._random.sample(items, count)

    def weighted(self, weights: dict[str, int]) -> str:
        """Choose a key by its weight."""
        return self._random.choices(list(weights), list(weights.values()))[0]

    def aside(self, key: str) -> random.Random:
        """Return a source of chance of its own, so that what is added later changes nothing else."""
        return random.Random(f"{_SEED} {key}")  # noqa: S311 - likewise

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens to ``share`` of all."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """Choose a whole number, both ends included."""
        return self._random.randint(low, high)

    def past_day(self, index: int, span: int) -> date:
        """Return the day of the ``index``-th record of a form: the newest first, the rest thin out."""
        if index < len(_NEWEST):
            return self.today - timedelta(days=_NEWEST[index])
        return self.working(self.today - timedelta(days=2 + int(self._random.random() ** 1.6 * span)))

    def later(self, day: date, low: int, high: int) -> date:
        """Return a day some days after ``day``, but not after today."""
        return min(day + timedelta(days=self.between(low, high)), self.today)

    @staticmethod
    def working(day: date) -> date:
        """Return ``day``, or the Friday before a week-end."""
        return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))

    def moment(self, day: date, first: int = 9, last: int = 17) -> str:
        """Return a moment of the working day, in UTC; of today, one early in the morning."""
        hour = 7 if day == self.today else self.between(first, last)
        return _utc(day, time(hour, self.between(0, 11) * 5))

    def hour(self, day: date, hour: int, minute: int) -> str:
        """Return a moment of a day, in UTC; of today, one early in the morning."""
        return _utc(day, time(7 if day == self.today else hour, minute))

    def created(self, day: date, login: str | None) -> Record:
        """Say when and by whom a record was made; what was made today is made now."""
        made: Record = {} if login is None else {"_created_by": user(login)}
        return made if day >= self.today else made | {"_created_at": _utc(day, time(18, self.between(0, 59)))}

    def person(self) -> tuple[str, str]:
        """Return a name and the mail address that goes with it."""
        family, given = self.pick(words()["surnames"]), self.pick(words()["given"])
        local = f"{given[1]}.{family[1]}".lower().replace("ü", "v")
        return family[0] + given[0], f"{local}{self.number('mail')}@example.com"

    def phone(self) -> str:
        """Return a number that nobody has yet; the block is given to nobody."""
        return f"1390000{self.number('phone'):04d}"


def _utc(day: date, at: time) -> str:
    moment = datetime.combine(day, at, BEIJING).astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def days(count: int) -> timedelta:
    """Return a span of days."""
    return timedelta(days=count)
