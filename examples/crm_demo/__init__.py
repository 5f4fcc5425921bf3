"""Demo data of the CRM example: who works there and what they have recorded so far.

The interface that the loader knows, the same for every ``examples/<key>_demo``:

``departments()``
    ``[{"key", "name", "name_en", "parent": key or None, "head": login}]``, parents before children.
``people()``
    ``[{"login", "name", "name_en", "title": {"zh-CN", "en"}, "department": key, "manager": login or None,
    "roles": [role key of this app], "admin": bool}]``, managers before their people.
``records(today)``
    ``(form key, records)`` in an order in which every reference points back to an earlier batch; one form may
    come more than once. A record is REST JSON, and besides its fields:

    - ``"_key": "customer:12"`` names it within the demo;
    - ``{"_ref": "customer:12"}``, ``{"_user": login}`` and ``{"_department": key}`` stand where an id would,
      alone or in a list, also in the rows of a subform;
    - ``"_past"``: what stood there before: ``[{"at", "by", "old": {field: value}}]``, the oldest first;
    - ``"_flow"``: what was done in its flows since: ``[{"at", "by", and "start": flow, "press": button of a
      task or "move": button of a stage, "values", "comment"}]``;
    - ``"_todos"``: what people wrote down to do about it: ``[{"by", "title", "due"}]``;
    - ``"_live": True``: it comes in now, so that the rules of the app do their part;
    - ``"_created_at"`` (UTC) and ``"_created_by": {"_user": login}`` say when and by whom it was recorded;
      without a time it is recorded now. Records are in the state of ``today``, so checks are made with the
      clock of today and the time of creation is set afterwards.

The same ``today`` gives the same data, byte for byte.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from examples.crm_demo import contracts, customers, leads, sales, service, talks
from examples.crm_demo.people import departments, people
from examples.crm_demo.world import World

__all__ = ["departments", "people", "records"]


def records(today: date) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the batches, dated relative to ``today``."""
    world = World(today)
    yield "product", customers.products(world)
    accounts = customers.customers(world)
    first, second = customers.contacts(world, accounts)
    deals = sales.opportunities(world, accounts)
    agreements = contracts.contracts(world, accounts, deals)
    customers.describe(world, accounts, deals, agreements)
    yield "customer", [each.record for each in accounts]
    yield "contact", first
    yield "contact", second
    yield "lead", leads.leads(world, accounts)
    yield "opportunity", [each.record for each in deals]
    yield "contract", [each.record for each in agreements]
    yield "payment", contracts.payments(world, agreements)
    said = talks.followups(world, accounts, deals)
    yield "followup", said
    tickets = service.tickets(world, accounts, said)
    yield "ticket", [each.record for each in tickets]
    yield "survey", service.surveys(world, accounts, tickets)
    yield "followup", [talks.complaint(world, accounts)]
