"""What a write changes elsewhere: computed values over relations are renewed in the same transaction."""

from __future__ import annotations

from engines.form import FormModel
from engines.query import ChangeSet, Op, Touched, Uow
from engines.store.derived.dependents import net_of
from engines.store.derived.renewing import Renewal
from engines.store.derived.wave import Wave
from engines.store.store import Store
from engines.store.writing.index import index_again


def refresh(store: Store, uow: Uow, form: FormModel, changes: ChangeSet) -> list[ChangeSet]:
    """Renew what depends on a change, and what depends on that; return all that changed, one set a form.

    The first set is the change itself, with what was renewed in its own records.
    """
    if not net_of(uow.app).steps:
        return [changes]
    wave = Wave(uow.conn, uow.app)
    wave.spread(changes, own=False, act=True)
    # What they read may have changed while they lay in the trash.
    wave.all_of(form, [each.id for each in changes.touched if each.op is Op.restore])
    found: dict[str, dict[int, Touched]] = {form.path: {each.id: each for each in changes.touched}}
    context = store.context(uow.app, uow.access)
    while (work := wave.next()) is not None:
        there, formulas, ids = work
        touched = Renewal(uow.conn, uow.app, there, formulas, context).run(ids)
        if touched:
            words = {each.key for each in there.searchable}
            index_again(store, uow, there, [each.id for each in touched if words & each.new.keys()])
            _merge(found.setdefault(there.path, {}), touched)
            wave.spread(ChangeSet(uow.app.key, there.path, touched), own=True, act=False)
    return [ChangeSet(uow.app.key, path, [*some.values()]) for path, some in found.items()]


def _merge(known: dict[int, Touched], touched: list[Touched]) -> None:
    """Add what was renewed to what is known to have changed; of two old values the first counts."""
    for each in touched:
        before = known.get(each.id)
        if before is None:
            known[each.id] = each
        else:
            old = {} if before.op is Op.create else {**each.old, **before.old}
            known[each.id] = Touched(each.id, before.op, old, {**before.new, **each.new})
