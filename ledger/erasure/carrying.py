"""Carry an erasure out: a sealed order first, a sealed receipt last, and nothing in between forgotten.

1. In one transaction, under the version of the record that was looked at: the order, in the ledger's own stream, and
   for a whole record its closing entry, after which nothing is appended. A hold set meanwhile is seen.
2. What is ordered is blanked.  3. A whole record's key is destroyed, and the facts are thrown away.
4. The receipt, last: how many entries, and the days on which the last backups of key and entries expire.

Whoever is interrupted after 1 leaves an order without a receipt; `resume_erasures` carries it out, and each step may
be repeated. Two at once end in the same state, with one receipt. Nothing of the child is in an order or a receipt.
Not here: what blanking and destroying do to the bytes (`ledger.store.erasing`), when a record is due (`retention`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from ledger.domain import checks
from ledger.domain.clock import london_day
from ledger.domain.envelope import Actor, Source
from ledger.domain.events.record import ErasureCompleted, ErasureOrdered, RecordClosed
from ledger.erasure.plan import ErasurePlan, check_holds, names_child, plan_erasure
from ledger.errors import DuplicateKey, Malformed, Problem, Refused, VersionConflict
from ledger.projections.facts_folder import FactsFolder
from ledger.store import New
from ledger.store.erasing import SYSTEM
from ledger.store.faults import engine_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.domain.envelope import Subject
    from ledger.store import Order, Store

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """One order carried out. A day is None where no backup is kept, and for the key of one entry, which stays."""

    order: Order
    entries: int
    key_destroyed: bool
    keys_backup_until: date | None
    ledger_backup_until: date | None
    merged: tuple[str, ...] = ()


def _now() -> datetime:
    return datetime.now(UTC)


def erase(
    store: Store,
    child: Subject,
    *,
    authority: str,
    reason: str,
    by: str,
    entry: str | None = None,
    keys_days: int | None = None,
    ledger_days: int | None = None,
    clock: Callable[[], datetime] = _now,
) -> list[ErasureReport]:
    """Erase a child's record, or one entry with its corrections, and return a report for each order given.

    `keys_days` and `ledger_days` say for how many days the last backup is kept (0: none is made) where the settings do
    not. Raises `NotFound`, `Malformed` (reason, authority), `Refused` (a hold, an account that may not, erased already,
    nobody said how long backups are kept): nothing is ordered then.
    """
    if not store.erasing.allowed():
        raise Refused(
            "this account may not erase: nothing was ordered.",
            "run it as an account with the role journey_eraser; "
            "in tables made before there were erasures nobody can: see docs/ERASURE.md",
        )
    resume_erasures(store, clock=clock)
    kept = _backups(store, keys_days, ledger_days, whole=entry is None)
    for attempt in range(ATTEMPTS):
        plan = plan_erasure(store, child, entry)
        check_holds(plan)
        order = _order(plan, authority, reason, entry, kept, london_day(clock()))
        _check(store, plan, child, order)
        news = list(_orders(store, plan, order, by))
        try:
            receipts = store.append(news, expect={plan.stream: plan.version})
        except VersionConflict:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            ids = {receipt.event_id for receipt in receipts}
            return [
                carry_out(store, each, clock, plan.merged) for each in store.erasing.orders() if each.event_id in ids
            ]
    raise AssertionError("unreachable")


def resume_erasures(store: Store, *, clock: Callable[[], datetime] = _now) -> list[ErasureReport]:
    """Carry out every order that has no receipt; a ledger without such orders is asked one indexed question.

    An order of a whole record that did not close it was not given here: it is left, and verification tells of it.
    """
    waiting = [] if store.read_only else store.erasing.unfinished()
    if not waiting or not store.erasing.allowed():
        return []
    return [carry_out(store, order, clock) for order in waiting if store.erasing.stands(order)]


def resumed(store: Store) -> Store:
    """Return a store with nothing left unfinished, if this account may see to that; it is closed where that fails."""
    try:
        resume_erasures(store)
    except BaseException:
        store.close()
        raise
    return store


def carry_out(
    store: Store, order: Order, clock: Callable[[], datetime] = _now, merged: tuple[str, ...] = ()
) -> ErasureReport:
    """Do what an order says, and write its receipt. May be repeated, from whatever was done of it."""
    entries = store.erasing.blank(order)
    if order.whole:
        store.erasing.destroy_key(order)
    _purge_facts(store)
    today = max(london_day(clock()), order.ordered_on)
    policy = store.settings.policy
    keys_until = _until(today, _first(order.keys_days, policy.keys_days)) if order.whole else None
    ledger_until = _until(today, _first(order.ledger_days, policy.ledger_days))
    receipt = ErasureCompleted(
        occurred_on=today,
        order=order.event_id,
        entries=entries,
        key_destroyed=order.whole,
        keys_backup_until=keys_until,
        ledger_backup_until=ledger_until,
    )
    with suppress(DuplicateKey):  # Somebody else carried it out at the same time, on another day: theirs stands.
        store.append([New("ledger", receipt, Actor(system=SYSTEM), source=Source(*order.receipt_key))])
    return ErasureReport(order, entries, order.whole, keys_until, ledger_until, merged)


def _order(
    plan: ErasurePlan, authority: str, reason: str, entry: str | None, kept: tuple[int | None, int | None], on: date
) -> ErasureOrdered:
    """Return the order as an event. Raises `Malformed` where a text is too long or empty."""
    stated = {
        "occurred_on": on.isoformat(),
        "journey": plan.stream.removeprefix("journey:"),
        "entry": entry,
        "reason": reason,
        "authority": authority,
        "keys_days": kept[0],
        "ledger_days": kept[1],
    }
    return cast("ErasureOrdered", checks.event_from_json(ErasureOrdered.name, stated))


def _orders(store: Store, plan: ErasurePlan, order: ErasureOrdered, by: str) -> Iterator[New]:
    """Yield an order for each thing named, and the closing of a whole record."""
    if order.entry is not None:
        for each in plan.entries:
            yield New("ledger", order.model_copy(update={"entry": each.event_id}), Actor(worker=by))
        return
    event_id = store.erasing.fresh_id()
    yield New("ledger", order, Actor(worker=by), event_id=event_id)
    yield New(plan.stream, RecordClosed(occurred_on=order.occurred_on, order=event_id), Actor(worker=by))


def _check(store: Store, plan: ErasurePlan, child: Subject, order: ErasureOrdered) -> None:
    """Raise `Malformed` for a reason that is on no list, or an authority that names the child."""
    found = checks.problems(order, "ledger")
    if names_child(order.authority, child.id, store.entries(plan.stream)):
        told = "it names the child; an order is kept for ever, so it must not."
        found.append(Problem("names-child", told, column="authority", refused=True))
    if found:
        raise Malformed(found, "journey erase --help")


def _backups(
    store: Store, keys_days: int | None, ledger_days: int | None, *, whole: bool
) -> tuple[int | None, int | None]:
    """Return for how many days backups are kept: the options first, then the settings. Somebody must have said."""
    policy = store.settings.policy
    keys, entries = _first(keys_days, policy.keys_days), _first(ledger_days, policy.ledger_days)
    if entries is None or (whole and keys is None):
        raise Refused(
            "nobody has said for how long backups are kept: the receipt must state when the last one expires.",
            "keys_days and ledger_days under [backups] in ledger.toml, or --keys-backups-days N "
            "--ledger-backups-days N (0: no backup is made)",
        )
    return (keys if whole else None), entries


def _first(stated: int | None, otherwise: int | None) -> int | None:
    return otherwise if stated is None else stated


def _until(today: date, days: int | None) -> date | None:
    return today + timedelta(days=days) if days else None


def _purge_facts(store: Store) -> None:
    """Throw the kept facts away; whoever is refreshing them is waited for."""
    if FactsFolder.possible(store):
        with engine_faults("the facts folder"), FactsFolder(store) as facts:
            facts.forget()
