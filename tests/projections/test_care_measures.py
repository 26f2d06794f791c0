"""Care episodes and placement stability: the slow reference on random journeys, and the rules one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings

from ledger.domain.clock import View, view
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.identity import ChildRegistered, DeathRecorded
from ledger.domain.events.record import EntryCorrected, EntryRestricted, SourceCoverageDeclared, UnmentionedEpisode
from tests.projections import journeys as some
from tests.projections import slow_care as slow
from tests.projections.slow_holding import in_force
from tests.projections.small import Said, entry_id, journey_id, run

SOME = settings(max_examples=30, deadline=None)
APRIL = date(2024, 4, 1)


def start(on: date, reason: str, placement: str | None = "U4", child: str = "a", **fields: Any) -> Said:
    """A care episode begins, as known at once."""
    given_ = {"legal_status": "C2", "provider": "PR1"} | fields
    return Said(child, CareEpisodeStarted(occurred_on=on, reason=reason, placement=placement, **given_), on)


def end(on: date, started: date, reason: str = "X1", child: str = "a") -> Said:
    """A care episode ends, as known at once."""
    return Said(child, CareEpisodeEnded(occurred_on=on, started_on=started, reason=reason), on)


def care(*rows: tuple[date, str, str], child: str = "a") -> list[Said]:
    """Successive episodes: each ends on the day the next begins."""
    said = []
    for row, following in zip(rows, (*rows[1:], None), strict=True):
        said.append(start(*row, child=child))
        if following is not None:
            said.append(end(following[0], row[0], child=child))
    return said


@SOME
@given(some.ledgers(some.care(), most=24), some.views)
def test_episodes_agree_with_the_slow_reference(said: list[Said], at: View) -> None:
    windows: list[tuple[date | None, date | None]] = [(None, None), (date(2024, 3, 28), date(2024, 3, 31))]
    restricted = {n for n in range(1, len(said) + 1) if entry_id(n) in restricted_now(said)}
    for first, until in windows:
        table = run("care-episodes", said, at, from_=first, to=until)
        found = [tuple(row.values())[:11] for row in table.dicts()]
        expected = []
        for child in some.CHILDREN:
            counted = in_force(said, child, at)
            ends = {s.event.started_on for s in in_force(said, child, at, expected=True) if is_end(s, restricted)}
            for e in slow.episodes(counted):
                if not slow.touches(e, first or date.min, until or date.max):
                    continue
                if e.position in restricted or e.started in ends:
                    continue
                moved = e.reason in ("S", "P", "B")
                ahead = slow.ending(in_force(said, child, at, expected=True), e.started, expected=True)
                end_told = (e.ended, e.why_ended, e.why_moved)
                if e.ended is None and ahead is not None:
                    end_told = (ahead.day, ahead.reason, ahead.change_reason)
                day, why, moved_why = end_told
                told = (e.started, day, e.reason, why, e.legal_status, e.placement, e.provider, moved_why)
                expected.append((journey_id(child), *told, moved, e.period))
        assert sorted(found, key=repr) == sorted(expected, key=repr)


def is_end(standing: Any, among: set[int]) -> bool:
    """Whether an entry says the end of an episode, and is among these."""
    return isinstance(standing.event, CareEpisodeEnded) and standing.root.position in among


def restricted_now(said: list[Said]) -> set[str]:
    """Which entries are restricted at the head."""
    now: dict[str, bool] = {}
    for one in said:
        target = getattr(one.event, "restricts", None)
        if target is not None:
            now[target] = isinstance(one.event, EntryRestricted)
    return {target for target, is_restricted in now.items() if is_restricted}


@SOME
@given(some.ledgers(some.care(), most=30), some.views)
def test_placements_agree_with_the_slow_reference(said: list[Said], at: View) -> None:
    last = date(2024, 3, 31)
    rows = {row["child"]: row for row in run("placement-stability", said, at, year=2024).dicts()}
    for child in some.CHILDREN:
        everything = in_force(said, child, at, expected=True)
        ordered = slow.episodes(in_force(said, child, at))
        looked_after = [e for e in ordered if slow.looked_after_on(last, e, everything)]
        row = rows.get(journey_id(child))
        assert (row is not None) == bool(looked_after)
        if row is not None:
            found = slow.placements(ordered, APRIL)
            assert row["placements"] == slow.in_year(found, date(2023, 4, 1))
            assert row["placement_since"] == slow.together_since(found)[0]


def due(told: list[Any], episode: slow.Episode, last: date) -> bool:
    """Whether an episode was expected to have ended by a day and nobody has said since whether it did: unconfirmed."""
    ahead = slow.ending(told, episode.started, expected=True) if episode.ended is None else None
    return ahead is not None and ahead.day is not None and ahead.day <= last


def test_the_first_state_is_shown_as_it_was_known() -> None:
    said = [
        Said("a", start(date(2018, 3, 1), "P").event, date(2018, 3, 31), basis="return"),
        Said("a", end(date(2018, 6, 1), date(2018, 3, 1)).event, date(2019, 3, 31), basis="return"),
    ]
    then = run("care-episodes", said, view("2018-12-31")).dicts()
    now = run("care-episodes", said).dicts()
    assert [row["ended_on"] for row in then] == [None]
    assert [(row["ended_on"], row["reason_ended"]) for row in now] == [(date(2018, 6, 1), "X1")]


def test_an_expected_end_is_told_as_stated_and_marked() -> None:
    said = [
        start(date(2024, 1, 1), "S"),
        Said("a", CareEpisodeEnded(occurred_on=date(2024, 9, 1), started_on=date(2024, 1, 1)), date(2024, 2, 1)),
    ]
    table = run("care-episodes", said, view("2024-12-31"))
    stated = date(2024, 9, 1)
    assert [(row["ended_on"], row["expected_end_on"]) for row in table.dicts()] == [(stated, stated)]
    assert any("expected, not ended" in note for note in table.notes)


def test_restricted_episodes_are_withheld_and_counted() -> None:
    said = [
        start(date(2024, 1, 1), "S"),
        start(date(2024, 1, 1), "S", child="b"),
        Said("a", EntryRestricted(restricts=entry_id(1), reason="other"), date(2024, 2, 1)),
    ]
    table = run("care-episodes", said, view("2024-01-15"))
    assert [row["child"] for row in table.dicts()] == [journey_id("b")]
    assert "1 episode is restricted and withheld" in table.notes


def declared(year: int, *unmentioned: tuple[str, date], known: date | None = None) -> Said:
    """The return for a year says what it covers and what it did not mention."""
    missing = tuple(UnmentionedEpisode(journey=journey_id(child), started_on=on) for child, on in unmentioned)
    covers = {"covers_from": date(year - 1, 4, 1), "covers_until": date(year, 4, 1)}
    event = SourceCoverageDeclared(
        system="ssda903", areas=("care", "review"), complete=True, unmentioned=missing or None, **covers
    )
    return Said("ledger", event, known or date(year, 3, 31))


def test_an_open_episode_that_the_return_leaves_out_is_unconfirmed() -> None:
    said = [
        *(Said(c, start(date(2017, 5, 1), "S").event, date(2018, 3, 31), basis="return") for c in ("a", "b")),
        declared(2018),
        declared(2019, ("b", date(2017, 5, 1))),
    ]
    assert [len(run("placement-stability", said, year=year).rows) for year in (2018, 2019)] == [2, 1]
    table = run("placement-stability", said, year=2019)
    assert table.notes[0].startswith("1 child looks looked after on 31 March but is not in the return")
    before = run("placement-stability", said, view("2018-12-31"), year=2019)
    assert before.rows == []
    # A later declaration for the year corrects the first one.
    mentioned = [*said, declared(2019, known=date(2019, 6, 1))]
    assert len(run("placement-stability", mentioned, year=2019).rows) == 2
    assert len(run("placement-stability", mentioned, view("2019-05-31"), year=2019).rows) == 1


def test_an_older_return_that_comes_second_tells_who_was_looked_after_then() -> None:
    """One episode is one root: the older return corrects it as of its own date, before the root itself was known."""
    told_by = {year: start(date(2017, 5, 1), "S", place).event for year, place in ((2018, "U4"), (2019, "U6"))}
    said = [
        Said("a", told_by[2019], date(2019, 3, 31), basis="return"),
        declared(2019),
        Said("a", _corrected(1, told_by[2018]), date(2018, 3, 31), date(2019, 5, 1), basis="return"),
        Said("ledger", declared(2018).event, date(2018, 3, 31), date(2019, 5, 1)),
    ]
    for at in (view("2018-12-31"), view("2019-12-31")):
        for name in ("placement-stability", "dfe-social-workers", "commissioner-changes"):
            assert [row["child"] for row in run(name, said, at, year=2018).dicts()] == [journey_id("a")], (name, at)
    # Before anything was told, and where only the later return tells of it, the child is not in the return for 2018.
    assert run("placement-stability", said, view("2018-03-30"), year=2018).rows == []
    assert run("placement-stability", [*said[:2], said[3]], view("2019-12-31"), year=2018).rows == []


def test_what_a_correction_known_earlier_says_stands_where_the_entry_itself_is_not_yet_known() -> None:
    """Found by chance: written down on 25 April, corrected in writing on 13 April; the reader stands between them."""
    said = [
        Said("a", start(date(2024, 3, 28), "L", "T1").event, date(2024, 4, 25)),
        Said("a", _corrected(1, start(date(2024, 3, 25), "B", "A3").event), date(2024, 4, 13), date(2024, 5, 13)),
    ]
    (row,) = run("placement-stability", said, view("2024-04-18"), year=2024).dicts()
    assert (row["placements"], row["placement_since"]) == (1, date(2024, 3, 25))
    (row,) = run("placement-stability", said, view("2024-04-25"), year=2024).dicts()
    assert (row["placements"], row["placement_since"]) == (0, date(2024, 3, 28))  # T1 alone is no placement
    assert run("placement-stability", said, view("2024-04-12"), year=2024).rows == []


def test_an_end_only_expected_by_31_march_leaves_the_child_unconfirmed() -> None:
    ending = CareEpisodeEnded(occurred_on=date(2024, 3, 26), started_on=date(2024, 3, 25), reason="X1")
    said = [start(date(2024, 3, 25), "U", "U6"), Said("a", ending, date(2024, 3, 25))]
    table = run("placement-stability", said, year=2024)
    assert table.rows == []
    assert table.notes[0].startswith("1 child looks looked after on 31 March")
    # Expected after 31 March, it says nothing of that day; and once known to have come, the child is simply gone.
    later = CareEpisodeEnded(occurred_on=date(2024, 4, 1), started_on=date(2024, 3, 25), reason="E4")
    (row,) = run("placement-stability", [said[0], Said("a", later, date(2024, 3, 25))], year=2024).dicts()
    assert (row["placements"], row["placement_since"]) == (1, date(2024, 3, 25))
    come = run("placement-stability", [*said, end(date(2024, 3, 26), date(2024, 3, 25), "E4")], year=2024)
    assert (come.rows, [note for note in come.notes if "looked after" in note]) == ([], [])


def test_who_died_by_31_march_is_not_looked_after_then_though_no_ending_says_so() -> None:
    for died, rows in ((date(2024, 3, 31), 0), (date(2024, 4, 1), 1)):
        said = [start(date(2024, 1, 1), "S"), Said("a", DeathRecorded(occurred_on=died), date(2024, 4, 1))]
        table = run("placement-stability", said, year=2024)
        assert (len(table.rows), [note for note in table.notes if "look looked after" in note]) == (rows, [])


def _corrected(number: int, replacement: Any) -> EntryCorrected:
    return EntryCorrected(corrects=entry_id(number), correction_reason="recording error", replacement=replacement)


def placements_of(*rows: tuple[date, str, str], born: str | None = None, year: int = 2024) -> dict[str, Any]:
    said = care(*rows)
    if born is not None:
        said.append(Said("a", ChildRegistered(child_id="1", born=born), rows[0][0]))
    (row,) = run("placement-stability", said, year=year).dicts()
    return row


JUNE, JULY, AUGUST, SEPTEMBER = (date(2023, month, 1) for month in (6, 7, 8, 9))
LONG_AGO = date(2015, 6, 1)


def test_the_band_is_of_placements_in_the_year() -> None:
    assert placements_of((LONG_AGO, "S", "U4"))["band"] == "1"
    assert placements_of((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"))["band"] == "2"
    assert (
        placements_of((LONG_AGO, "S", "U4"), (JUNE, "P", "U4"), (JULY, "T", "U4"), (AUGUST, "B", "K2"))["band"] == "3+"
    )


def test_a_placement_of_no_whole_day_counts_on_the_first_day_of_the_year() -> None:
    april = date(2023, 4, 1)
    ended = [end(april, LONG_AGO), start(april, "P", "U6"), end(april, april), start(date(2023, 4, 2), "P", "K2")]
    (row,) = run("placement-stability", [start(LONG_AGO, "S"), *ended], year=2024).dicts()
    assert row["placements"] == 2


def test_a_legal_status_is_no_placement() -> None:
    assert placements_of((LONG_AGO, "S", "U4"), (JUNE, "L", "U4"))["placements"] == 1
    assert placements_of((LONG_AGO, "S", "U4"), (date(2022, 6, 1), "L", "U4"))["placements"] == 1


def test_a_temporary_placement_and_the_return_from_it_do_not_count() -> None:
    assert placements_of((LONG_AGO, "S", "U4"), (JUNE, "P", "T1"), (JULY, "P", "U4"))["placements"] == 1
    assert placements_of((LONG_AGO, "S", "U4"), (JUNE, "P", "T1"), (JULY, "P", "U6"))["placements"] == 2


def test_nobody_comes_back_to_a_place_that_is_not_known() -> None:
    """The row before the temporary one does not say where the child was: what follows is the new placement it says."""
    for back in ("U4", None):
        said = [
            start(LONG_AGO, "S"),
            end(date(2022, 6, 1), LONG_AGO),
            start(date(2022, 6, 1), "P", None),
            end(JUNE, date(2022, 6, 1)),
            start(JUNE, "P", "T1"),
            end(JULY, JUNE),
            start(JULY, "P", back),
        ]
        (row,) = run("placement-stability", said, year=2024).dicts()
        assert (row["placements"], row["placement_since"]) == (2, JULY), back


def test_a_carer_who_adopts_is_no_move() -> None:
    for code, placements in (("A3", 1), ("A4", 2), ("A5", 1), ("A6", 2)):
        assert placements_of((LONG_AGO, "S", "U4"), (JUNE, "P", code))["placements"] == placements, code


def test_long_term_is_under_16_for_two_and_a_half_years_in_one_place_for_two() -> None:
    def told(*rows: tuple[date, str, str], born: str | None = "2012-05") -> tuple[str, str | None]:
        row = placements_of(*rows, born=born)
        return row["long_term"], row["stable"]

    assert told((LONG_AGO, "S", "U4")) == ("yes", "yes")
    assert told((LONG_AGO, "S", "U4"), (date(2022, 3, 31), "P", "U6")) == ("yes", "yes")
    assert told((LONG_AGO, "S", "U4"), (date(2022, 4, 1), "P", "U6")) == ("yes", "no")
    assert told((LONG_AGO, "S", "U4"), (date(2022, 4, 1), "P", "A4")) == ("yes", "yes")
    assert told((LONG_AGO, "S", "U4"), (date(2022, 4, 1), "P", "A6")) == ("yes", "yes")
    assert told((date(2021, 9, 30), "S", "U4")) == ("yes", "yes")
    assert told((date(2021, 10, 1), "S", "U4")) == ("no", None)
    assert told((date(2021, 10, 1), "P", "U4")) == ("not known", None)
    assert told((date(2021, 9, 30), "P", "U4")) == ("yes", "yes")
    assert told((LONG_AGO, "S", "U4"), born="2008-03") == ("no", None)
    assert told((LONG_AGO, "S", "U4"), born="2008-04") == ("yes", "yes")
    assert told((LONG_AGO, "S", "U4"), born=None) == ("not known", None)


def test_groups_count_children_and_shares() -> None:
    said = [
        *care((LONG_AGO, "S", "U4"), child="a"),
        *care((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"), (JULY, "P", "K2"), child="b"),
        Said("a", ChildRegistered(child_id="1", born="2012-05"), LONG_AGO),
        Said("b", ChildRegistered(child_id="2", born="2012-05"), LONG_AGO),
    ]
    (row,) = run("placement-stability", said, year=2024, by="stage").dicts()
    shares = (row["share_three_or_more"], row["share_stable"])
    assert (row["member"], row["children"], row["three_or_more"], *shares) == ("looked after", 2, 1, 0.5, 0.5)


def test_windows_are_half_open() -> None:
    said = care((JUNE, "S", "U4"), (JULY, "P", "U6"))
    touched = [len(run("care-episodes", said, from_=first, to=until).rows) for first, until in WINDOWS]
    assert touched == [1, 1, 2, 0, 2]
    ended = care((LONG_AGO, "S", "U4"), (date(2023, 4, 1), "P", "U6"))
    (row,) = run("placement-stability", ended, year=2024).dicts()
    assert row["placements"] == 1


WINDOWS = [(JULY, AUGUST), (JUNE, JULY), (JUNE, date(2023, 7, 2)), (LONG_AGO, JUNE), (date(2023, 6, 30), AUGUST)]
