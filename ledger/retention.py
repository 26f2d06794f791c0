"""Which records are due to be erased, on a day: one row a child, from the coded part of a few kinds of entry.

    table = retention_due(store, date(2027, 4, 1))

No key is needed, and nothing private is read; where the lookup key is here, children stand by the authority's ids.
Journeys that were found to be one child's are judged together, and each has a row: each is erased by itself.
Not here: the rules (`ledger.domain.retention`), and erasing anything (`ledger.erasure`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ledger.domain import wording
from ledger.domain.events.identity import ChildMerged, ChildSplit
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn, RecordClosed
from ledger.domain.holds import HOLD_EVENTS, holds
from ledger.domain.retention import RULES, Due, due
from ledger.domain.retention_facts import COUNTED, record_facts
from ledger.domain.standing import stand
from ledger.projections.table import Column, Table
from ledger.store.coded import coded_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.domain.retention import Nation
    from ledger.domain.standing import Standing
    from ledger.store import Store

_ALSO: tuple[type[Event], ...] = (*HOLD_EVENTS, ChildMerged, ChildSplit, EntryCorrected, EntryWithdrawn, RecordClosed)
NAMES = tuple(kind.name for kind in (*COUNTED, *_ALSO))
DUE_COLUMNS = (
    Column("child", "the authority's id, or the journey's where the lookup key is not here"),
    Column("state", "due, not yet due, open, no rule, or not known; `held` where a hold blocks what is due"),
    Column("due_on", "the day from which it is due"),
    Column("rule", "the rule it falls under"),
    Column("counted_from", "what the rule counts from"),
    Column("years", "how many years"),
    Column("holds", "legal holds in force"),
    Column("wording", "whether the rule's wording was confirmed at its source"),
)
RULE_COLUMNS = (
    Column("rule", "its id"),
    Column("nation", "where it applies; empty: everywhere"),
    Column("records", "the kind of record"),
    Column("counted_from", "what it counts from"),
    Column("years", "how many years; empty where the authority has not said"),
    Column("effective_from", "the first day on which it was in effect"),
    Column("effective_until", "the day after the last"),
    Column("source", "where it is written"),
    Column("wording", "whether the wording was confirmed at its source"),
)


def retention_due(store: Store, on: date, *, everything: bool = False, nation: Nation = "England") -> Table:
    """Return the records due on a day, and those of which that is not known or no rule says it; or all of them."""
    head = store.head()
    streams: dict[str, list[Entry]] = defaultdict(list)
    for entry in coded_entries(store, NAMES, upto=head.size):
        if entry.stream.startswith("journey:"):
            streams[entry.stream].append(entry)
    open_streams = {s: entries for s, entries in streams.items() if entries[-1].name != RecordClosed.name}
    standings = {stream: stand(entries) for stream, entries in open_streams.items()}
    people = _people(standings)
    ids = store.subject_ids(open_streams)
    found = []
    for stream, entries in open_streams.items():
        mine = [standing for each in people[stream] for standing in standings[each]]
        when = due(record_facts(mine), on, store.settings.policy.retention, nation)
        found.append(_row(ids.get(stream, stream.partition(":")[2]), when, entries))
    found.sort(key=lambda row: (row[2] is None, str(row[2]), str(row[0])))
    shown = found if everything else [row for row in found if row[1] not in ("not yet due", "open")]
    return Table(DUE_COLUMNS, shown, _notes(found, shown), _provenance(on, nation, head))


def rules_table(schedule: Mapping[str, int]) -> Table:
    """Return the rules, with the authority's own years filled in."""
    rows = [
        (
            rule.id,
            rule.nation,
            rule.kind,
            rule.counted_from,
            rule.years if rule.schedule is None else schedule.get(rule.schedule),
            rule.effective_from,
            rule.effective_until,
            rule.source,
            rule.status,
        )
        for rule in RULES
    ]
    notes = [
        "a record falls under the first kind it belongs to: adopted, looked after, child protection, child in need."
    ]
    return Table(RULE_COLUMNS, rows, notes)


def _row(child: str, when: Due, entries: Iterable[Entry]) -> tuple[Any, ...]:
    held = holds(entries)
    blocked = when.state == "due" and any(not hold.overridden for hold in held)
    told = ", ".join(hold.hold + (" (overridden)" if hold.overridden else "") for hold in held)
    rule = when.rule
    return (
        child,
        "held" if blocked else when.state,
        when.due_on,
        None if rule is None else rule.id,
        when.counted_from,
        when.years,
        told or None,
        None if rule is None else rule.status,
    )


def _people(standings: Mapping[str, Iterable[Standing]]) -> dict[str, list[str]]:
    """Return, for each journey, all journeys of the same child: a pair is one where its latest finding says so."""
    findings: dict[frozenset[str], tuple[Any, bool]] = {}
    for stream, mine in standings.items():
        for standing in mine:
            event = standing.event
            if isinstance(event, ChildMerged | ChildSplit):
                pair = frozenset({stream, f"journey:{event.other_journey}"})
                known = (standing.entry.known_at, standing.entry.position)
                if pair not in findings or known > findings[pair][0]:
                    findings[pair] = (known, isinstance(event, ChildMerged))
    groups = {stream: [stream] for stream in standings}
    for pair, (_, merged) in findings.items():
        if merged and pair <= standings.keys():
            one, other = (groups[stream] for stream in sorted(pair)) if len(pair) == 2 else (None, None)
            if one is not None and other is not None and one is not other:
                one += other
                groups |= dict.fromkeys(other, one)
    return groups


def _notes(found: list[tuple[Any, ...]], shown: list[tuple[Any, ...]]) -> list[str]:
    states = [row[1] for row in found]
    told = {
        "due": "due",
        "held": "due and held by a legal hold",
        "not yet due": "not yet due",
        "open": "open",
        "no rule": "under no rule",
        "not known": "of which it is not known: something the rule counts from is missing",
    }
    notes = [
        f"{wording.number(states.count(state), 'record')} {words}." for state, words in told.items() if state in states
    ]
    unconfirmed = sum(row[7] == "unconfirmed" for row in shown)
    if unconfirmed:
        rests = "{row rests|rows rest} on a rule whose wording is unconfirmed: read it at its source first."
        notes.append(wording.counted(unconfirmed, rests))
    return notes


def _provenance(on: date, nation: str, head: Any) -> dict[str, Any]:
    return {"on": on, "nation": nation, "position": head.size, "root": head.root.hex()}
