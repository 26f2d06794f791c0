"""What DuckDB says of SQL that is not ours, as an error of the ledger: its message, the line, a caret, a nearest name.

What would write, or read files or the network, is `Refused`; anything else wrong with the SQL is `Malformed`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ledger.errors import LedgerError, Malformed, Problem, Refused
from ledger.projections.columns import columns
from ledger.projections.event_views import ENVELOPE, event_views
from ledger.projections.views import WIDE, made, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

WRITES = re.compile(r"Can only (delete from|update|merge into) base table|is not an? table")
"""What DuckDB says where a view would be written to."""
FILES = re.compile(r"Table with name [^\n]*[/\\\\][^\n]* does not exist")
"""What DuckDB says where a table is the path of a file that it cannot read as data."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
READS_ONLY = "SQL here reads the views and nothing else: no writing, no files, no network, no settings."
HINT = "docs/VIEWS.md lists every view and its columns"


def fault(error: duckdb.Error, sql: str, file: str | None = None) -> LedgerError:
    """Return DuckDB's error as one of ours, with the line and a caret where DuckDB knows them."""
    import duckdb

    message = _without_values(_placed(str(error).strip(), sql), sql)
    refused = WRITES.search(message) or FILES.search(message)
    if isinstance(error, duckdb.PermissionException) or "read-only mode" in message or refused:
        return Refused(f"{_place(file)}{READS_ONLY}", HINT)
    told = _told(message, sql)
    return Malformed([Problem("bad-sql", told, file=file, line=_line(told), refused=True)], HINT)


def one_statement(sql: str, file: str | None = None) -> duckdb.Statement:
    """Return the one statement of SQL, a SELECT by DuckDB's own reading. Raises `Malformed`, `Refused`."""
    import duckdb

    try:
        found = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise fault(error, sql, file) from None
    if len(found) != 1:
        told = f"expected one statement, found {len(found)}."
        raise Malformed([Problem("bad-sql", told, file=file, refused=True)], HINT)
    if found[0].type == duckdb.StatementType.MULTI:
        told = "a PIVOT needs its values: PIVOT visits ON worker IN ('SW1', 'SW2') USING count(*)."
        raise Malformed([Problem("bad-sql", told, file=file, refused=True)], HINT)
    if found[0].type != duckdb.StatementType.SELECT:
        raise Refused(f"{_place(file)}expected a SELECT, found {found[0].type.name}. {READS_ONLY}", HINT)
    return found[0]


def relation_names() -> set[str]:
    """Return the names of all views and macros."""
    return {"entries", *event_views(), *(name.rstrip("(") for name in made())}


def column_names() -> set[str]:
    """Return the names of the columns of `entries` and `effective`."""
    return {name.removeprefix("row_") for name in columns()} | set(ENVELOPE)


def _told(message: str, sql: str) -> str:
    """Return DuckDB's message with the nearest name of ours in the place of one it cannot know."""
    message = re.sub(r"\n\s*\n+", "\n", message)
    elsewhere = re.search(r"Function with name \"?([^\s\"]+)\"? is not in the catalog(?=, but it exists in)", message)
    if elsewhere:  # in an extension, which DuckDB would have installed
        return f"{message[: elsewhere.end()]}.{_caret(elsewhere[1], sql)}"
    missing = re.search(r"(Table|Table Function) with name \"?(\w+)\"? does not exist!", message)
    if missing:
        message = re.sub(r"\nDid you mean [^\n]*", "", message)
        return message.replace(missing[0], f"{missing[0]}{_nearest(missing[2], relation_names())}")
    unknown = re.search(r"Referenced column \"(\w+)\" not found[^\n]*", message)
    if unknown:
        bound = re.findall(r'"(\w+)"', "".join(re.findall(r"Candidate bindings: [^\n]*", message)))
        return message.replace(
            unknown[0], f"{unknown[0]}{_nearest(unknown[1], column_names() if words(sql) & WIDE else bound)}"
        )
    return message


def _without_values(message: str, sql: str) -> str:
    """Return DuckDB's message without what it quotes of the data, which can be a child's or a worker's id."""
    told, line, below = message.partition("\nLINE ")
    told = re.sub(r"'[^'\n]*'", lambda found: found[0] if found[0][1:-1] in sql else "'…'", told)
    told = _ID.sub(lambda found: found[0] if found[0] in sql else "…", told)
    return told + line + below


def _placed(message: str, sql: str) -> str:
    """Return DuckDB's message with the line's number in this SQL: what runs it may have set a line before it."""
    found = re.search(r"^LINE (\d+): ([^\n]*)(\n *)?", message, re.MULTILINE)
    if found is None:
        return message
    number, lines, told = int(found[1]), sql.splitlines(), found[2].strip().strip(".")
    here = next((n for n in (number, number - 1) if 0 < n <= len(lines) and told in lines[n - 1]), number)
    shorter = len(found[1]) - len(str(here))  # the caret below moves with the text
    below = found[3] or ""
    moved = f"LINE {here}: {found[2]}{below[: len(below) - shorter]}"
    return message[: found.start()] + moved + message[found.end() :]


def _caret(name: str, sql: str) -> str:
    """Return the line of SQL in which a name stands first, with a caret below it, as DuckDB tells lines."""
    for number, line in enumerate(sql.splitlines(), 1):
        if name in line:
            begins = f"LINE {number}: "
            return f"\n{begins}{line}\n{' ' * (len(begins) + line.index(name))}^"
    return ""


def _nearest(wanted: str, known: Iterable[str]) -> str:
    near = get_close_matches(wanted.lower(), sorted(known), n=3, cutoff=0.5)
    return f" Nearest: {', '.join(near)}." if near else ""


def _line(message: str) -> int | None:
    found = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    return int(found[1]) if found else None


def _place(file: str | None) -> str:
    return f"{file}: " if file else ""
