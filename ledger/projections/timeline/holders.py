"""Who held the child: bars of workers, cover and pods, and the days on which nobody is known to have.

Unallocated is claimed only for days on which the case was open and a complete source covers allocations. Open is from
the referral accepted to the closure, without referrals the time in care.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.domain.holding import ALLOCATED
from ledger.projections.timeline.bars import bar, joined
from ledger.projections.timeline.kinds import base
from ledger.projections.timeline.model import Bar, Gap
from ledger.projections.timeline.supply import without

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.projections.timeline.shown import Shown
    from ledger.projections.timeline.spells import Spell

    Period = tuple[date, date]

COVER = "cover"


def allocated_bars(workers: Iterable[Spell], until: date) -> list[Bar]:
    """Return the bars of workers in the role of the allocated social worker."""
    mine = (spell for spell in workers if _role(spell) == ALLOCATED)
    return [bar(spell, "worker", (_field(spell, "worker"),), until) for spell in mine]


def cover_bars(workers: Iterable[Spell], shown: Iterable[Shown], until: date) -> list[Bar]:
    """Return the bars of those who covered: in the role of cover, or arranged for somebody's absence."""
    found = [
        bar(s, "cover", (f"{_field(s, 'worker')} cover", _field(s, "worker")), until)
        for s in workers
        if _role(s) == COVER
    ]
    found += [_cover(one) for one in shown if base(one.event.name) == "cover-arranged" and one.sort != "withdrawn"]
    return sorted(found, key=lambda one: one.starts)


def other_bars(workers: Iterable[Spell], until: date) -> list[Bar]:
    """Return the bars of workers in other roles, each with its role."""
    return [
        bar(spell, "other worker", (f"{_field(spell, 'worker')} {_role(spell)}", _field(spell, "worker")), until)
        for spell in workers
        if _role(spell) not in (ALLOCATED, COVER)
    ]


def pod_bars(pods: Sequence[Spell], workers: Iterable[Spell], until: date) -> list[Bar]:
    """Return the bars of pods; where none was allocated as such, the pods of the allocated workers, run by run."""
    if pods:
        return [bar(spell, "pod", (_field(spell, "pod"),), until) for spell in pods]
    runs: list[list[Spell]] = []
    for spell in workers:
        if _role(spell) != ALLOCATED or _field(spell, "pod") == "?" or spell.start.sort == "expected":
            continue
        before = runs[-1][-1] if runs else None
        if before is not None and before.ends == spell.starts and _field(before, "pod") == _field(spell, "pod"):
            runs[-1].append(spell)
        else:
            runs.append([spell])
    names = ((_field(run[0], "pod"), run) for run in runs)
    return [joined(run, "pod", (f"{name} (through the worker)", name), until) for name, run in names]


def gaps(open_: Iterable[Bar], held: Iterable[Bar], silent: Iterable[Period], until: date) -> tuple[Gap, ...]:
    """Return the days of `open_` on which no bar of `held` stands, up to `until` inclusive, outside `silent`."""
    end = until + timedelta(days=1)
    standing = [(one.starts, one.ends or end) for one in open_ if one.sort == "in force"]
    holding = [(one.starts, one.ends or end) for one in held if one.sort == "in force"]
    return tuple(Gap(a, b) for a, b in without([(a, min(b, end)) for a, b in standing], [*holding, *silent]))


def _cover(one: Shown) -> Bar:
    """Return the bar of an arranged cover: to its last day where that is known, else as expected."""
    name = getattr(one.event, "worker", "?")
    ends = one.event.occurred_until
    expected = None if ends is not None else getattr(one.event, "expected_end_on", None)
    last = f"to before {ends}" if ends else f"expected to end on {expected}" if expected else "not ended"
    return Bar(
        starts=one.on,
        ends=ends,
        kind="cover",
        labels=(f"{name} cover", name),
        names=(name,),
        told=f"{name}, cover for {getattr(one.event, 'absent_worker', '?')}, from {one.on}, {last}",
        lines=(one.number,),
        sort="expected" if one.sort == "expected" else "in force",
        expected_end=expected,
        known_on=one.known_on,
        was_on=one.was_on,
        corrected=one.corrected,
    )


def _role(spell: Spell) -> str:
    return getattr(spell.start.event, "role", None) or ALLOCATED


def _field(spell: Spell, name: str) -> str:
    return getattr(spell.start.event, name, None) or "?"
