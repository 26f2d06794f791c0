"""The card of a measure: what is asked, counted and left out, in words, and the SQL that answers it.

A measure is a folder beside this file that holds `card.toml` and `measure.sql`; `group.sql` sums it by pod, worker,
stage or authority, `notes.sql` says what stands beside the result. Where rows are about no child alone, `parts.sql`
(of the measure's rows) and `group_parts.sql` (of the sums) make the table `parts` that they sum: each child's share.
Nothing is registered.

    >>> measure("continuity").unit
    'child'

A card that lacks a part, or names one that is not known here, is a defect of the project: `Unreadable`.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from ledger.errors import NotFound, Unreadable
from ledger.projections.source import source
from ledger.projections.table import Column
from ledger.projections.views import relations

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option of one measure, bound into its SQL as `$name` with underscores."""

    name: str
    type: Literal["text", "integer", "flag", "date"]
    meaning: str
    default: str | int | bool | None = None
    choices: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a measure says of itself. `window` is what it needs: a social-care `year`, a `period`, or `none`.

    `entries` is what a fold in Python is given: those in force, or all that are known.
    """

    name: str
    version: int
    question: str
    unit: str
    numerator: str
    denominator: str
    exclusions: tuple[str, ...]
    minimum_n: str
    clock: str
    source: str
    decisions: tuple[str, ...]
    restricted: Literal["included", "withheld"]
    window: Literal["year", "period", "none"]
    columns: tuple[Column, ...]
    group_columns: tuple[Column, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    journeys: tuple[str, ...] = ("child",)
    entries: Literal["in force", "all"] = "in force"
    folder: Path
    file: Path | None = None
    """The one file of a projection of the reader's own that has no folder."""

    @property
    def sql(self) -> str:
        """The SQL whose rows are the measure."""
        return self._text("measure.sql") or ""

    @property
    def by_range(self) -> bool:
        """Whether its SQL can be asked of a range of journeys: no row is made of two children."""
        return not self.own and "$journeys_until" in self.sql

    @property
    def group_sql(self) -> str | None:
        """The SQL that sums the measure's rows by `members`, or None where it cannot be summed."""
        return self._text("group.sql")

    @property
    def notes_sql(self) -> str | None:
        """The SQL that says what stands beside the result, or None."""
        return self._text("notes.sql")

    @property
    def all_own_sql(self) -> tuple[str, ...]:
        """The SQL of its files that there are."""
        found = (self.parts_sql, self.sql, self.group_parts_sql, self.group_sql, self.notes_sql)
        return tuple(sql for sql in found if sql)

    @property
    def parts_sql(self) -> str | None:
        """The SQL of the table `parts` that the measure's rows sum: each child's share of each row, or None."""
        return self._text("parts.sql")

    @property
    def sums_parts(self) -> bool:
        """Whether its rows, sums or notes are made from `parts`; else only an explanation asks for them."""
        return self.own or any("parts" in relations(sql or "") for sql in (self.sql, self.group_sql, self.notes_sql))

    @property
    def group_parts_sql(self) -> str | None:
        """The SQL of the table `parts` that the rows by a group sum, where joining `members` is not enough, or None."""
        return self._text("group_parts.sql")

    @property
    def explain_sql(self) -> str | None:
        """The SQL that gives (position, event_id) of the entries behind `$journeys`, or None."""
        return self._text("explain.sql")

    @property
    def fold(self) -> Path | None:
        """The file of a projection that is a fold in Python, or None for one in SQL."""
        path = self.file or self.folder / "projection.py"
        return path if path.suffix == ".py" and path.is_file() else None

    @property
    def own(self) -> bool:
        """Whether it is the reader's own and not of this project."""
        return self.folder.resolve().parent != HERE.resolve()

    @property
    def code(self) -> str:
        """Where its code is, from the project's root or from its own folder."""
        if self.own:
            return (self.file or self.fold or self.folder / "measure.sql").name
        return f"ledger/projections/{self.folder.name}/measure.sql"

    def definition(self) -> tuple[tuple[str, str], ...]:
        """Return what the measure counts, in words, as (what, how) pairs; a result takes them along."""
        told = [
            ("Question", self.question),
            ("One row is", self.unit),
            ("Numerator", self.numerator),
            ("Denominator", self.denominator),
            ("Minimum n", self.minimum_n),
            ("Clock", self.clock),
            ("Window", self.window),
            ("Restricted entries", self.restricted),
            ("Source of the definition", self.source),
        ]
        told += [("Left out", each) for each in self.exclusions]
        return (*told, *(("Choice", each) for each in self.decisions))

    def digest(self) -> str:
        """Return the SHA-256, in hex, of all code of this measure, each file preceded by its name and length."""
        digest = sha256()
        for name in ("parts.sql", "measure.sql", "group_parts.sql", "group.sql", "notes.sql", "projection.py"):
            text = self._text(name)
            if text is not None:
                digest.update(f"{name} {len(text.encode())}\n{text}".encode())
        return digest.hexdigest()

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        if self.file is not None:  # all its code is this one file
            path = self.file if name == ("projection.py" if self.fold else "measure.sql") else self.file / name
        return source(path) if path.is_file() else None


@cache
def measures() -> dict[str, Card]:
    """Return {name: card} of every measure found, by name. Raises `Unreadable`."""
    folders = sorted(path.parent for path in HERE.glob("*/card.toml") if (path.parent / "measure.sql").is_file())
    return {card.name: card for card in map(read_card, folders)}


def measure(name: str) -> Card:
    """Return the card of a measure. Raises `NotFound` with the nearest names."""
    found = measures()
    if name not in found:
        raise NotFound("measure", name, found, hint="journey project list")
    return found[name]


def read_card(folder: Path) -> Card:
    """Read the card in a folder. Raises `Unreadable` naming what is missing or unknown."""
    raw = tomllib.loads(source(folder / "card.toml"))
    return card_of(raw, folder)


def card_of(raw: dict[str, Any], folder: Path, file: Path | None = None) -> Card:
    """Make a card of what TOML states. Raises `Unreadable` naming what is missing or unknown."""
    wanted = {field.name: field.default for field in fields(Card) if field.name not in ("folder", "file")}
    missing = sorted(name for name, default in wanted.items() if default is MISSING and name not in raw)
    unknown = sorted(set(raw) - set(wanted))
    if missing or unknown or (file is None and raw["name"] != folder.name.replace("_", "-")):
        which = [f"lacks {', '.join(missing)}"] if missing else []
        which += [f"has what no card has, {', '.join(unknown)}"] if unknown else []
        place = f"the measure in the folder {folder.name}" if file is None else file.name
        raise Unreadable(f"the card of {place} {' and '.join(which) or 'names another measure'}.")
    return Card(folder=folder, file=file, **{name: _part(name, value) for name, value in raw.items()})


def _part(name: str, value: Any) -> Any:
    if name in ("columns", "group_columns"):
        return tuple(Column(**column) for column in value)
    if name == "parameters":
        return tuple(Parameter(**{**given, "choices": tuple(given.get("choices", ()))}) for given in value)
    return tuple(value) if isinstance(value, list) else value
