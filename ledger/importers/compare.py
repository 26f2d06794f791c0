"""Set the rows of a return against what is in force: what is new, what ended, what was amended, what is unchanged.

`compare` walks the rows and gives the steps that would make the ledger say what the return says, and nothing for a
row that says nothing new.

- An end that a row now has and the ledger has not is news: it is appended. Another date or reason corrects it. An end
  that a row no longer has is withdrawn.
- What was expected when it became known, and is repeated by a return after its date, is confirmed: it has happened.
- What somebody corrected or withdrew in the ledger stays so while the source only repeats itself.
- A root that became known only after the moment is not in force yet: an older return imported later corrects it as of
  its own date, so that one episode stays one root whatever the order of imports.

Pure: entries and rows in, steps out. Not here: reading, writing, and what a return leaves out (`absence`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.errors import Problem
from ledger.importers.in_force import family
from ledger.importers.shapes import Candidates, Row, tuple_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ledger.domain.events.base import Event
    from ledger.importers.in_force import Held, InForce
    from ledger.importers.shapes import Values

What = Literal["new", "ended", "corrected", "ending withdrawn", "confirmed"]


AMENDING: frozenset[What] = frozenset({"ended", "corrected", "ending withdrawn"})


@dataclass(frozen=True, slots=True)
class Step:
    """One entry to be appended for a child, because of one line of a file.

    `after` is when that became known which it changes: to stand, it must be written later.
    """

    child: str
    event: Event
    what: What
    table: str
    file: str
    line: int
    after: datetime | None = None


@dataclass(slots=True)
class Outcome:
    """What one table comes to. Each row counts in exactly one of `new`, `amended_rows`, `confirmed`, `unchanged`."""

    table: str
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new: int = 0
    ended: int = 0
    corrected: int = 0
    amended_rows: int = 0
    confirmed: int = 0
    unchanged: int = 0


def compare(candidates: Candidates, in_force: InForce) -> Outcome:
    """Compare the rows of one table with what is in force; then `in_force` says what it will be after the steps.

    What the rows state is marked as `mentioned`.
    """
    shape = candidates.shape
    outcome = Outcome(candidates.table)
    facts = in_force.facts[family(shape.spec.event)]
    ends = in_force.facts[family(shape.spec.end)] if shape.spec.end is not None else {}
    open_values, ended_values = tuple_of(shape.names(ended=False)), tuple_of(shape.names(ended=True))
    end_values = tuple_of((*shape.spec.end_key, *shape.end_fields))
    group: dict[tuple[str, Values], list[Row]] = {}
    twice = _shared_keys(candidates)
    by_reference = bool(candidates.references)
    for row in candidates.rows:
        where = (row.child, candidates.key(row) if by_reference else row.key)
        fact, end = facts.get(where, ()), ends.get(where, ())
        if (
            len(fact) == 1
            and len(end) <= 1
            and where not in twice
            and type(fact[0].event) is shape.spec.event
            and (open_values if row.end is None else ended_values)(fact[0].event) == row.start
            and _ends_alike(row, end, end_values)
            and not any(held.expected is not None for held in (*fact, *end))
        ):
            fact[0].mentioned = True
            outcome.unchanged += 1
        else:
            group.setdefault(where, []).append(row)
    for where, rows in group.items():
        _Group(candidates, rows, facts.get(where, []), ends.get(where, []), in_force, outcome).decide()
    return outcome


class _Group:
    """The rows of one child and key beside the facts and ends that the ledger holds for them."""

    def __init__(
        self,
        candidates: Candidates,
        rows: list[Row],
        facts: list[Held],
        ends: list[Held],
        in_force: InForce,
        outcome: Outcome,
    ) -> None:
        self.shape, self.file, self.written = candidates.shape, candidates.file, candidates.written
        self.rows, self.outcome = rows, outcome
        self.facts, self.ends, self.in_force = facts, ends, in_force
        self.did: dict[int, set[What]] = {row.line: set() for row in rows}

    def decide(self) -> None:
        """Pair rows with facts and ends, take the steps that remain, and count each row once."""
        known = self._starts()
        self._ends(known)
        for row in self.rows:
            did = self.did[row.line]
            self.outcome.new += "new" in did
            self.outcome.ended += "ended" in did
            self.outcome.corrected += bool(did & {"corrected", "ending withdrawn"})
            amended = bool(did & AMENDING)
            self.outcome.amended_rows += amended and "new" not in did
            self.outcome.confirmed += did == {"confirmed"}
            self.outcome.unchanged += not did

    def _starts(self) -> dict[int, Held]:
        """Pair each row with a fact; return by line the facts that were known before."""
        known: dict[int, Held] = {}
        for row, held, how in _paired(self.rows, self.facts, self._start_is):
            if held is not None:
                held.mentioned = True
                if not held.later:
                    known[row.line] = held
            if held is None:
                self._step(row, self.shape.event(row), "new")
            elif how == "repeats":
                self._repeats(row, held)
            elif how == "same":
                self._confirm(row, held)
            else:
                base = held.event or held.said
                base = base if type(base) is self.shape.spec.event else None
                self._correct(row, held, self.shape.event(row, base), "new" if held.later else "corrected")
        return known

    def _ends(self, known: Mapping[int, Held]) -> None:
        """Pair each row that has an end with one that is held; withdraw what a row no longer states."""
        ended = [row for row in self.rows if row.end is not None]
        paired = _paired(ended, self.ends, self._end_is)
        for row, held, how in paired:
            if held is None:
                self._step(row, self.shape.end(row), _news_of(row, known.get(row.line)))
            elif how == "repeats":
                self._repeats(row, held)
            elif how == "same":
                self._confirm(row, held)
            elif held.later or _taken_back(held):
                self._correct(row, held, self.shape.end(row), _news_of(row, known.get(row.line)))
            else:
                self._correct(row, held, self.shape.end(row, held.event or held.said), "corrected")
        taken = {id(held) for _, held, _ in paired}
        left = [held for held in self.ends if id(held) not in taken and held.event is not None]
        still = next((row for row in self.rows if row.end is None), None)
        if still is None or not left:
            return
        for held in left:
            withdrawn = EntryWithdrawn(withdraws=held.root.event_id, reason="ending withdrawn")
            self._step(still, withdrawn, "ending withdrawn", held.known_at)
            held.event = None
        self._tell("ending-withdrawn", "this row had an end and has none now: the ending was withdrawn.", still)

    def _start_is(self, row: Row, event: Event) -> bool:
        if type(event) is not self.shape.spec.event:
            return False
        return tuple_of(self.shape.names(ended=row.end is not None))(event) == row.start

    def _end_is(self, row: Row, event: Event) -> bool:
        values = tuple_of((*self.shape.spec.end_key, *self.shape.end_fields))
        return row.end is not None and values(event) == row.key + row.end

    def _confirm(self, row: Row, held: Held) -> None:
        """State again, as it was now written down, what was expected and whose day has come."""
        day = self.written.get(row.line, self.in_force.day)
        if held.expected is not None and held.expected <= day and held.event is not None:
            self._correct(row, held, held.event, "confirmed")

    def _correct(self, row: Row, held: Held, replacement: Event, what: What) -> None:
        reason = "confirmed" if what == "confirmed" else self.in_force.reason
        correction = EntryCorrected(corrects=held.root.event_id, correction_reason=reason, replacement=replacement)
        self._step(row, correction, what, held.known_at)
        held.event = replacement

    def _step(self, row: Row, event: Event, what: What, after: datetime | None = None) -> None:
        self.did[row.line].add(what)
        self.outcome.steps.append(Step(row.child, event, what, self.shape.spec.table, self.file, row.line, after))

    def _repeats(self, row: Row, held: Held) -> None:
        if held.event is None:
            told = "the source repeats what was withdrawn in the ledger: it stays withdrawn."
        else:
            told = "the source repeats what was corrected in the ledger: the correction stays."
        self._tell("repeats-corrected", told, row)

    def _tell(self, code: str, message: str, row: Row) -> None:
        self.outcome.problems.append(Problem(code, message, self.file, row.line))


How = Literal["same", "repeats", "differs", "none"]


def _paired(rows: list[Row], held: list[Held], is_: Callable[[Row, Event], bool]) -> list[tuple[Row, Held | None, How]]:
    """Pair rows with what is held: the same first, then what is only repeated, then in order, later ones last."""
    free, left = list(held), list(rows)
    pairs: list[tuple[Row, Held | None, How]] = []
    how: How
    for how in ("same", "repeats"):
        for row in list(left):
            match = next(
                (h for h in free if (e := h.event if how == "same" else h.said) is not None and is_(row, e)), None
            )
            if match is not None:
                pairs.append((row, match, how))
                free.remove(match)
                left.remove(row)
    free.sort(key=lambda one: (one.later, _taken_back(one)))
    for row in left:
        pairs.append((row, free.pop(0), "differs") if free else (row, None, "none"))
    return pairs


def _ends_alike(row: Row, ends: Sequence[Held], values: Callable[[Any], Values]) -> bool:
    """Whether the one end that is held, or none, is what the row states."""
    event = ends[0].event if ends else None
    if row.end is None or event is None:
        return event is None and row.end is None
    return values(event) == row.key + row.end


def _news_of(row: Row, fact: Held | None) -> What:
    """Say what an end is news of: the whole fact, the end of a known one, or an end that was expected that day."""
    if fact is None:
        return "new"
    expected = getattr(fact.event, "expected_end_on", None)
    return "confirmed" if row.end is not None and expected == row.end[0] else "ended"


def _taken_back(held: Held) -> bool:
    """Whether the source itself withdrew it: only a correction can put something in its place again."""
    return held.event is None and held.said is None and not held.later


def _shared_keys(candidates: Candidates) -> set[tuple[str, Values]]:
    """Return the keys that several different rows of the file share."""
    seen: set[tuple[str, Values]] = set()
    twice: set[tuple[str, Values]] = set()
    for row in candidates.rows:
        where = (row.child, candidates.key(row))
        (twice if where in seen else seen).add(where)
    return twice
