"""Projections of the reader's own: a `.sql` or `.py` file, a folder with a card, or a folder of these.

A file's card is TOML in comment lines at its top: `--: question = "How many ...?"` in SQL, `#: ...` in Python. It must
state the question and the unit; what else it leaves out is told as not stated. A folder holds `card.toml` beside
`measure.sql` or `projection.py`, whole as any measure's. They are found by path, in the folder that `ledger.toml` names
(`[projections] folder = "..."`), and as entry points of the group `journey_ledger.projections`.

Reading a card runs nothing.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.errors import Malformed, NotFound, Problem, Unreadable
from ledger.projections.card import Card, card_of, measures, read_card
from ledger.projections.local import with_own_rules
from ledger.projections.source import source

if TYPE_CHECKING:
    from ledger.store.settings import Settings

GROUP = "journey_ledger.projections"
COMMENTS = {".sql": "--:", ".py": "#:"}
NOT_STATED: dict[str, Any] = {
    "version": 1,
    "numerator": "Not stated.",
    "denominator": "Not stated.",
    "exclusions": [],
    "minimum_n": "Not stated.",
    "clock": "As known at the reader's clock.",
    "source": "A projection of the reader's own.",
    "decisions": [],
    "restricted": "included",
    "window": "period",
    "columns": [],
}


def read_own(path: Path) -> Card:
    """Read the card of a file or a folder. Raises `NotFound`, `Malformed` naming what is wrong and the line."""
    card = _read(path)
    if card.own and card.name in measures():
        raise _wrong(path.name, f"there is a measure {card.name} already; give this one another name.")
    return card


def _read(path: Path) -> Card:
    if path.is_dir():
        if not (path / "card.toml").is_file():
            raise NotFound("card", str(path / "card.toml"), hint="journey project new NAME")
        try:
            return read_card(path)
        except Unreadable as error:
            raise _wrong("card.toml", str(error)) from None
        except tomllib.TOMLDecodeError as error:
            raise _wrong("card.toml", f"{error}.") from None
    if not path.is_file():
        raise NotFound("projection", str(path), hint="journey project new NAME")
    if path.suffix not in COMMENTS:
        raise _wrong(path.name, "a projection is a .sql or a .py file, or a folder with card.toml.")
    raw = _header(path)
    missing = [name for name in ("question", "unit") if name not in raw]
    if missing:
        sign = COMMENTS[path.suffix]
        raise _wrong(
            path.name, f'its card lacks {" and ".join(missing)}: say it at the top, like {sign} unit = "child".'
        )
    named = {"name": path.stem.replace("_", "-")} | NOT_STATED | raw
    try:
        return card_of(named, path.parent, path)
    except (Unreadable, TypeError) as error:
        raise _wrong(path.name, f"its card is not of the shape of a card: {error}") from None


def own_measures(settings: Settings | None) -> tuple[dict[str, Card], dict[str, Malformed]]:
    """Return {name: card} of the projections of one's own there without a path, and {name: fault} of others."""
    found: dict[str, Card] = {}
    wrong: dict[str, Malformed] = {}
    for path in [*_entry_points(), *_in_folder(settings)]:
        try:
            card = read_own(path)
            if card.name in found:
                raise _wrong(path.name, f"there is a projection {card.name} already; give this one another name.")
            found[card.name] = card
        except Malformed as error:
            wrong[path.stem.replace("_", "-")] = error
    return found, wrong


def find(name: str | Path | Card, settings: Settings | None) -> Card:
    """Return the card of a measure or of a projection of one's own. Raises `NotFound` with the nearest names."""
    if isinstance(name, Card):
        return name
    if isinstance(name, Path):
        return read_own(name)
    if name in measures():
        return with_own_rules(measures()[name], settings.policy.timescales if settings is not None else None)
    own, wrong = own_measures(settings)
    if name in own:
        return own[name]
    if name.replace("_", "-") in wrong:
        raise wrong[name.replace("_", "-")]
    raise NotFound("measure", name, {**measures(), **own}, hint="journey project list")


def _in_folder(settings: Settings | None) -> list[Path]:
    stated = settings.policy.projections if settings is not None else ""
    if settings is None or not stated:
        return []
    folder = settings.folder / stated
    if not folder.is_dir():
        raise NotFound("folder of projections", stated, hint="mend [projections] folder in ledger.toml")
    files = [path for path in folder.iterdir() if path.suffix in COMMENTS and _is_projection(path)]
    return sorted([*files, *(card.parent for card in folder.glob("*/card.toml"))])


def _is_projection(path: Path) -> bool:
    """Whether a file is meant as a projection: SQL, or Python with a card. Tests and modules beside it have none."""
    sign = COMMENTS[path.suffix].encode()
    return path.suffix == ".sql" or any(line.startswith(sign) for line in path.read_bytes().splitlines())


def _entry_points() -> list[Path]:
    """Return the places that installed packages name: a module's folder with a card, or the module's own file."""
    found = []
    for point in entry_points(group=GROUP):
        spec = find_spec(point.module)
        if spec is None or spec.origin is None:
            raise NotFound("module", point.module, hint=f"the entry point {point.name} of {GROUP} names it")
        origin = Path(spec.origin)
        found.append(origin.parent if (origin.parent / "card.toml").is_file() else origin)
    return found


def _header(path: Path) -> dict[str, Any]:
    """Return the card stated in the comments at the top of a file."""
    sign = COMMENTS[path.suffix]
    lines = source(path).splitlines()
    told = [line[len(sign) :] if line.startswith(sign) else "" for line in lines]
    try:
        return tomllib.loads("\n".join(told))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        message = f"its card is no TOML: {error}."
        raise Malformed(
            [Problem("bad-card", message, file=path.name, line=int(place[1]) if place else None, refused=True)]
        ) from None


def _wrong(file: str, message: str) -> Malformed:
    return Malformed(
        [Problem("bad-card", message, file=file, refused=True)], "journey project new NAME writes a whole one"
    )
