"""Run a projection that is a fold in Python: entry by entry, in the order of the ledger, and a table in the end.

    def start(): return {}                       # optional; the options on its card are its arguments
    def fold(state, entry): ...; return state    # entry: ledger.domain.envelope.Entry, coded parts alone
    def table(state): return [{"worker": worker, "visits": n} for worker, n in sorted(state.items())]

It is given the entries in force at the reader's view, with the content in force, and nothing that is merely expected;
`entries = "all"` on its card gives every known entry as it was written. `--from` and `--to` select by when things
happened. Children that were merged are one journey. Nothing is decrypted. What it raises is `Malformed`, and names its
line and the position of the entry it was reading, never the message, which could hold what the entry says. What is more
than reading entries (files, network, processes) is `Refused`: see `ledger.projections.guard`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from ledger.domain.events.record import EntryCorrected
from ledger.errors import Malformed, Problem, Refused
from ledger.projections.guard import guarded
from ledger.projections.provenance import provenance
from ledger.projections.table import Column, Table, finite
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry
    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.projections.request import Request
    from ledger.store import Store

GIVEN = {"in force": "fold_in_force", "all": "fold_all"}
CELLS = (NoneType, bool, int, float, str, Decimal, Fraction, date, tuple, list)
CELLS_TOLD = "None, yes or no, a number, text, a date, a moment or a list of these"
READS_ENTRIES = "a projection reads entries and nothing else: no writing, no files, no network, no processes."
HINT = "JOURNEY_DEBUG=1 shows the traceback"


def given_sql(card: Card) -> tuple[str, ...]:
    """Return the SQL that says which entries a fold is given; none for a measure in SQL."""
    return (text(GIVEN[card.entries]),) if card.fold else ()


def folded(store: Store, facts: Facts, card: Card, view: View, wanted: Request, sql: tuple[str, ...]) -> Table:
    """Run a fold over the entries that a view shows. Raises `Malformed` for what is wrong in the projection."""
    assert card.fold is not None
    path = card.fold.absolute()
    on = facts.stand(view)
    facts.need(*sql)
    (which,) = given_sql(card)
    _, rows = facts.rows(which, {"with_restricted": card.restricted == "included"})
    module = _module(path)
    state = _called(path, None, module.start, **_options(wanted)) if hasattr(module, "start") else {}
    for entry in _entries(store, rows, facts.position, wanted.from_, wanted.to):
        state = _called(path, entry, module.fold, state, entry)
        if state is None:
            raise _wrong(path, "fold returned nothing: it must return the state.", module.fold.__code__.co_firstlineno)
    columns, cells = _table(path, card, _called(path, None, module.table, state))
    return Table(columns, *finite(cells), provenance(facts, card, view, wanted, on))


def _entries(
    store: Store, rows: list[tuple[Any, ...]], position: int, start: date | None, end: date | None
) -> Iterator[Entry]:
    """Yield the entries given, in order, each with the content in force and the journey of the person."""
    given = {place: (content, journey) for place, content, journey in rows}
    for row in store.scan(upto=position):
        if row.position not in given:
            continue
        content, journey = given[row.position]
        entry = store.decode(row, private=False)
        if content != row.position:
            correction = store.row_at(content)
            assert correction is not None
            corrected = store.decode(correction, private=False).event
            assert isinstance(corrected, EntryCorrected)
            entry = replace(entry, name=corrected.replacement.name, event=corrected.replacement)
        day = entry.occurred_on
        if (start is not None and (day is None or day < start)) or (end is not None and (day is None or day >= end)):
            continue
        yield entry if journey is None else replace(entry, stream=f"journey:{journey}")


def _module(path: Path) -> ModuleType:
    """Run the file and return its module, which must hold `fold` and `table`."""
    spec = spec_from_file_location(f"projection_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        _called(path, None, spec.loader.exec_module, module)
    finally:
        sys.dont_write_bytecode = written
    for name in ("fold", "table"):
        if not callable(getattr(module, name, None)):
            raise _wrong(path, f"it has no function {name}.", None)
    return module


def _called(path: Path, entry: Entry | None, function: Any, *args: Any, **options: Any) -> Any:
    """Call a function of the projection; what it raises names its line and the entry it was reading.

    Raises `Malformed`, and `Refused` for what is more than reading entries, also where the projection goes on after it.
    """
    with guarded(path) as refused:
        try:
            found = function(*args, **options)
        except (Exception, SystemExit) as error:
            line = _line(error, path)
            if not refused:
                reading = f" while reading the entry at position {entry.position} ({entry.name})" if entry else ""
                told = f"it raised {type(error).__name__}{reading}"
                if isinstance(error, SyntaxError) and error.filename == str(path):
                    told = f"it is not Python: {error.msg}"
                raise _wrong(path, f"{told}.", line) from error
        else:
            line = None
    if refused:
        place = f"{path.name}, line {line}" if line else path.name
        raise Refused(f"{place}: {READS_ENTRIES} Found {refused[0]}.", "docs/PROJECTIONS.md says what it is given")
    return found


def _line(error: BaseException, path: Path) -> int | None:
    """Return the line of the projection at which an error left it."""
    line, trace = getattr(error, "lineno", None), error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).resolve() == path.resolve():
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _table(path: Path, card: Card, told: Any) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    """Return columns and rows of what `table` gave: dictionaries, or tuples in the order of the card's columns."""
    if not isinstance(told, Iterable) or isinstance(told, str | dict):
        raise _wrong(path, f"table gave {type(told).__name__}: expected a list of rows.", None)
    rows = _called(path, None, list, told)
    stated = [column.name for column in card.columns]
    names = stated or (list(rows[0]) if rows and isinstance(rows[0], dict) else [])
    if not names:
        if rows:
            raise _wrong(path, "table gave rows that are no dictionaries, and its card states no columns.", None)
        return (), []
    for row in rows:
        if not isinstance(row, dict | tuple | list):
            raise _wrong(path, f"table gave {type(row).__name__} as a row: expected a dictionary or a tuple.", None)
        if (isinstance(row, dict) and list(row) != names) or len(row) != len(names):
            raise _wrong(path, f"table gave a row whose columns are not {', '.join(names)}.", None)
    cells = [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in rows]
    for name, cell in ((name, cell) for row in cells for name, cell in zip(names, row, strict=True)):
        if not isinstance(cell, CELLS):
            raise _wrong(path, f"table gave {type(cell).__name__} in the column {name}: expected {CELLS_TOLD}.", None)
    return card.columns or tuple(map(Column, names)), cells


def _options(wanted: Request) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in wanted.values.items()}


def _wrong(path: Path, message: str, line: int | None) -> Malformed:
    return Malformed([Problem("bad-projection", message, file=path.name, line=line, refused=True)], HINT)
