"""Years in care: who was looked after on 31 March, in the return, for how long and in how many places.

The slow reference on random worlds: each child has a row of episodes that begin and end at the edges of the year and
of the two years, and two and a half, before its end. Some are told by returns, which leave some out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.identity import ChildRegistered, DeathRecorded
from ledger.domain.events.record import EntryCorrected, SourceCoverageDeclared, UnmentionedEpisode
from tests.projections import slow_care as slow
from tests.projections.slow_holding import in_force
from tests.projections.small import Said, entry_id, journey_id, run
from tests.projections.worlds import afterthoughts, seeded

if TYPE_CHECKING:
    from random import Random

    from ledger.domain.standing import Standing

CHILDREN = tuple("abcdefgh")
EDGES = (date(2021, 9, 30), date(2022, 3, 31), date(2023, 4, 1), date(2024, 3, 31))
DAYS = sorted(
    [edge + timedelta(days=n) for edge in EDGES for n in (-1, 0, 1)]
    + [date(2020, 6, 1), date(2022, 8, 15), date(2023, 6, 1), date(2023, 9, 1), date(2024, 1, 15)]
)
PLACES = ("U4", "U4", "U6", "K2", "T1", "T3", "A3", "A4", "A5", "A6", None)
BIRTHS = (None, "2008-03", "2008-04", "2012-05", "2012-05", "2012-05")
YEARS = (2023, 2024)
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def episode(random: Random, on: date, reason: str) -> CareEpisodeStarted:
    """A care episode begins."""
    return CareEpisodeStarted(
        occurred_on=on,
        reason=reason,
        legal_status=random.choice(["C2"] * 9 + ["V4"]),
        placement=random.choice(PLACES),
        provider=random.choice(["PR1", "PR1", None]),
        urn=random.choice([None, None, "SC1"]),
        precision=random.choice([None] * 9 + ["month"]),
    )


def years_in_care(random: Random) -> list[Said]:
    """Make one world."""
    said: list[Said] = []
    basis = random.choice(["practice", "return"])
    for child in CHILDREN:
        on = random.choice(DAYS[: random.choice([2, 5, 9])])
        reason = random.choice("SSSSPL")
        rows_left = random.randint(1, 7)
        while rows_left:
            rows_left -= 1
            by = basis if random.random() < 0.9 else "practice"
            begun = episode(random, on, reason)
            said.append(Said(child, begun, on + timedelta(days=random.choice([0, 0, 0, 30, 200])), basis=by))
            later = [day for day in DAYS if day >= on]
            end, why = random.choice(later[:4]), random.choice(["X1"] * 7 + ["E4"])
            if random.random() < (0.1 if rows_left else 0.7):
                break
            ended = CareEpisodeEnded(occurred_on=end, started_on=on, reason=why)
            said.append(Said(child, ended, end + timedelta(days=random.choice([0, 0, 0, 0, 0, 30, -5])), basis=by))
            on = end if random.random() < 0.85 else random.choice([day for day in later if day >= end])
            reason = random.choice("LLPPPTBU" if why == "X1" else "SSSP")
        if (born := random.choice(BIRTHS)) is not None:
            said.append(Said(child, ChildRegistered(child_id="1", born=born), DAYS[0]))
        if random.random() < 0.05:
            died = random.choice(DAYS)
            said.append(Said(child, DeathRecorded(occurred_on=died), died))
    random.shuffle(said)
    return [*said, *afterthoughts(random, said, DAYS), *retold(random, said), *returns(random, said)]


def retold(random: Random, said: list[Said]) -> list[Said]:
    """A return tells of some episodes otherwise than the one before; it may be an older one that came second."""
    found = []
    starts = [n for n, one in enumerate(said, 1) if isinstance(one.event, CareEpisodeStarted)]
    for n in random.sample(starts, min(len(starts), random.randint(0, 4))):
        root = said[n - 1]
        assert root.event.occurred_on is not None
        other = episode(random, root.event.occurred_on, random.choice("SPL"))
        change = EntryCorrected(corrects=entry_id(n), correction_reason="recording error", replacement=other)
        found.append(Said(root.stream, change, random.choice(RETURNED), basis=random.choice(["return", "practice"])))
    return found


RETURNED = (date(2023, 3, 31), date(2023, 6, 1), date(2024, 3, 31), date(2024, 6, 1))


def returns(random: Random, said: list[Said]) -> list[Said]:
    """Returns for some years, which leave some episodes out; a year may be sent twice."""
    starts = [one for one in said if isinstance(one.event, CareEpisodeStarted) and one.event.occurred_on]
    found = []
    for _ in range(random.randint(0, 3)):
        year = random.choice(YEARS)
        out = random.sample(starts, min(len(starts), random.randint(0, 6)))
        absent = tuple(UnmentionedEpisode(journey=journey_id(s.stream), started_on=s.event.occurred_on) for s in out)
        event = SourceCoverageDeclared(
            system="ssda903",
            areas=("care",),
            covers_from=date(year - 1, 4, 1),
            covers_until=date(year, 4, 1),
            complete=True,
            unmentioned=absent or None,
        )
        found.append(Said("ledger", event, random.choice([on for on in RETURNED if on.year >= year])))
    return found


Expected = dict[str, Any]


def rows(said: list[Said], at: View, year: int) -> list[Expected]:
    """The rows of placement-stability, from the definitions on its card."""
    found = []
    declared = latest_return(said, at, year)
    for child in CHILDREN:
        everything = in_force(said, child, at, expected=True)
        counted = [s for s in everything if s.counts]
        ordered = slow.episodes(counted)
        dead = [s.event.day for s in counted if isinstance(s.event, DeathRecorded) and s.event.day is not None]
        open_then = [
            e
            for e in ordered
            if slow.looked_after_on(date(year, 3, 31), e, everything)
            and not any(e.started <= on < date(year, 4, 1) for on in dead)
            and in_return(child, e, next(s for s in counted if s.root.position == e.position), declared, at)
        ]
        if open_then:
            found.append(row(child, counted, ordered, open_then[-1], year))
    return found


def latest_return(said: list[Said], at: View, year: int) -> Standing | None:
    """The latest known declaration of the return for a year."""
    told = [
        s
        for s in in_force(said, "ledger", at)
        if isinstance(s.event, SourceCoverageDeclared) and s.event.covers_until == date(year, 4, 1)
    ]
    return max(told, key=lambda s: (s.entry.known_at, s.root.position), default=None)


def in_return(child: str, episode: slow.Episode, standing: Standing, declared: Standing | None, at: View) -> bool:
    """Known by then, and not left out by it; without a return for the year, written by practice."""
    by_return = standing.entry.basis == "return"
    if declared is None:
        return not by_return
    tellings = [entry for entry in (standing.root, *standing.changes) if at.admits(entry)]
    told = min(entry.known_at for entry in tellings if not entry.name.startswith("entry-withdrawn"))
    assert isinstance(declared.event, SourceCoverageDeclared)
    left_out = {(u.journey, u.started_on) for u in declared.event.unmentioned or ()}
    if by_return and told > declared.entry.known_at:
        return False
    return (journey_id(child), episode.started) not in left_out


def row(child: str, counted: list[Standing], ordered: list[slow.Episode], now: slow.Episode, year: int) -> Expected:
    """The row of one child who was looked after."""
    placements = slow.placements(ordered, date(year, 4, 1))
    n = slow.in_year(placements, date(year - 1, 4, 1))
    since, certain = slow.together_since(placements)
    born = [s.event.born for s in counted if isinstance(s.event, ChildRegistered)]
    long_term = "not known"
    if born and born[0] is not None:
        assert now.period is not None
        if born[0] < f"{year - 16}-04":
            long_term = "no"
        elif now.period <= date(year - 3, 9, 30):
            long_term = "yes"
        elif now.period_certain:
            long_term = "no"
    together = "yes" if since <= date(year - 2, 3, 31) else "no" if certain else "not known"
    return {
        "child": journey_id(child),
        "placements": n,
        "band": None if n == 0 else str(n) if n < 3 else "3+",
        "long_term": long_term,
        "stable": together if long_term == "yes" else None,
        "placement_since": since,
        "period_started_on": now.period,
    }


@SOME
@given(seeded(years_in_care), st.sampled_from(["2024-03-31", "2024-05-01", "2026-01-01"]), st.sampled_from(YEARS))
def test_placement_stability_says_what_the_slow_reference_says(said: list[Said], stated: str, year: int) -> None:
    found = run("placement-stability", said, view(stated), year=year).dicts()
    expected = {one["child"]: one for one in rows(said, view(stated), year)}
    assert {one["child"]: {name: one[name] for name in expected[one["child"]]} for one in found} == expected
