"""The card of a measure: what is asked, counted and left out, in words, and the SQL that answers it.

A measure is a folder beside this file that holds `card.toml` and `measure.sql`; `group.sql` sums it by pod, worker,
stage or authority, `notes.sql` says what stands beside the result. Nothing is registered.

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
from ledger.projections.table import Column

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
    """What a measure says of itself. `window` is what it needs: a social-care `year`, a `period`, or `none`."""

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
    folder: Path

    @property
    def sql(self) -> str:
        """The SQL whose rows are the measure."""
        return self._text("measure.sql") or ""

    @property
    def group_sql(self) -> str | None:
        """The SQL that sums the measure's rows by `members`, or None where it cannot be summed."""
        return self._text("group.sql")

    @property
    def notes_sql(self) -> str | None:
        """The SQL that says what stands beside the result, or None."""
        return self._text("notes.sql")

    def digest(self) -> str:
        """Return the SHA-256, in hex, of all SQL of this measure, each file preceded by its name and length."""
        digest = sha256()
        for name in ("measure.sql", "group.sql", "notes.sql"):
            text = self._text(name)
            if text is not None:
                digest.update(f"{name} {len(text.encode())}\n{text}".encode())
        return digest.hexdigest()

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text("utf-8") if path.is_file() else None


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
    raw = tomllib.loads((folder / "card.toml").read_text("utf-8"))
    wanted = {field.name: field.default for field in fields(Card) if field.name != "folder"}
    missing = sorted(name for name, default in wanted.items() if default is MISSING and name not in raw)
    wrong = missing or sorted(set(raw) - set(wanted))
    if wrong or raw["name"] != folder.name.replace("_", "-"):
        which = f"lacks or does not know {', '.join(wrong)}" if wrong else "names another measure"
        raise Unreadable(f"the card of the measure in the folder {folder.name} {which}.")
    return Card(folder=folder, **{name: _part(name, value) for name, value in raw.items()})


def _part(name: str, value: Any) -> Any:
    if name in ("columns", "group_columns"):
        return tuple(Column(**column) for column in value)
    if name == "parameters":
        return tuple(Parameter(**{**given, "choices": tuple(given.get("choices", ()))}) for given in value)
    return tuple(value) if isinstance(value, list) else value
