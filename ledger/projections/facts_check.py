"""Compare the facts that measures count with the stored open parts, row by row: nothing is taken from the facts' maker.

The envelope columns and every coded column of the table `entries` are held against the JSON of the open part, read with
another parser. A value is compared as text: what the facts hold of a date or a number is written out as JSON writes it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import orjson

from ledger.domain.clock import from_microseconds, london_day
from ledger.domain.events import catalogue
from ledger.projections.columns import DERIVED_COLUMNS, ROOT_COLUMNS, columns, kinds_mentioned
from ledger.projections.fact_lines import ABOUT
from ledger.projections.facts import Facts, load_facts
from ledger.projections.facts_folder import FactsFolder
from ledger.projections.segments import Block
from ledger.store import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.store import Store

_ROW = ("position", "stream", "version", "name", "event_id", "recorded_at")
_OWN = {*_ROW, *ROOT_COLUMNS, *DERIVED_COLUMNS, "erased"}
_TOGETHER = 2000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALL = "SELECT * FROM entries ORDER BY position"


def check_facts(store: Store, position: int) -> list[Finding]:
    """Return a finding for every entry that the facts tell otherwise than the ledger, lack, or have made up.

    Facts kept on disk are looked at as they stand, and mended by nobody; one segment is in memory at a time.
    """
    if not FactsFolder.possible(store):
        with load_facts(store, position) as facts:
            return list(compared(store, facts, kinds_mentioned(), Block(1, position)))
    with FactsFolder(store) as kept:
        segments, told = kept.look()
        found = [Finding("facts-differ", f"{why}; it is made anew at the next refresh.") for why in told]
        for segment in segments:
            files = [str(kept.folder / file) for file in segment.files]
            with Facts.of_files(files, columns(), position=segment.last, last=segment.last, recorded_at=EPOCH) as facts:
                found += compared(store, facts, tuple(catalogue()), Block(segment.first, segment.last))
    return found


def compared(store: Store, facts: Facts, kinds: Sequence[str], block: Block) -> Iterator[Finding]:
    """Compare loaded facts with the stored open parts of these kinds, at these positions."""
    cursor = facts.query(_ALL)
    names = [column[0] for column in cursor.description]
    told: dict[int, dict[str, Any]] = {}
    for parts in store.open_parts(kinds, after=block.first - 1, upto=block.last):
        for part in parts:
            while part[0] not in told and (rows := cursor.fetchmany(_TOGETHER)):
                told |= {row[names.index("position")]: dict(zip(names, row, strict=True)) for row in rows}
            held = told.pop(part[0], None)
            wrong = ["the whole row"] if held is None else _differing(held, part)
            if held is not None and part[3] in ABOUT:
                wrong += _root_differing(store, held, part)
            if wrong:
                message = f"the facts differ from the stored entry in: {', '.join(wrong)}."
                yield Finding("facts-differ", message, part[0], part[1], part[2])
    told |= {row[names.index("position")]: {} for row in cursor.fetchall()}
    for made_up in sorted(told):
        yield Finding("facts-differ", "the facts hold an entry that the ledger does not.", made_up)


def _differing(held: dict[str, Any], part: tuple[Any, ...]) -> list[str]:
    """Return the names of columns that differ."""
    stated = (*part[:5], from_microseconds(part[5]).replace(tzinfo=None))
    wrong = [name for name, value in zip(_ROW, stated, strict=True) if held[name] != value]
    if bool(held["erased"]) is bool(part[6]):
        wrong.append("erased")
    fields = orjson.loads(part[6]) if part[6] else {}
    wrong += [name for name, value in _derived(fields, part[5]).items() if held[name] != value]
    coded = (name for name in held if name not in _OWN)
    return wrong + [name for name in coded if not _same(held[name], fields.get(name))]


def _derived(fields: dict[str, Any], recorded_at: int) -> dict[str, date | None]:
    """Return what the computed columns must hold: the day in London, and when it was known."""
    written_at, occurred_at = (fields.get(name) for name in ("written_at", "occurred_at"))
    known_at = datetime.fromisoformat(written_at) if written_at else from_microseconds(recorded_at)
    day: date | None = date.fromisoformat(fields["occurred_on"]) if fields.get("occurred_on") else None
    if day is None and occurred_at:
        day = london_day(datetime.fromisoformat(occurred_at))
    known = known_at.astimezone(UTC).replace(tzinfo=None)
    return {"day": day, "known_at": known, "known_on": london_day(known_at)}


def _root_differing(store: Store, held: dict[str, Any], part: tuple[Any, ...]) -> list[str]:
    """Return the names of the columns that tell the entry a row is about otherwise than that entry's own row does."""
    named = orjson.loads(part[6])[ABOUT[part[3]]] if part[6] else None
    root = store.find([named]).get(named) if named is not None else None
    if root is None or root.stream != part[1]:
        stated: dict[str, Any] = dict.fromkeys(ROOT_COLUMNS)
    else:
        stated = {
            "root_position": root.position,
            "root_name": root.name,
            "root_recorded_at": from_microseconds(root.recorded_at).replace(tzinfo=None),
            "root_written_at": orjson.loads(root.open).get("written_at") if root.open else None,
        }
    return [name for name, value in stated.items() if name in held and not _said(held[name], value)]


def _said(held: Any, stated: Any) -> bool:
    return held == stated if isinstance(stated, datetime) else _same(held, stated)


def _same(held: Any, stated: Any) -> bool:
    """Whether a column's value is what the JSON states."""
    if held is None or stated is None:
        return held is None and stated is None
    if isinstance(held, date):
        return isinstance(stated, str) and _as_stated(held, stated)
    if isinstance(held, dict) and isinstance(stated, dict):
        return all(_same(value, stated.get(name)) for name, value in held.items())
    if isinstance(held, list | tuple) and isinstance(stated, list):
        return len(held) == len(stated) and all(map(_same, held, stated))
    if isinstance(held, int | float) and isinstance(stated, int | float):
        return float(held) == float(stated)
    return str(held) == str(stated)


def _as_stated(held: date, stated: str) -> bool:
    """Whether a day or a moment is the one stated; a moment without a zone is in UTC."""
    if not isinstance(held, datetime):
        return held.isoformat() == stated
    utc = held.replace(tzinfo=UTC) if held.tzinfo is None else held
    return utc == datetime.fromisoformat(stated)
