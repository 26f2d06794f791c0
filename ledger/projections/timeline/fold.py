"""Make the picture of one case from its entries, as known at a view: a pure fold, without a ledger or a clock.

    picture("C-001", ledger.entries("C-001"), view("2024-05-01"), ledger.head().size, ledger.coverage())

Without an instant the picture looks from the last day on which anything of this case became known: it does not change
by the passing of time. Give all entries of the stream: restrictions are read at the present head.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.clock import LONDON, View, london_day
from ledger.domain.journey import fold
from ledger.domain.standing import stand
from ledger.errors import NotFound
from ledger.projections.timeline.lanes import lanes
from ledger.projections.timeline.model import Counts, Lane, Picture, Track
from ledger.projections.timeline.shown import Hidden, Shown, Sifted, sift
from ledger.projections.timeline.state import state
from ledger.projections.timeline.supply import Supply
from ledger.projections.timeline.told import line
from ledger.projections.withheld import withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.domain.coverage import Coverage
    from ledger.domain.envelope import Entry
    from ledger.domain.journey import Journey

LATE_BY = 7
"""An entry is late from this many days between the day it happened and the day it became known."""
AHEAD = timedelta(days=366)
"""The axis reaches at most so far beyond the day the view looks from, to show what is expected."""
DAY = timedelta(days=1)


def picture(
    child: str,
    entries: Sequence[Entry],
    view: View,
    position: int,
    coverage: Coverage,
    *,
    from_: date | None = None,
    to: date | None = None,
    late_by: int = LATE_BY,
) -> Picture:
    """Return the picture of a child's case; `from_` and `to` select by when things happened, half-open.

    `position` is where the view stands: the ledger's size, where the reader gave none.
    """
    held = view.at(position)
    sifted = sift(entries, held, late_by=late_by)
    until = _until(sifted, held)
    journey = _journey(entries, held)
    starts, ends = _axis(sifted, until, from_, to)
    supply = Supply.of(coverage, journey.care.periods, (starts, min(until + DAY, ends)))
    drawn = lanes(sifted, journey, supply, until)
    inside = [one for one in sifted.shown if _within(one, from_, to)]
    return Picture(
        child=child,
        view=held,
        position=position,
        stated=stated(held, until),
        starts=starts,
        until=until,
        ends=ends,
        late_by=late_by,
        lanes=tuple(_clipped(lane, starts, ends) for lane in drawn),
        lines=tuple(line(one, held) for one in inside),
        later=tuple(found for found in sifted.later if starts <= found.on < ends),
        counts=_counts(sifted, inside, held, starts, ends),
        state=state(journey, set(withheld(entries, held)), supply, until),
        window=_window(from_, to),
        declared=bool(supply.declarations),
        hidden=tuple(_hidden(gone) for gone in sorted(sifted.hidden, key=lambda gone: gone.on)),
    )


def stated(view: View, until: date) -> str:
    """Say by which clock and as of when a case is told."""
    if view.instant is None:
        return f"as known now; drawn to {until}, the last day on which anything became known"
    moment = view.stated if len(view.stated) == 10 else f"{view.instant.astimezone(LONDON):%Y-%m-%d %H:%M:%S} London"
    if view.clock == "sealed":
        return f"as sealed by {moment}, by this ledger's own clock"
    return f"as known at {moment}, by the known clock: as its sources claim"


def _journey(entries: Sequence[Entry], view: View) -> Journey:
    """Fold the journey; what was misfiled was never this child's, what is merely withheld counts."""
    misfiled = {event_id for event_id, why in withheld(entries, view).items() if why.misfiled}
    on = None if view.instant is None else london_day(view.instant)
    return fold([s for s in stand(entries, view) if s.root.event_id not in misfiled], on=on)


def _until(sifted: Sifted, view: View) -> date:
    """Return the day the view looks from: its instant's, else the last day on which anything became known."""
    if view.instant is not None:
        return london_day(view.instant)
    standings = [one.standing for one in sifted.shown] + [one.standing for one in sifted.hidden]
    known = [
        entry.known_at for standing in standings for entry in (standing.root, *standing.changes, *standing.disputes)
    ]
    if not known:
        raise NotFound("entry of this child up to position", str(view.position))
    return london_day(max(known))


def _axis(sifted: Sifted, until: date, from_: date | None, to: date | None) -> tuple[date, date]:
    """Return the half-open axis: from the first thing of practice to the day the view looks from, or what is expected.

    Identity tells of days long before the case (an earlier adoption, a birth): it does not stretch the axis.
    """
    days = [one.on for one in sifted.shown if one.event.area != "identity"] or [one.on for one in sifted.shown]
    ahead = [on for on in days if until < on <= until + AHEAD]
    starts = from_ or min((on for on in days if on <= until), default=until)
    ends = to or max([until, *ahead]) + DAY
    return starts, max(ends, starts + DAY)


def _within(one: Shown, from_: date | None, to: date | None) -> bool:
    """Whether it happened, in part at least, in [`from_`, `to`)."""
    last = one.event.occurred_until - DAY if one.event.occurred_until is not None else one.on
    return (to is None or one.on < to) and (from_ is None or max(last, one.on) >= from_)


def _clipped(lane: Lane, starts: date, ends: date) -> Lane:
    """Leave out what lies wholly outside the axis; bars that reach over its edge stay whole."""
    tracks = tuple(
        Track(
            track.title,
            tuple(bar for bar in track.bars if bar.starts < ends and (bar.ends is None or bar.ends > starts)),
            tuple(gap for gap in track.gaps if gap.starts < ends and gap.ends > starts),
        )
        for track in lane.tracks
    )
    marks = tuple(mark for mark in lane.marks if starts <= mark.on < ends)
    kept = tuple(track for track in tracks if track.bars or track.gaps)
    outside = sum(mark.sort != "ghost" for mark in lane.marks) - sum(mark.sort != "ghost" for mark in marks)
    note = (
        f"{lane.note}; {outside} outside"
        if lane.note and outside
        else lane.note or (f"{outside} outside" * bool(outside))
    )
    return replace(lane, tracks=kept, marks=marks, note=note)


def _counts(sifted: Sifted, inside: Iterable[Shown], view: View, starts: date, ends: date) -> Counts:
    shown = list(inside)
    standings = [one.standing for one in shown]
    withheld_ = [gone for gone in sifted.hidden if gone.why is not None]
    later = sum(starts <= one.on < ends for one in sifted.later)
    by_word = view.clock == "known" and view.instant is not None
    return Counts(
        shown=len(shown),
        withheld=len(withheld_),
        erased=len(sifted.hidden) - len(withheld_),
        withdrawn=sum(s.withdrawn for s in standings),
        corrected=sum(s.corrected for s in standings),
        disputed=sum(bool(s.disputes) for s in standings),
        expected=sum(one.sort == "expected" for one in shown),
        late=sum(one.known_on is not None for one in shown),
        from_returns=sum(s.root.basis == "return" for s in standings),
        by_word=sum(by_word and s.root.recorded_at > view.instant for s in standings if view.instant is not None),
        outside=len(sifted.shown) - len(shown),
        later=later,
        later_outside=len(sifted.later) - later,
    )


def _hidden(gone: Hidden) -> str:
    """Say in a sentence why an entry's content is not shown."""
    return str(gone.why) if gone.why is not None else f"entry known on {gone.on}: content erased by law"


def _window(from_: date | None, to: date | None) -> str:
    """Say which days were asked for."""
    if from_ is None and to is None:
        return ""
    return " ".join(part for part in (f"from {from_}" if from_ else "", f"to before {to}" if to else "") if part)
