"""Continuity from visits: published vectors, the slow reference on random journeys, and the identities."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.clock import NOW, View, view
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from tests.projections import journeys as some
from tests.projections import slow_continuity as slow
from tests.projections.slow_holding import held, holder_on, in_force, members_on, pod_on
from tests.projections.small import Said, journey_id, run

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "continuity_vectors.json"
JANUARY = date(2024, 1, 1)
NAMES = ("upc", "coc", "secon", "hhi", "k", "mmci", "known_share", "named_share")
SOME = settings(max_examples=30, deadline=None)

# Sequence: (UPC, COC, SECON, HHI, K, MMCI), as tabled in the definitions with exact fractions.
TABLED: dict[str, tuple[str | None, ...]] = {
    "A": ("1", None, None, "1", None, "1"),
    "AB": ("1/2", "0", "0", "1/2", "0", "1/11"),
    "AAB": ("2/3", "1/3", "1/2", "5/9", "1/2", "11/21"),
    "ABA": ("2/3", "1/3", "0", "5/9", "1/2", "11/21"),
    "ABC": ("1/3", "0", "0", "1/3", "0", "1/21"),
    "AABB": ("1/2", "1/3", "2/3", "1/2", "2/3", "21/31"),
    "AAABBC": ("1/2", "4/15", "3/5", "7/18", "3/5", "31/51"),
    "AABACAADAABA": ("2/3", "29/66", "3/11", "35/72", "8/11", "27/37"),
    "AAAAABBBCD": ("1/2", "13/45", "2/3", "9/25", "2/3", "61/91"),
}


def seen_by(sequence: str, child: str = "a") -> list[Said]:
    """Visits on successive days by the workers of a sequence."""
    return [
        Said(
            child,
            VisitRecorded(occurred_on=JANUARY + timedelta(days=n), worker=w, child_seen="yes"),
            JANUARY + DAY * 99,
        )
        for n, w in enumerate(sequence)
    ]


DAY = timedelta(days=1)


def row_of(said: list[Said], at: View = NOW, child: str = "a", **parameters: Any) -> dict[str, Any]:
    """Return the row of one child."""
    return next(row for row in run("continuity", said, at, **parameters).dicts() if row["child"] == journey_id(child))


def test_the_tabled_values() -> None:
    said = [one for sequence in TABLED for one in seen_by(sequence, sequence)]
    rows = {row["child"]: row for row in run("continuity", said).dicts()}
    for sequence, expected in TABLED.items():
        row = rows[journey_id(sequence)]
        exact = [None if value is None else slow.places(Fraction(value)) for value in expected]
        assert [row[name] for name in NAMES[:6]] == exact, sequence
        assert row["visits"] == len(sequence)
        assert row["workers"] == len(set(sequence))


@pytest.mark.shared
def test_the_published_vectors() -> None:
    if not SHARED.exists():
        pytest.skip("the shared vectors are not here")
    vectors = [vector for vector in json.loads(SHARED.read_text()) if vector["n"]]
    said = [one for n, vector in enumerate(vectors) for one in seen_by(vector["sequence"], f"v{n}")]
    rows = {row["child"]: row for row in run("continuity", said).dicts()}
    given_as = {"UPC": "upc", "COC": "coc", "SECON": "secon", "HHI": "hhi", "K": "k", "known": "known_share"}
    for n, vector in enumerate(vectors):
        row = rows[journey_id(f"v{n}")]
        for theirs, ours in given_as.items():
            exact = None if vector[theirs] is None else slow.places(Fraction(vector[theirs]))
            assert row[ours] == exact, (vector["sequence"], theirs)
        assert round(row["mmci"], 12) == round(Decimal(str(vector["MMCI"])), 12)


@SOME
@given(
    some.ledgers(some.visits(), some.visits(), some.allocations(), some.holding_pods(), some.memberships(), most=36),
    some.views,
    st.sampled_from(["worker", "pod"]),
    st.booleans(),
    st.sampled_from([(None, None), (date(2024, 3, 31), date(2024, 4, 15))]),
)
def test_the_sql_agrees_with_the_slow_reference(
    said: list[Said], at: View, level: str, leave_out: bool, window: tuple[date | None, date | None]
) -> None:
    first, until = window[0] or date.min, window[1] or date.max
    table = run("continuity", said, at, level=level, leave_out_inferred=leave_out, from_=window[0], to=window[1])
    rows = {row["child"]: row for row in table.dicts()}
    pods = in_force(said, "pod:P", at)
    for child in some.CHILDREN:
        counted = in_force(said, child, at)
        visits = [
            visit_of(s, pods, level)
            for s in counted
            if isinstance(s.event, VisitRecorded) and s.event.day is not None and first <= s.event.day < until
        ]
        ours = slow.in_order([v for v in visits if slow.counts(v, leave_out_inferred=leave_out)])

        def named(day: date, level: str = level, counted: Any = counted) -> str | None:
            holder = holder_on(held(counted), day)
            return pod_on(counted, pods, day) if level == "pod" else holder and holder.worker

        expected = slow.indices(ours, named)
        row = rows.get(journey_id(child))
        if row is None:
            assert not visits
        elif row["visits"] is None:
            assert not visits
            assert "not supplied" in row["note"]
        else:
            assert row["visits"] == expected.n
            for name in NAMES:
                assert row[name] == slow.places(getattr(expected, name)), name


def visit_of(standing: Any, pods: Any, level: str) -> slow.Visit:
    """Tell a visit as the slow reference wants it."""
    event = standing.event
    who, companions = event.worker, event.accompanied_by or ()
    if level == "pod":
        own = members_on(pods, who, event.day) if who else []
        who = event.pod or (max(own)[1] if own else None)
        companions = tuple(pod for c in companions for _, pod in members_on(pods, c, event.day))
    return slow.Visit(
        event.day,
        event.occurred_at,
        standing.root.position,
        who,
        companions,
        event.role,
        event.method,
        event.child_seen,
        bool(event.worker_inferred),
    )


@SOME
@given(st.text("ABCD", min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_identities_hold(sequence: str, random: Any) -> None:
    shuffled = "".join(random.sample(sequence, len(sequence)))
    relabelled = sequence.translate(str.maketrans("ABCD", "ZYXW"))
    said = [
        *seen_by(sequence, "given"),
        *seen_by(shuffled, "shuffled"),
        *seen_by(relabelled, "relabelled"),
    ]
    rows = {row["child"]: row for row in run("continuity", said).dicts()}
    row = {name: rows[journey_id("given")][name] for name in NAMES}
    n, tiny = len(sequence), Decimal("0.000000000002") * len(sequence)
    changes = sum(a != b for a, b in itertools.pairwise(sequence))
    other = rows[journey_id("shuffled")]
    assert {name: row[name] for name in row if name != "secon"} == {
        name: other[name] for name in row if name != "secon"
    }
    assert row == {name: rows[journey_id("relabelled")][name] for name in NAMES}
    assert abs(row["coc"] - (n * row["hhi"] - 1) / (n - 1)) <= tiny
    assert abs(row["secon"] - (1 - Decimal(changes) / (n - 1))) <= tiny
    assert row["secon"] <= row["k"]
    blocks = 1 + changes
    assert (row["secon"] == row["k"]) == (blocks == len(set(sequence)))
    assert row["coc"] <= row["upc"]
    assert row["known_share"] == row["k"]
    if len(set(sequence)) == 1:
        assert {row[name] for name in NAMES[:7]} == {Decimal(1)}
    if len(set(sequence)) == n:
        assert row["coc"] == row["secon"] == row["k"] == 0


def test_nothing_supplied_is_empty_and_says_so() -> None:
    said = [Said("a", WorkerAllocated(occurred_on=JANUARY, worker="W1"), JANUARY), *opened("a")]
    row = row_of(said)
    assert [row[name] for name in ("visits", "workers", *NAMES)] == [None] * 10
    assert row["note"] == "visits not supplied"


def test_none_recorded_under_complete_coverage_is_zero_visits_and_no_index() -> None:
    said = [
        Said(
            "ledger",
            SourceCoverageDeclared(
                system="cms", areas=("visit",), covers_from=JANUARY, covers_until=date(2024, 3, 1), complete=True
            ),
            date(2024, 3, 1),
        ),
        *opened("a"),
    ]
    row = row_of(said, from_=JANUARY, to=date(2024, 3, 1))
    assert (row["visits"], row["workers"], row["upc"]) == (0, 0, None)
    assert row["note"] == "no visit counted: no index is defined"


def opened(child: str) -> list[Said]:
    """Open a case by early help, so that the child is in the result."""
    from ledger.domain.events.contact import EarlyHelpStarted

    return [Said(child, EarlyHelpStarted(occurred_on=JANUARY), JANUARY)]


def test_the_minimum_is_said() -> None:
    assert row_of(seen_by("A"))["note"].startswith("one visit: coc, secon, k and known_share are not defined")
    assert "fewer than 3 visits" in row_of(seen_by("AB"))["note"]
    assert "fewer than 3 visits" not in row_of(seen_by("ABA"))["note"]


def test_a_companion_becomes_known_and_makes_no_visit() -> None:
    said = seen_by("AB")
    first = said[0].event.model_copy(update={"accompanied_by": ("B",)})
    row = row_of([Said("a", first, said[0].written_at), said[1]])
    assert (row["visits"], row["workers"], row["known_share"], row["k"]) == (2, 2, 1, 0)


def test_one_day_is_ordered_by_time_then_position() -> None:
    def at(hour: int | None, worker: str) -> Said:
        moment = None if hour is None else datetime(2024, 1, 1, hour, tzinfo=UTC)
        on = None if moment else JANUARY
        return Said("a", VisitRecorded(occurred_on=on, occurred_at=moment, worker=worker), date(2024, 2, 1))

    # In order of time: A 9, A 10, C 11, then those without a time by position: C, B. 2 of 4 follow their like.
    row = row_of([at(11, "C"), at(None, "C"), at(10, "A"), at(None, "B"), at(9, "A")])
    assert row["secon"] == Decimal("0.5")
    # With those without a time first it would be C, B, A, A, C: 1 of 4; by position alone C, C, A, B, A: 1 of 4.


def test_what_does_not_count_stands_beside() -> None:
    def visit(**fields: Any) -> Said:
        return Said("a", VisitRecorded(**({"occurred_on": JANUARY, "worker": "W1"} | fields)), date(2024, 2, 1))

    row = row_of(
        [
            visit(),
            visit(child_seen="not applicable"),
            visit(method="virtual"),
            visit(child_seen="no"),
            visit(role="reviewing officer"),
            visit(worker=None),
            visit(worker_inferred=True),
            Said("a", VisitAttempted(occurred_on=JANUARY, worker="W1"), date(2024, 2, 1)),
        ]
    )
    beside = (
        "visits",
        "virtual",
        "not_seen",
        "other_roles",
        "visitor_unknown",
        "inferred",
        "attempts",
        "seen_not_stated",
    )
    assert [row[name] for name in beside] == [3, 1, 1, 1, 1, 1, 1, 2]


def test_expected_visits_never_count() -> None:
    said = [Said("a", VisitRecorded(occurred_on=date(2024, 6, 1), worker="W1"), date(2024, 5, 1)), *opened("a")]
    assert row_of(said, view("2024-12-31"))["visits"] is None


@SOME
@given(st.lists(st.text("ABC", max_size=6), min_size=1, max_size=7))
def test_groups_show_quartiles_of_children_with_three_visits(sequences: list[str]) -> None:
    said = [one for n, seq in enumerate(sequences) for one in [*opened(f"c{n}"), *seen_by(seq, f"c{n}")]]
    table = run("continuity", said, by="authority")
    rows = {row["index"]: row for row in table.dicts()}
    children = {row["child"]: row for row in run("continuity", said).dicts()}
    assert set(rows) == set(NAMES)
    for name in NAMES:
        values = [row[name] for row in children.values() if (row["visits"] or 0) >= 3 and row[name] is not None]
        expected = (
            "authority",
            name,
            len(sequences),
            sum(row[name] is None for row in children.values()),
            len(values),
            *(slow.quartile(values, quarter) for quarter in (1, 2, 3)),
        )
        assert tuple(rows[name].values()) == expected


def test_a_child_belongs_to_the_worker_of_its_last_open_day() -> None:
    said = [
        *opened("a"),
        Said("a", WorkerAllocated(occurred_on=JANUARY, worker="W1"), JANUARY),
        Said("a", WorkerAllocated(occurred_on=JANUARY + 9 * DAY, worker="W2"), JANUARY + 9 * DAY),
        *seen_by("AAA"),
    ]
    by_worker = {row["member"] for row in run("continuity", said, by="worker").dicts()}
    earlier = {row["member"] for row in run("continuity", said, by="worker", to=JANUARY + 9 * DAY).dicts()}
    assert (by_worker, earlier) == ({"W2"}, {"W1"})
