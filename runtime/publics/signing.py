"""What strangers carry and cannot make: tickets of pages, and the record that a link is about."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from runtime.web.call import Call, id_in

GOOD_FOR = timedelta(days=2)
_LENGTH = 22


def _sign(call: Call, *parts: str) -> str:
    text = "\0".join(("public", *parts)).encode()
    return hmac.new(call.installation.secret, text, hashlib.sha256).hexdigest()[:_LENGTH]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A page that was handed out: when, and by what it is told from others."""

    at: datetime
    name: str


def new_ticket(call: Call, purpose: str) -> str:
    """Return the ticket of a page of a purpose: one sends it once, and not before it can have been read."""
    moment, name = str(int(call.installation.clock.now().timestamp() * 1000)), secrets.token_hex(8)
    return f"{moment}.{name}.{_sign(call, 'ticket', purpose, moment, name)}"


def read_ticket(call: Call, purpose: str, text: str) -> Ticket | None:
    """Return a ticket of ours; None for what is none, or too old."""
    moment, _, rest = text.partition(".")
    name, _, signed = rest.partition(".")
    expected = _sign(call, "ticket", purpose, moment, name)
    if not hmac.compare_digest(signed.encode(), expected.encode()):
        return None
    at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    return Ticket(at, name) if call.installation.clock.now() - at < GOOD_FOR else None


def signed_about(call: Call, token: str, record_id: int) -> str:
    """Return the part of an address that ties what is sent to a record."""
    return f"for={record_id}.{_sign(call, 'about', token, str(record_id))}"


def about_in(call: Call, token: str) -> int | None:
    """Return the record that an address is about; None where nobody of ours said so."""
    number, _, signed = call.query.get("for", "").partition(".")
    expected = _sign(call, "about", token, number)
    return id_in(number) if hmac.compare_digest(signed.encode(), expected.encode()) else None
