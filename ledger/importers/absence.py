"""What a return leaves out: care episodes that the ledger holds as open, or running into the year, and it not mentions.

An absence is never an ending: the episode stays as it is, unconfirmed, until a later return or a person says more.
An episode that ended before the year is out of scope and is not told. An end is known by the start of what it ends,
so that an end which the return itself brings ends every episode of that start, also one that no row mentions: what is
left out is told of the ledger as it will be with the return in it, or the same return sent again would tell otherwise.

Pure: what is in force, after `compare` marked what the rows mention, and its steps, in; absences and problems out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.record import UnmentionedEpisode
from ledger.errors import Problem
from ledger.importers.in_force import family

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ledger.importers.compare import Step
    from ledger.importers.in_force import Held, InForce

    Ended = tuple[str, date | None]
    """A child, and the day on which what ended had started."""


def absent(in_force: InForce, steps: Iterable[Step], begins: date, until: date) -> list[Held]:
    """Return the episodes that no row mentions and that, after the steps, are open or overlap [begins, until)."""
    found = []
    new_ends = _new_ends(steps)
    for held in _unmentioned(in_force):
        ended = ended_on(in_force, held, new_ends)
        assert isinstance(held.event, CareEpisodeStarted)
        started = held.event.day
        if started is not None and started < until and (ended is None or ended > begins):
            found.append(held)
    return found


def as_unmentioned(episodes: Iterable[Held]) -> tuple[UnmentionedEpisode, ...]:
    """Return absent episodes as a declaration of coverage holds them, in a fixed order."""
    pairs = {(held.root.stream.partition(":")[2], held.event.day) for held in episodes if held.event is not None}
    return tuple(UnmentionedEpisode(journey=j, started_on=on) for j, on in sorted(pairs, key=str) if on is not None)


def moved_starts(in_force: InForce, steps: Sequence[Step]) -> list[Problem]:
    """Tell of new episodes that look like an unmentioned one whose start was moved; nothing is linked."""
    left: dict[str, list[Held]] = {}
    for held in _unmentioned(in_force):
        left.setdefault(held.child, []).append(held)
    new_ends = _new_ends(steps)
    problems = []
    for step in steps:
        event = step.event
        if step.what != "new" or not isinstance(event, CareEpisodeStarted) or event.day is None:
            continue
        end = new_ends.get((step.child, event.day))
        if any(_alike(event, end, held, ended_on(in_force, held, new_ends)) for held in left.get(step.child, ())):
            told = (
                "an episode with the same end, status and placement, but another start, is in the ledger and not in "
                "this return: perhaps its start was moved. Both stand; nothing was linked."
            )
            problems.append(Problem("start-moved", told, step.file, step.line, "DECOM"))
    return problems


def ended_on(in_force: InForce, episode: Held, new_ends: Mapping[Ended, date]) -> date | None:
    """Return the day on which an episode ended, as in force or newly told, or None where it is open."""
    if episode.event is None:
        return None
    ends = in_force.facts[family(CareEpisodeEnded)].get((episode.child, (episode.event.day,)), ())
    days = [end.event.day for end in ends if end.event is not None and end.event.day is not None]
    new = new_ends.get((episode.child, episode.event.day))
    return max(days if new is None else [*days, new], default=None)


def _new_ends(steps: Iterable[Step]) -> dict[Ended, date]:
    """Return the ends that the steps append; those that they correct or withdraw are so in force already."""
    found: dict[Ended, date] = {}
    for step in steps:
        event = step.event
        if isinstance(event, CareEpisodeEnded) and event.day is not None:
            where = step.child, event.started_on
            found[where] = max(event.day, found.get(where, event.day))
    return found


def _unmentioned(in_force: InForce) -> list[Held]:
    every = in_force.facts[family(CareEpisodeStarted)].values()
    return [held for helds in every for held in helds if held.event is not None and not held.mentioned]


def _alike(event: CareEpisodeStarted, end: date | None, held: Held, held_end: date | None) -> bool:
    was = held.event
    return (
        isinstance(was, CareEpisodeStarted)
        and (was.legal_status, was.placement) == (event.legal_status, event.placement)
        and was.day != event.day
        and held_end == end
    )
