"""The lanes of a picture: bars and marks of the entries shown, each in its place, and what an empty lane may say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger.projections.timeline import bars, holders
from ledger.projections.timeline.kinds import LANES, LaneKind
from ledger.projections.timeline.marks import marks
from ledger.projections.timeline.model import Lane, Mark, Track
from ledger.projections.timeline.spells import Spells, spells
from ledger.projections.timeline.supply import without

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.journey import Journey
    from ledger.projections.timeline.model import Empty
    from ledger.projections.timeline.shown import Sifted
    from ledger.projections.timeline.supply import Period, Supply

NAMED: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("early help", "case", "early help", "early help", ("early help", "EH")),
    ("child in need plan", "plan", "", "in need", ("child in need plan", "in need", "CIN")),
    ("pre-proceedings", "plan", "before court", "pre-proceedings", ("pre-proceedings", "PLO")),
    ("missing", "placement", "missing", "missing", ("missing or away", "missing", "M")),
    ("deprivation of liberty", "placement", "liberty", "liberty", ("deprived of liberty", "DoL")),
    ("care leaver", "placement", "leaving care", "leaver", ("care leaver", "CL")),
    ("assessment", "assessments", "", "assessment", ("assessment", "A")),
    ("section 47 enquiry", "assessments", "section 47", "section 47", ("section 47 enquiry", "section 47", "s47")),
)
"""Things that are always called the same: what, lane, track, sort of bar, names from the longest to the shortest."""


def lanes(sifted: Sifted, journey: Journey, supply: Supply, until: date) -> tuple[Lane, ...]:
    """Return the lanes from top to bottom; bars that have not ended count their days up to `until`."""
    found = _tracks(spells(journey, sifted.shown), sifted, supply, until)
    drawn = {line for tracks in found.values() for track in tracks for one in track.bars for line in one.lines}
    points = marks(sifted, drawn)
    result = []
    for kind in LANES:
        tracks = tuple(track for track in found[kind.key] if track.bars or track.gaps)
        mine = tuple(sorted(points.get(kind.key, ()), key=lambda mark: (mark.on, mark.line)))
        if tracks or mine or kind.always:
            result.append(_lane(kind, tracks, mine, sifted, supply))
    return tuple(result)


def _tracks(found: Spells, sifted: Sifted, supply: Supply, until: date) -> dict[str, list[Track]]:
    """Return the bars of every lane."""
    tracks: dict[str, list[Track]] = {kind.key: [] for kind in LANES}
    opened = [bars.bar(spell, "open", ("case open", "open"), until) for spell in found.things.get("referral", ())]
    places, statuses = bars.placement_bars(found.care, until)
    silent = supply.silent("allocation", complete=True)
    held = holders.allocated_bars(found.workers, until)
    pods = holders.pod_bars(found.pods, found.workers, until)
    tracks["worker"] = [
        Track("", tuple(held), holders.gaps(opened or places, held, silent, until)),
        Track("cover", tuple(holders.cover_bars(found.workers, sifted.shown, until))),
    ]
    tracks["others"] = [Track("other roles", tuple(holders.other_bars(found.workers, until)))]
    tracks["pod"] = [Track("", tuple(pods), holders.gaps(opened or places, pods, silent, until) if pods else ())]
    tracks["case"] = [Track("", tuple(opened))]
    tracks["plan"] = [Track("", tuple(bars.protection_bars(found.things["child protection plan"], until)))]
    tracks["placement"] = [Track("", tuple(places)), Track("legal status", tuple(statuses))]
    for what, lane, track, kind, names in NAMED:
        made = tuple(bars.bar(spell, kind, names, until) for spell in found.things.get(what, ()))
        if tracks[lane] and tracks[lane][0].title == track:
            tracks[lane][0] = replace(tracks[lane][0], bars=tracks[lane][0].bars + made)
        else:
            tracks[lane].append(Track(track, made))
    return tracks


def _lane(kind: LaneKind, tracks: tuple[Track, ...], points: tuple[Mark, ...], sifted: Sifted, supply: Supply) -> Lane:
    areas = _areas(kind, sifted)
    silent = _common([supply.silent(area) for area in areas], supply.whole)
    nothing = bool(areas) and not without([supply.whole], silent)
    if not tracks and all(mark.sort == "ghost" for mark in points):
        withheld = any(gone.why is not None and not gone.why.misfiled for gone in sifted.hidden)
        empty: Empty = "not supplied" if nothing else "none shown" if withheld and areas else "none recorded"
        return Lane(kind.key, kind.title, (), points, empty, "", () if nothing else tuple(silent))
    if not nothing:
        return Lane(kind.key, kind.title, tracks, points, "", "supplied in part" if silent else "", tuple(silent))
    if not supply.declarations:
        return Lane(kind.key, kind.title, tracks, points)
    told = any(one.event.area in areas for one in sifted.shown)
    note = "no source declared" if told else f"{kind.noun} not supplied"
    return Lane(kind.key, kind.title, tracks, points, "", note)


def _areas(kind: LaneKind, sifted: Sifted) -> tuple[str, ...]:
    """Return the kinds of fact that a source must cover for this lane to say that there are none.

    A return tells of workers and not of pods: unless practice told of allocations, somebody must cover pods as such.
    """
    if kind.key != "pod":
        return kind.areas
    told = [one.standing.root for one in sifted.shown if one.event.area == "allocation"]
    return kind.areas if any(root.basis == "practice" for root in told) else ("pod",)


def _common(parts: list[list[Period]], whole: Period) -> list[Period]:
    """Return the periods that all of these have in common; none of nothing."""
    if not parts:
        return []
    covered = [piece for part in parts for piece in without([whole], part)]
    return without([whole], covered)
