"""One return after another: what is new, ended, amended, unchanged, not mentioned, whatever the order they come in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.envelope import LEDGER, Actor, child
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted, LookedAfterReviewHeld, MissingEnded
from ledger.domain.events.identity import (
    ChildRegistered,
    IdentifierLinked,
    IdentitySealed,
    UASCStatusCeased,
    UASCStatusSet,
)
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn, SourceCoverageDeclared
from ledger.errors import Malformed, VersionConflict
from ledger.store import New
from tests.importers.desk import Desk, codes, places

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store import Store

DOB = "12/05/2005"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def head(*children: str) -> list[str]:
    return [f"{c},1,{DOB},WBRI,,," for c in children]


def row(child_id: str = "C1", decom: str = "01/06/2017", dec: str = "", **changed: str) -> str:
    cells = {
        "RNE": "S",
        "LS": "C2",
        "CIN": "N1",
        "PLACE": "U4",
        "PR": "PR1",
        "REC": "",
        "WHY": "",
        "URN": "U1",
    } | changed
    place = [cells[name] for name in ("RNE", "LS", "CIN", "PLACE", "PR")]
    return ",".join([child_id, decom, *place, dec, cells["REC"], cells["WHY"], "", "", cells["URN"]])


def counts(report: Any) -> dict[str, int]:
    names = ("appended", "ended", "corrected", "amended", "confirmed", "unchanged", "refused", "expected_but_absent")
    return {name: value for name in names if (value := getattr(report, name))}


def test_importing_a_return_again_writes_nothing(desk: Desk) -> None:
    tables = {"header": head("C1"), "episodes": [row(dec="02/09/2017", REC="X1"), row(decom="02/09/2017", RNE="P")]}
    first = desk.send(2018, **tables)
    assert (first.rows_read, first.appended, first.registered) == (3, 1 + 3 + 1, 1)
    size = desk.size
    again = desk.send(2018, **tables)
    assert counts(again) == {"unchanged": 3}
    assert desk.size == size


def test_a_blank_end_that_becomes_a_date_is_news_and_one_entry(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(REC="X1", WHY="PLACE")])
    report = desk.send(2019, header=head("C1"), episodes=[row(dec="02/09/2018", REC="X1", WHY="PLACE")])
    assert counts(report) == {"appended": 1 + 1, "ended": 1, "amended": 1, "unchanged": 1}
    [ended] = desk.in_force("C1", CareEpisodeEnded)
    assert ended == CareEpisodeEnded(
        occurred_on=date(2018, 9, 2), started_on=date(2017, 6, 1), reason="X1", change_reason="PLACE"
    )
    assert desk.in_force("C1", CareEpisodeEnded, "2018-12-31") == []
    [started] = desk.in_force("C1", CareEpisodeStarted)
    assert (started.reported_end_reason, started.reported_change_reason) == ("X1", "PLACE")


def test_another_value_is_a_correction_and_the_past_stays_as_it_was_known(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(PLACE="U4")])
    report = desk.send(2019, header=head("C1"), episodes=[row(PLACE="U6")])
    assert counts(report) == {"appended": 2, "corrected": 1, "amended": 1, "unchanged": 1}
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted)] == ["U6"]
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted, "2018-12-31")] == ["U4"]
    [entry] = [entry for entry in desk.entries("C1") if isinstance(entry.event, EntryCorrected)]
    assert entry.event.correction_reason == "return amended"
    assert entry.event.replacement.urn == "U1"


def test_another_end_is_a_correction_of_the_end(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(dec="02/09/2017", REC="E4A")])
    report = desk.send(2019, header=head("C1"), episodes=[row(dec="03/09/2017", REC="E4B")])
    assert (report.ended, report.corrected) == (0, 1)
    [ended] = desk.in_force("C1", CareEpisodeEnded)
    assert (ended.occurred_on, ended.reason) == (date(2017, 9, 3), "E4B")


def test_a_date_that_becomes_blank_withdraws_the_ending(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(dec="02/09/2017", REC="X1")])
    report = desk.send(2019, header=head("C1"), episodes=[row(REC="")])
    assert (report.corrected, report.ended, report.endings_withdrawn) == (1, 0, 1)
    assert places(report, "ending-withdrawn") == [("episodes.csv", 2, None)]
    assert desk.in_force("C1", CareEpisodeEnded) == []
    assert len(desk.in_force("C1", CareEpisodeEnded, "2018-12-31")) == 1
    third = desk.send(2020, header=head("C1"), episodes=[row(dec="02/09/2019", REC="X1")])
    assert (third.ended, third.corrected) == (1, 0)
    assert [e.occurred_on for e in desk.in_force("C1", CareEpisodeEnded)] == [date(2019, 9, 2)]
    assert desk.send(2020, header=head("C1"), episodes=[row(dec="02/09/2019", REC="X1")]).appended == 0


def test_a_row_that_ends_and_changes_counts_in_both(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(PLACE="U4")])
    report = desk.send(2019, header=head("C1"), episodes=[row(PLACE="U6", dec="02/09/2018", REC="X1")])
    assert (report.ended, report.corrected, report.amended) == (1, 1, 2)
    assert report.tables["episodes"].amended_rows == 1


def test_a_value_that_goes_there_and_back_is_two_amendments(desk: Desk) -> None:
    for year, place in ((2018, "U4"), (2019, "U6"), (2020, "U4")):
        report = desk.send(year, header=head("C1"), episodes=[row(PLACE=place)])
        assert report.corrected == (year > 2018)
    seen = [
        [e.placement for e in desk.in_force("C1", CareEpisodeStarted, at)]
        for at in ("2018-12-31", "2019-12-31", "2020-12-31")
    ]
    assert seen == [["U4"], ["U6"], ["U4"]]
    for year, place in ((2019, "U6"), (2018, "U4"), (2020, "U4")):
        assert desk.send(year, header=head("C1"), episodes=[row(PLACE=place)]).appended == 0


def test_empty_and_new_empty_columns_change_nothing(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(), row("C1", "01/08/2017", RNE="P")])
    empty = [row(URN="", CIN=""), row("C1", "01/08/2017", RNE="P", URN="", CIN="")]
    assert counts(desk.send(2019, header=head("C1"), episodes=empty)) == {"appended": 1, "unchanged": 3}
    wider = "CHILD,DECOM,RNE,LS,DEC,NEW\n" + "\n".join(
        f"C1,{d},{r},C2,," for d, r in (("01/06/2017", "S"), ("01/08/2017", "P"))
    )
    assert desk.send(2020, header=head("C1"), episodes=wider).amended == 0


def test_a_cell_emptied_in_a_column_that_speaks_is_a_correction(desk: Desk) -> None:
    two = [row(), row("C1", "01/08/2017", RNE="P")]
    desk.send(2018, header=head("C1"), episodes=two)
    report = desk.send(2019, header=head("C1"), episodes=[row(URN=""), two[1]])
    assert report.corrected == 1
    assert [e.urn for e in desk.in_force("C1", CareEpisodeStarted)] == [None, "U1"]


def test_a_row_that_is_not_there_any_more_is_no_ending(desk: Desk) -> None:
    desk.send(2018, header=head("C1", "C2", "C3"), episodes=[row("C1"), row("C2", dec="01/03/2018"), row("C3")])
    report = desk.send(2019, header=head("C1"), episodes=[row("C1")])
    assert (report.expected_but_absent, report.ended) == (1, 0)
    [declared] = [e for e in desk.in_force(LEDGER, SourceCoverageDeclared) if e.covers_until == date(2019, 4, 1)]
    stream = desk.store.subject_stream(child("C3"))
    assert stream is not None
    assert [(u.journey, u.started_on) for u in declared.unmentioned or ()] == [
        (stream.partition(":")[2], date(2017, 6, 1))
    ]
    assert desk.in_force("C3", CareEpisodeEnded) == []
    back = desk.send(2020, header=head("C1", "C3"), episodes=[row("C1"), row("C3")])
    assert (back.expected_but_absent, back.amended) == (0, 0)


@pytest.mark.parametrize(("dec", "absent"), [("31/03/2018", 0), ("01/04/2018", 0), ("02/04/2018", 1), ("", 1)])
def test_only_what_is_open_or_runs_into_the_year_is_expected(desk: Desk, dec: str, absent: int) -> None:
    desk.send(2018, on=date(2018, 6, 1), header=head("C1", "C2"), episodes=[row("C1"), row("C2", dec=dec)])
    report = desk.send(2019, header=head("C1"), episodes=[row("C1")])
    assert report.expected_but_absent == absent


def test_identical_rows_are_one_entry_and_are_reported(desk: Desk) -> None:
    review = f"C1,{DOB},30/08/2017,PN3"
    report = desk.send(2018, header=head("C1"), reviews=[review, review])
    assert len(desk.in_force("C1", LookedAfterReviewHeld)) == 1
    assert (report.identical, report.unchanged, report.rows_read) == (1, 1, 3)
    assert places(report, "identical-row") == [("reviews.csv", 3, None)]


def test_different_rows_about_the_same_thing_are_both_kept(desk: Desk) -> None:
    rows = [f"C1,{DOB},30/08/2017,PN3", f"C1,{DOB},30/08/2017,PN1"]
    report = desk.send(2018, header=head("C1"), reviews=rows)
    assert [e.participation for e in desk.in_force("C1", LookedAfterReviewHeld)] == ["PN3", "PN1"]
    assert places(report, "same-key") == [("reviews.csv", 3, None)]
    assert desk.send(2018, header=head("C1"), reviews=rows).appended == 0
    assert desk.send(2018, header=head("C1"), reviews=rows[::-1]).appended == 0
    changed = desk.send(2019, header=head("C1"), reviews=[rows[1], f"C1,{DOB},30/08/2017,PN7"])
    assert changed.corrected == 1
    assert [e.participation for e in desk.in_force("C1", LookedAfterReviewHeld)] == ["PN7", "PN1"]


def test_what_was_expected_is_confirmed_by_the_return_after_its_day(desk: Desk) -> None:
    review = f"C1,{DOB},30/08/2018,PN3"
    first = desk.send(2018, header=head("C1"), reviews=[review])
    assert places(first, "future-date") == [("reviews.csv", None, "REVIEW")]
    assert [s.counts for s in desk.standings("C1")] == [True, False]
    assert desk.send(2018, header=head("C1"), reviews=[review]).appended == 0
    second = desk.send(2019, header=head("C1"), reviews=[review])
    assert counts(second) == {"appended": 2, "confirmed": 1, "unchanged": 1}
    assert [s.counts for s in desk.standings("C1")] == [True, True]
    assert [s.counts for s in desk.standings("C1", "2018-12-31")] == [True, False]
    assert desk.send(2019, header=head("C1"), reviews=[review]).appended == 0
    assert desk.send(2020, header=head("C1"), reviews=[review]).amended == 0


def test_a_status_that_was_to_end_has_ended_when_the_return_after_says_so(desk: Desk) -> None:
    uasc = f"C1,1,{DOB},12/11/2018"
    desk.send(2018, header=head("C1"), uasc=[uasc])
    assert [e.expected_end_on for e in desk.in_force("C1", UASCStatusSet)] == [date(2018, 11, 12)]
    report = desk.send(2019, header=head("C1"), uasc=[uasc])
    assert (report.ended, report.corrected, report.confirmed) == (0, 0, 1)
    assert [e.day for e in desk.in_force("C1", UASCStatusCeased)] == [date(2018, 11, 12)]
    assert desk.send(2019, header=head("C1"), uasc=[uasc]).appended == 0


def test_returns_may_come_in_the_wrong_order(desk: Desk) -> None:
    older = {"header": head("C1"), "episodes": [row(PLACE="U4")], "missing": [f"C1,{DOB},M,05/07/2017,07/07/2017"]}
    newer = {"header": head("C1"), "episodes": [row(PLACE="U6", dec="02/09/2018", REC="X1")]}
    desk.send(2019, **newer)
    desk.send(2018, **older)
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted, "2018-12-31")] == ["U4"]
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted)] == ["U6"]
    assert desk.in_force("C1", CareEpisodeEnded, "2018-12-31") == []
    assert len(desk.in_force("C1", CareEpisodeEnded)) == 1
    assert len(desk.in_force("C1", MissingEnded)) == 1
    assert len(desk.in_force("C1", ChildRegistered)) == 1
    size = desk.size
    for year, tables in ((2018, older), (2019, newer), (2018, older)):
        desk.send(year, **tables)
    assert desk.size == size


def test_a_child_in_no_header_is_registered_with_what_is_known(desk: Desk) -> None:
    report = desk.send(2018, header=head("C1"), reviews=[f"C2,{DOB},30/08/2017,PN3"], episodes=[row("C3")])
    assert (report.registered, report.registered_without_header) == (1, 2)
    assert desk.in_force("C2", ChildRegistered) == [
        ChildRegistered(precision="unknown", child_id="C2", birth_date=date(2005, 5, 12), born="2005-05")
    ]
    assert desk.in_force("C3", ChildRegistered) == [ChildRegistered(precision="unknown", child_id="C3")]
    assert desk.entries("C3")[0].name == "child-registered.v1"
    assert places(report, "child-not-in-header") == [("episodes.csv", 2, "CHILD"), ("reviews.csv", 2, "CHILD")]
    assert desk.send(2018, header=head("C1"), reviews=[f"C2,{DOB},30/08/2017,PN3"], episodes=[row("C3")]).appended == 0
    later = desk.send(2019, header=head("C1", "C2"))
    assert (later.registered, later.corrected) == (0, 1)
    assert [e.sex for e in desk.in_force("C2", ChildRegistered)] == ["M"]


def test_two_days_of_birth_are_both_kept(desk: Desk) -> None:
    tables = {"header": head("C1"), "reviews": ["C1,13/05/2005,30/08/2017,PN3", "C1,13/05/2005,30/09/2017,PN3"]}
    report = desk.send(2018, **tables)
    assert [e.birth_date for e in desk.in_force("C1", ChildRegistered)] == [date(2005, 5, 12)]
    assert [(e.scheme, e.value) for e in desk.in_force("C1", IdentifierLinked)] == [("date of birth", "2005-05-13")]
    assert places(report, "two-birth-dates") == [("reviews.csv", 2, "DOB")]
    assert desk.send(2018, **tables).appended == 0


def test_two_days_of_birth_in_the_header_are_both_kept(desk: Desk) -> None:
    header = [f"C1,1,{DOB},WBRI,,,", "C1,1,13/05/2005,WBRI,,,"]
    report = desk.send(2018, header=header)
    assert [e.born for e in desk.in_force("C1", ChildRegistered)] == ["2005-05", "2005-05"]
    assert places(report, "two-birth-dates") == [("header.csv", 3, "DOB")]
    assert report.registered == 1
    assert desk.send(2018, header=header).appended == 0


def test_unknown_codes_are_kept_marked_and_reported(desk: Desk) -> None:
    report = desk.send(2018, header=head("C1"), episodes=[row(LS="Q9", dec="02/09/2017", REC="E99")])
    started, ended = desk.entries("C1")[1:]
    assert (started.event.legal_status, started.unknown_codes) == ("Q9", ("legal_status",))  # type: ignore[union-attr]
    assert (ended.event.reason, ended.unknown_codes) == ("E99", ("reason",))  # type: ignore[union-attr]
    assert places(report, "unknown-code") == [("episodes.csv", 2, "LS"), ("episodes.csv", 2, "REC")]


def test_a_correction_made_in_the_ledger_stays_while_the_source_repeats_itself(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row(PLACE="U4")])
    _correct(desk.store, desk, placement="U5", written=datetime(2018, 6, 1, tzinfo=UTC))
    repeated = desk.send(2019, header=head("C1"), episodes=[row(PLACE="U4")])
    assert (repeated.amended, places(repeated, "repeats-corrected")) == (0, [("episodes.csv", 2, None)])
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted)] == ["U5"]
    news = desk.send(2020, header=head("C1"), episodes=[row(PLACE="U6")])
    assert news.corrected == 1
    assert [e.placement for e in desk.in_force("C1", CareEpisodeStarted)] == ["U6"]


def test_what_was_withdrawn_in_the_ledger_stays_withdrawn_while_the_source_repeats_itself(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row()])
    root = desk.entries("C1")[1]
    event = EntryWithdrawn(withdraws=root.event_id, reason="did not happen")
    desk.store.append([New(root.stream, event, Actor(worker="W1"), datetime(2018, 6, 1, tzinfo=UTC))])
    report = desk.send(2019, header=head("C1"), episodes=[row()])
    assert (report.amended, codes(report)) == (0, ["repeats-corrected"])
    assert desk.in_force("C1", CareEpisodeStarted) == []


def test_a_start_that_may_have_been_moved_is_told_and_not_linked(desk: Desk) -> None:
    desk.send(2018, header=head("C1"), episodes=[row()])
    report = desk.send(2019, header=head("C1"), episodes=[row(decom="02/06/2017")])
    assert places(report, "start-moved") == [("episodes.csv", 2, "DECOM")]
    assert report.expected_but_absent == 1
    assert len(desk.in_force("C1", CareEpisodeStarted)) == 2


def test_a_dry_run_says_all_and_writes_nothing(desk: Desk) -> None:
    tables = {"header": head("C1"), "episodes": [row()]}
    size = desk.size
    told = desk.send(2018, dry_run=True, **tables)
    assert (desk.size, desk.store.subject_stream(child("C1")), told.dry_run) == (size, None, True)
    done = desk.send(2018, **tables)
    assert (told.appended, told.registered) == (done.appended, done.registered)
    assert desk.size == size + done.appended


def test_a_row_that_cannot_be_read_refuses_all_or_is_left_out_when_asked(desk: Desk) -> None:
    tables = {"header": head("C1"), "episodes": [row(), row(decom="32/08/2017"), row("", "01/09/2017")]}
    size = desk.size
    with pytest.raises(Malformed) as caught:
        desk.send(2018, **tables)
    found = [(p.code, p.line, p.column) for p in caught.value.problems]
    assert found == [("missing-value", 4, "CHILD"), ("bad-date", 3, "DECOM")]
    assert desk.size == size
    report = desk.send(2018, keep_going=True, **tables)
    assert (report.refused, report.rows_read, report.tables["episodes"].new) == (2, 4, 1)


@pytest.mark.parametrize(
    ("episodes", "code", "column"),
    [
        ([row(dec="31/05/2017")], "end-before-start", "DEC"),
        ([row(dec="2017-09-02")], "bad-date", "DEC"),
        ([row(LS="")], "missing-value", "LS"),
        ([row(LS="X" * 65)], "too-long", "LS"),
        (["C1,01/06/2017,S"], "ragged-row", None),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(
    desk: Desk, episodes: list[str], code: str, column: str | None
) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send(2018, header=head("C1"), episodes=episodes)
    [problem] = caught.value.problems
    assert (problem.code, problem.file, problem.line, problem.column) == (code, "episodes.csv", 2, column)


def test_a_broken_file_refuses_all_even_when_asked_to_keep_going(desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send(2018, keep_going=True, header=head("C1"), episodes="CHILD,DECOM\nC1,01/06/2017\n")
    assert {problem.column for problem in caught.value.problems} == {"RNE", "LS", "DEC"}
    assert desk.size == 1


def test_a_collection_in_the_future_is_refused(desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send(2099, header=head("C1"))
    assert caught.value.problems[0].code == "collected-later"


def test_a_sealed_identity_refuses_its_rows_and_only_those(desk: Desk) -> None:
    desk.send(2018, header=head("C1", "C2"))
    stream = desk.entries("C1")[0].stream
    desk.store.append(
        [New(stream, IdentitySealed(occurred_on=date(2018, 5, 1), authority="order"), Actor(worker="W1"))]
    )
    report = desk.send(2019, header=head("C1", "C2"), episodes=[row("C1"), row("C2")])
    assert (report.refused, report.tables["episodes"].new) == (2, 1)
    assert places(report, "identity-sealed") == [("header.csv", 2, None), ("episodes.csv", 2, None)]
    assert desk.in_force("C1", CareEpisodeStarted) == []


def test_another_writer_in_between_makes_the_import_decide_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(2018, header=head("C1"), episodes=[row()])
    append, met = desk.store.append, []

    def late(news: list[New], **options: Any) -> Any:
        if not met:
            met.append(True)
            event = CareEpisodeEnded(occurred_on=date(2018, 9, 2), started_on=date(2017, 6, 1))
            append([New(desk.entries("C1")[0].stream, event, Actor(worker="W1"))])
        return append(news, **options)

    monkeypatch.setattr(desk.store, "append", late)
    report = desk.send(2019, header=head("C1"), episodes=[row(dec="02/09/2018", REC="X1")])
    assert (report.ended, met) == (1, [True])
    assert [entry.by.system for entry in desk.entries("C1") if isinstance(entry.event, CareEpisodeEnded)] == [
        None,
        "import ssda903",
    ]


def test_a_writer_who_never_stops_is_told_as_a_conflict(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_news: object, **_options: object) -> None:
        raise VersionConflict(0, 1)

    monkeypatch.setattr(desk.store, "append", never)
    with pytest.raises(VersionConflict):
        desk.send(2018, header=head("C1"))


def test_every_row_is_counted_once(desk: Desk) -> None:
    desk.send(
        2018,
        header=head("C1"),
        episodes=[row(), row("C1", "01/08/2017", RNE="P")],
        reviews=[f"C1,{DOB},30/08/2018,PN3"],
    )
    report = desk.send(
        2019,
        header=head("C1", "C2"),
        episodes=[row(dec="02/09/2018"), row("C1", "01/08/2017", RNE="L"), row("C2"), row("C2")],
        reviews=[f"C1,{DOB},30/08/2018,PN3"],
    )
    for table in report.tables.values():
        parts = table.new, table.amended_rows, table.confirmed, table.unchanged, table.refused
        assert sum(parts) == table.rows_read
    assert report.rows_read == 7


def _correct(store: Store, desk: Desk, *, placement: str, written: datetime) -> None:
    root = desk.entries("C1")[1]
    assert isinstance(root.event, CareEpisodeStarted)
    replacement = root.event.model_copy(update={"placement": placement})
    event = EntryCorrected(corrects=root.event_id, correction_reason="wrong value", replacement=replacement)
    store.append([New(root.stream, event, Actor(worker="W1"), written)])
