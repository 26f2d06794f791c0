"""Find the children about whom a return says nothing new, without making an event of anything.

Most rows of most returns are what the ledger already holds. Here rows and stored fields are compared as plain values,
many times faster than entries are decoded; whoever is not plainly settled is left to `compare`, which decides alone.
A child is settled only where every row equals exactly one entry of this source, as corrected by this source in the
order of its returns, known at the moment and not expected any more; nothing of the stream was withdrawn or corrected by
others; and no care episode of the year is left unmentioned.

Pure: rows and stored fields in, children out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.identity import IdentitySealed
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ledger.domain.events.base import Event
    from ledger.importers.shapes import Candidates, Row, Shape, Spec

Fields = dict[str, Any]

_DATE = re.compile(r"datetime\.date\b")
DOUBTFUL: Fields = {}
"""Stands for what was only expected and whose day has come: no row equals it, so that `compare` sees it."""
ON = ("occurred_on",)
CORRECTED = EntryCorrected.name
UNSETTLING = frozenset({EntryWithdrawn.name, IdentitySealed.name})


class Stored(Protocol):
    """What is asked of a stored row."""

    @property
    def stream(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def event_id(self) -> str: ...


class Plain:
    """What stands in some streams as plain values, by event name, stream and natural key."""

    def __init__(self, system: str, moment: datetime, begins: date, specs: Iterable[Spec]) -> None:
        self.system, self.begins, self.today = system, begins, moment.date().isoformat()
        self.until = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
        self._keys: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for spec in specs:
            names = {f.name for f in (*spec.fields, *spec.open_fields)} | set(spec.key)
            self._keys[spec.event.name] = spec.key, _dates(spec.event, names)
            if spec.end is not None:
                names = {f.name for f in spec.end_fields} | set(spec.end_key) | {"occurred_on"}
                self._keys[spec.end.name] = spec.end_key, _dates(spec.end, names)
        self._days = _Days()
        self.forget()

    def forget(self) -> None:
        """Forget all streams, to take in others."""
        self.unsettled: set[str] = set()
        self.held: dict[str, dict[tuple[Any, ...], Fields]] = {name: {} for name in self._keys}
        self._roots: dict[str, tuple[str, tuple[Any, ...], str]] = {}

    def add(self, rows: Iterable[tuple[Stored, Fields | None]]) -> int:
        """Take in stored rows with what they state, a stream's in version order; return how many.

        One flat loop on purpose: it runs for every entry of every child of a return.
        """
        unsettled, held, keys, roots, days = self.unsettled, self.held, self._keys, self._roots, self._days
        system, until, today = self.system, self.until, self.today
        count = 0
        for row, fields in rows:
            count += 1
            stream, name = row.stream, row.name
            if fields is None:
                unsettled.add(stream)
                continue
            written = fields.get("written_at")
            if written is not None and written > until:
                continue
            known = keys.get(name)
            if known is None or fields.get("source_system") != system:
                if name in UNSETTLING or (name == CORRECTED and not self._amends(stream, fields)):
                    unsettled.add(stream)
                continue
            on = fields.get("occurred_on")
            key, dates = known
            for each in dates:
                text = fields.get(each)
                if text is not None:
                    fields[each] = days[text]
            where = (stream, fields.get("occurred_on")) if key == ON else (stream, *map(fields.get, key))
            here = held[name]
            if written is None or where in here:
                unsettled.add(stream)
                continue
            # Dated after it was written, and its day has come: a row that repeats it confirms it. `written` is a
            # midnight in London as text in UTC, so that this errs to yes by a day.
            come = on is not None and on > written and on <= today
            here[where] = DOUBTFUL if come else fields
            roots[row.event_id] = name, where, written
        return count

    def _amends(self, stream: str, fields: Fields) -> bool:
        """Put what the source corrected in the place of the root; False where that is not plainly so."""
        name, root = fields["replacement_name"], self._roots.get(fields["corrects"])
        written = fields.get("written_at")
        if fields.get("source_system") != self.system or root is None or root[0] != name or not written:
            return False
        key, dates = self._keys[name]
        on = fields.get("occurred_on")
        for each in dates:
            if each in fields:
                fields[each] = self._days[fields[each]]
        where = (stream, *map(fields.get, key))
        here = self.held[name]
        here.pop(root[1], None)
        if written < root[2] or where in here:
            return False
        here[where] = DOUBTFUL if on is not None and written < on <= self.today else fields
        self._roots[fields["corrects"]] = name, where, written
        return True


class _Days(dict[str, date]):
    """ISO dates as dates, each made once."""

    def __missing__(self, text: str) -> date:
        made = self[text] = date.fromisoformat(text)
        return made


Part = list[tuple["Shape", list["Row"]]]
"""The rows of some children, by table."""


def parts(tables: Sequence[Candidates], children: Sequence[str], size: int) -> Iterator[tuple[Sequence[str], Part]]:
    """Yield the rows of these children, `size` of them at a time: what is compared together stays near together."""
    place = {child: number // size for number, child in enumerate(children)}
    found: list[Part] = [[(table.shape, []) for table in tables] for _ in range(0, len(children), size)]
    for number, table in enumerate(tables):
        for row in table.rows:
            where = place.get(row[0])
            if where is not None:
                found[where][number][1].append(row)
    for where, part in enumerate(found):
        yield children[where * size : (where + 1) * size], part


def settled(plain: Plain, streams: Mapping[str, str], part: Part) -> set[str]:
    """Return the children whose rows all say what is held already. `streams` is {child: stream} of the part."""
    unsettled = plain.unsettled
    mentioned: set[tuple[Any, ...]] = set()
    for shape, rows in part:
        spec = shape.spec
        held = plain.held[spec.event.name]
        ends = plain.held[spec.end.name] if spec.end is not None else {}
        open_names, ended_names = shape.names(ended=False), shape.names(ended=True)
        end_names = shape.end_fields
        seen: set[tuple[Any, ...]] = set()
        for child, _, key, start, end in rows:
            stream = streams[child]
            where = (stream, *key)
            fields, ending = held.get(where), ends.get(where)
            if (
                fields is None
                or where in seen
                or tuple(map(fields.get, open_names if end is None else ended_names)) != start
                or (ending is None) is not (end is None)
                or (ending is not None and tuple(map(ending.get, end_names)) != end)
            ):
                unsettled.add(stream)
            seen.add(where)
        if spec.event is CareEpisodeStarted:
            mentioned = seen
    _unmentioned(plain, mentioned)
    return {child for child, stream in streams.items() if stream not in unsettled}


def _unmentioned(plain: Plain, mentioned: set[tuple[Any, ...]]) -> None:
    """Leave to `compare` the children of whom an episode that is open, or runs into the year, is not mentioned."""
    ends = plain.held[CareEpisodeEnded.name]
    for where in plain.held[CareEpisodeStarted.name].keys() - mentioned:
        end = ends.get(where)
        ended_on = None if end is None else end.get("occurred_on")
        if ended_on is None or ended_on > plain.begins:
            plain.unsettled.add(where[0])


def _dates(kind: type[Event], names: set[str]) -> tuple[str, ...]:
    """Return those of these fields that hold dates."""
    return tuple(name for name in names if _DATE.search(str(kind.model_fields[name].annotation)))
