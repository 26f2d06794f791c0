"""A measure over time: the figure of one group in each of a row of whole periods, all as known at one clock.

    >>> series(store, "handovers", view("2024-12-31"), over="quarter", column="share_kept_by_worker",
    ...        from_="2021-04-01", spc=True).table.dicts()                              # doctest: +SKIP

Periods are whole months, quarters (from January, April, July, October) or social-care years (from 1 April) between
`from_` and `to`; what lies outside whole periods, or is not over on the reader's day, is left out and said. The facts
are loaded once. A value that is not defined stays a gap. Raises `NotFound` and `Malformed`, in sentences.
Not here: limits and rules (`spc.py`), drawing (`series_text.py`, `series_svg.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from ledger.domain import wording
from ledger.domain.calendar import add_months
from ledger.domain.clock import NOW, View, day
from ledger.errors import Malformed, Problem
from ledger.projections.card import Card, measure
from ledger.projections.engine import facts_for, measured, of_ledger, view_position
from ledger.projections.local import with_own_rules
from ledger.projections.request import request
from ledger.projections.spc import RULES, Chart, xmr
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from ledger.projections.facts import Facts
    from ledger.store import Store

CHANGES = "SELECT day, title FROM practice_changes ORDER BY day, position"
MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""What a series can go over, in months."""
PLAIN = (
    Column("period", "The period."),
    Column("from", "Its first day."),
    Column("to", "The day after its last."),
    Column("value", "The figure; empty where it is not defined."),
    Column("numerator", "What is divided, where the card says it."),
    Column("denominator", "By what (n), where the card says it."),
)
CHARTED = (
    Column("moving_range", "Difference from the value before; empty at the start and after a gap."),
    Column("centre", "Mean of all values."),
    Column("lower", "Lower natural process limit."),
    Column("upper", "Upper natural process limit."),
    Column("signals", "What the rules say of the point, in words."),
)
NOTE = Column("note", "Why a value is empty.")


@dataclass(frozen=True, slots=True)
class Span:
    """One whole period, half-open, and its name."""

    starts: date
    ends: date
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """A table with one row per period, its chart, and what a picture needs beside: title, dates to draw."""

    table: Table
    chart: Chart
    spans: tuple[Span, ...]
    title: str
    breaks: tuple[tuple[date, str], ...]
    charted: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with what it was made from, and why it is empty."""

    value: int | Decimal | Fraction | None
    numerator: Any = None
    denominator: Any = None
    note: str | None = None


def series(
    store: Store,
    name: str,
    view: View = NOW,
    *,
    over: str,
    column: str,
    from_: date | str | None = None,
    to: date | str | None = None,
    by: str = "authority",
    member: str | None = None,
    pick: str | None = None,
    spc: bool = False,
    **own: Any,
) -> Series:
    """Run one column of a measure's group figure over periods. `pick` is `column=value`, where a group has many rows.

    `member` is the pod, worker or stage; with `by` authority there is one. `spc` adds limits and signals.
    """
    position = view_position(store, view)
    with facts_for(store, position, measure(name), (CHANGES,)) as facts:
        found = series_of(
            facts,
            name,
            view,
            over=over,
            column=column,
            from_=from_,
            to=to,
            by=by,
            member=member,
            pick=pick,
            spc=spc,
            **own,
        )
        found.table.provenance.update(of_ledger(store, facts.position))
    return found


def series_of(
    facts: Facts,
    name: str,
    view: View,
    *,
    over: str,
    column: str,
    from_: date | str | None = None,
    to: date | str | None = None,
    by: str = "authority",
    member: str | None = None,
    pick: str | None = None,
    spc: bool = False,
    **own: Any,
) -> Series:
    """Do the same over facts that are loaded."""
    card = with_own_rules(measure(name), facts.rules)
    wanted = _column(card, column, over, by, member)
    on = facts.stand(view)
    spans, notes = _spans(over, from_, to, on)
    rows: list[Figure] = []
    strays = 0
    stamp: dict[str, Any] = {}
    for span in spans:
        window = {"year": span.ends.year} if card.window == "year" else {"from_": span.starts, "to": span.ends}
        table = measured(facts, card, view, request(card, by=by, **window, **own))
        rows.append(_figure(table, wanted, member or by, pick))
        strays += any(row[0] == "not known" for row in table.rows) and member != "not known"
        stamp = table.provenance
    chart = xmr([row.value for row in rows])
    breaks = tuple(facts.query(CHANGES).fetchall())
    inside = tuple(b for b in breaks if spans and spans[0].starts <= b[0] < spans[-1].ends)
    gaps = sum(row.value is None for row in rows)
    if gaps:
        notes.append(wording.counted(gaps, "{period|periods} without a value: {a gap|gaps}"))
    if strays:
        notes.append(
            wording.counted(strays, "{period has|periods have} a row of no known group (not known): not in this series")
        )
    notes += [f"practice changed on {when}: {title}" for when, title in inside]
    notes += [chart.told] if spc and chart.told else []
    asked = {"over": over, "column": column, "from": from_, "to": to, "by": by, "member": member, "pick": pick, **own}
    stamp = stamp | {"asked": {key: value for key, value in asked.items() if value is not None}}
    stamp |= {"rules": RULES} if spc else {}
    columns = (*PLAIN, *(CHARTED if spc else ()), NOTE)
    table = Table(columns, _cells(spans, rows, chart if spc else None), notes, stamp)
    who = "" if by == "authority" else f", {by} {member}"
    what = f" ({pick})" if pick else ""
    return Series(table, chart, spans, f"{card.name}: {column}{what} by {over}{who}", inside, spc)


def whole_periods(over: str, starts: date, ends: date) -> tuple[Span, ...]:
    """Return the whole months, quarters or social-care years within [starts, ends), in order."""
    length = MONTHS[over]
    first = date(starts.year, 1, 1) if over != "year" else date(starts.year - 1, 4, 1)
    found = []
    while (until := add_months(first, length)) <= ends:
        if first >= starts:
            found.append(Span(first, until, _label(over, first, until)))
        first = until
    return tuple(found)


def _label(over: str, first: date, until: date) -> str:
    if over == "year":
        return f"{first.year}-{until.year % 100:02}"
    last = until - timedelta(days=1)
    return f"{first:%Y-%m}" if over == "month" else f"{first:%Y-%m} to {last:%m}"


def _spans(over: str, from_: date | str | None, to: date | str | None, on: date) -> tuple[tuple[Span, ...], list[str]]:
    """Return the periods asked for, and what is said of the days left out."""
    if from_ is None:
        _refuse("from", "a series needs --from DATE (and takes --to DATE, the reader's day where it is not given).")
    starts = day(from_) if isinstance(from_, str) else from_
    over_by = on + timedelta(days=1)
    wanted = over_by if to is None else day(to) if isinstance(to, str) else to
    ends = min(wanted, over_by)
    spans = whole_periods(over, starts, ends)
    notes = []
    if not spans:
        notes.append(f"no whole {over} lies between {starts} and {ends}")
    elif spans[0].starts > starts or spans[-1].ends < wanted:
        notes.append(
            f"only whole periods are compared, of those that were over on the reader's day: {spans[0].starts} to "
            f"before {spans[-1].ends}"
        )
    return spans, notes


def _column(card: Card, name: str, over: str, by: str, member: str | None) -> Column:
    """Return the column of the card asked for, or refuse in a sentence what cannot be a series."""
    if over not in MONTHS:
        _refuse("over", f"--over takes {', '.join(MONTHS)}; found {over!r}.")
    if card.group_sql is None:
        _refuse("over", f"{card.name} is told row by row; it has no figure of a group to follow over time.")
    if card.window == "none":
        _refuse("over", f"{card.name} takes no window, so it cannot be cut into periods.")
    if card.window == "year" and over != "year":
        _refuse("over", f"{card.name} is a measure of social-care years: use --over year.")
    if by != "authority" and member is None:
        _refuse("member", f"a series by {by} follows one {by}: name it with --member.")
    columns = {column.name: column for column in card.group_columns}
    if name not in columns:
        near = wording.nearest(name, columns)
        _refuse("column", f"{card.name} has no figure {name!r}{near}. It has {', '.join(list(columns)[1:])}.")
    return columns[name]


def _figure(table: Table, column: Column, member: str, pick: str | None) -> Figure:
    """Return the value of one group in one period."""
    rows = [row for row in table.dicts() if row["member"] == member]
    if pick is not None:
        name, _, wanted = pick.partition("=")
        if not any(column.name == name for column in table.columns):
            _refuse("pick", f"--pick takes COLUMN=VALUE with a column of the result; found {pick!r}.")
        rows = [row for row in rows if str(row[name]) == wanted]
    if len(rows) > 1:
        names = ", ".join(column.name for column in table.columns[1:])
        _refuse("pick", f"a period has {len(rows)} rows of {member!r}: choose one with --pick COLUMN=VALUE ({names}).")
    if not rows:
        return Figure(None, note="nobody to count")
    (row,) = rows
    value, num, den = row[column.name], row.get(column.numerator), row.get(column.denominator)
    if isinstance(value, float):
        value = Decimal(str(value))
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
        _refuse("column", f"{column.name} holds no numbers; found {value!r}.")
    if value is not None and isinstance(num, int) and isinstance(den, int) and den:
        value = Fraction(num, den)
    return Figure(value, num, den, None if value is not None else row.get("note") or "not defined")


def _cells(spans: tuple[Span, ...], rows: list[Figure], chart: Chart | None) -> list[tuple[Any, ...]]:
    found = []
    for place, (span, row) in enumerate(zip(spans, rows, strict=True)):
        cells: tuple[Any, ...] = (span.label, span.starts, span.ends, row.value, row.numerator, row.denominator)
        if chart is not None:
            point = chart.points[place]
            cells += (point.moving_range, chart.centre, chart.lower, chart.upper, "; ".join(point.signals))
        found.append((*cells, row.note))
    return found


def _refuse(column: str, sentence: str) -> NoReturn:
    raise Malformed([Problem("bad-parameter", sentence, column=column, refused=True)], hint="journey project show NAME")
