"""Bars from spells: what each says when there is much room, little room, or next to none, and for how many days.

Days are those of the half-open period; a bar that has not ended counts them up to the day the view looks from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.codes import code_list
from ledger.domain.looked_after import NEW_LEGAL_STATUS, NEW_PLACEMENT
from ledger.projections.timeline.model import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.domain.looked_after import CareRow
    from ledger.projections.timeline.spells import Spell

NOT_LATER = "not later than"


def bar(spell: Spell, kind: str, names: tuple[str, ...], until: date) -> Bar:
    """Return the bar of a spell; `names` say what it is, from the longest to the shortest."""
    return joined([spell], kind, names, until)


def joined(run: Sequence[Spell], kind: str, names: tuple[str, ...], until: date, *, fuzzy: bool = False) -> Bar:
    """Return one bar for spells that carry one another on: the first begins it, the last may end it."""
    first, last = run[0], run[-1]
    hollow = first.start.sort == "expected"
    fuzzy = fuzzy or first.start.event.precision == NOT_LATER
    days = ((last.ends or until) - first.starts).days
    long, short = _duration(days, fuzzy=fuzzy, ended=last.ends is not None)
    labels = names if hollow else (f"{names[0]} · {long}", *(f"{name} {short}" for name in names))
    return Bar(
        starts=first.starts,
        ends=last.ends,
        kind=kind,
        labels=labels,
        names=names,
        told=_told(names[0], first, last, long, hollow=hollow, fuzzy=fuzzy),
        lines=tuple(dict.fromkeys(line for spell in run for line in spell.lines)),
        sort="expected" if hollow else "in force",
        fuzzy=fuzzy,
        expected_end=last.expected_end,
        known_on=first.start.known_on,
        end_known_on=last.end.known_on if last.end is not None else None,
        was_on=first.start.was_on,
        corrected=any(one.corrected for spell in run for one in (spell.start, spell.end) if one is not None),
    )


def _duration(days: int, *, fuzzy: bool, ended: bool) -> tuple[str, str]:
    count = wording.number(days, "day")
    return ("at least " if fuzzy else "") + count + ("" if ended else " so far"), f"{days}d" if ended else f"{days}d+"


def _told(name: str, first: Spell, last: Spell, long: str, *, hollow: bool, fuzzy: bool) -> str:
    began = f"{'on or before ' if fuzzy else ''}{first.starts}"
    said = f", expected to end on {last.expected_end}" if last.expected_end is not None else ""
    if hollow:
        return f"{name}, expected from {began}{said}"
    if last.ends is not None:
        return f"{name}, from {began} to before {last.ends}, {long}"
    return f"{name}, from {began}, not ended{said}, {long}"


def protection_bars(found: Iterable[Spell], until: date) -> list[Bar]:
    """Return the bars of child protection plans, with the category each began under."""
    bars = []
    for spell in found:
        category = label("abuse-category", getattr(spell.start.event, "category", None)).lower()
        full = f"child protection plan, {category}" if category else "child protection plan"
        bars.append(bar(spell, "protection", (full, "protection plan", "CP"), until))
    return bars


def placement_bars(care: Sequence[tuple[CareRow | None, Spell]], until: date) -> tuple[list[Bar], list[Bar]]:
    """Return bars of placements and bars of legal statuses.

    An episode that began for another reason carries the placement or the status of the one before it on, where that
    ended on the same day. A run whose beginning no episode states began on or before its first day.
    """
    places = [
        joined(run, "placement", _name(run, "placement-type", "placement"), until, fuzzy=fuzzy)
        for run, fuzzy in _runs(care, NEW_PLACEMENT)
    ]
    statuses = [
        joined(run, "legal status", _name(run, "legal-status", "legal_status"), until, fuzzy=fuzzy)
        for run, fuzzy in _runs(care, NEW_LEGAL_STATUS)
    ]
    return places, statuses


def _runs(care: Iterable[tuple[CareRow | None, Spell]], new: frozenset[str]) -> list[tuple[list[Spell], bool]]:
    """Group episodes that carry one another on; a group is told with whether its beginning is not on record."""
    runs: list[tuple[list[Spell], bool]] = []
    for row, spell in care:
        carried = runs and row is not None and row.event.reason not in new and runs[-1][0][-1].ends == spell.starts
        if carried:
            runs[-1][0].append(spell)
        else:
            runs.append(([spell], row is not None and row.event.reason not in new))
    return runs


def _name(run: Sequence[Spell], code_list_name: str, field: str) -> tuple[str, ...]:
    code = getattr(run[-1].start.event, field, None)
    if not code:
        return ("not stated", "?")
    words = label(code_list_name, code)
    return (code,) if words == code else (f"{code} {words}", code)


def label(code_list_name: str, code: str | None) -> str:
    """Return the label of a code, the code itself where it is on no list, and nothing for nothing."""
    return code_list(code_list_name).label(code) if code else ""
