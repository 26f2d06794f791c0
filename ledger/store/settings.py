"""A ledger's settings: `ledger.toml` in its folder, written once when the ledger is made.

Tables that an authority adds by hand say what it has decided for this ledger (`Policy`). docs/STORE.md shows every
table and every key, and a test reads them from there; what nothing reads is refused.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.domain.retention import RULES
from ledger.domain.wording import nearest
from ledger.errors import Malformed, NotFound, Problem, Refused, Unavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.timescales import Rule

FORMAT = 1
"""The version of the stored format that this build writes."""
FILE = "ledger.toml"
_SQLITE_FILES = ("", "-wal", "-shm", "-journal")
ENGINES = ("sqlite", "postgres", "memory")
KEYS = {
    "engine": ("kind", "url", "url_variable", "schema"),
    "keys": ("path", "schema", "url", "master"),
    "allocation": ("placeholders",),
    "checkpoint": ("signer",),
    "access": ("reason",),
    "backups": ("keys_days", "ledger_days"),
    "retention": tuple(rule.schedule for rule in RULES if rule.schedule),
    "projections": ("folder",),
}
"""The tables of the settings and their keys. `timescales` are tables with keys of their own (`local_timescales`)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the authority has decided for this ledger: written into the settings by hand.

    `signer` is the signer's folder, or empty. Backups are kept so many days; None where nobody has said. `retention`
    is the local schedule, {rule: whole years}. `projections` is the folder of the authority's own, or empty.
    `timescales` are all rules in force here, the authority's own among them; None where it has none of its own.
    """

    signer: str = ""
    reason_required: bool = False
    keys_days: int | None = None
    ledger_days: int | None = None
    retention: Mapping[str, int] = field(default_factory=dict)
    projections: str = ""
    timescales: tuple[Rule, ...] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything of one ledger is. Paths are absolute; `url` is empty but on PostgreSQL."""

    folder: Path
    authority: str
    engine: str = "sqlite"
    url: str = ""
    url_variable: str = ""
    schema: str = "journey"
    keys: str = "keys.db"
    keys_schema: str = "journey_keys"
    keys_url: str = ""
    master: str = "master.key"
    format: int = FORMAT
    placeholders: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def has_folder(self) -> bool:
        """Whether there is a folder of its own: not in memory, and not where a server's URL alone names the ledger."""
        return self.engine != "memory" and self.folder.is_absolute()

    @property
    def database(self) -> Path:
        """The SQLite engine's file."""
        return self.folder / "ledger.db"

    @property
    def keys_file(self) -> Path:
        """The SQLite key store's file."""
        return self.folder / self.keys

    @property
    def master_file(self) -> Path | None:
        """The master key's file; None for a ledger named by its server's URL alone."""
        return self.folder / self.master if self.master else None

    @property
    def files(self) -> list[Path]:
        """Every file that making a ledger may leave behind."""
        kept = [self.folder / FILE, self.folder / (FILE + ".new"), self.master_file or self.folder / "master.key"]
        if self.engine == "sqlite":
            kept += [
                file.with_name(file.name + end) for file in (self.database, self.keys_file) for end in _SQLITE_FILES
            ]
        return kept

    @property
    def server(self) -> str:
        """The PostgreSQL server's URL, from the settings or the environment variable they name."""
        found = self.url or os.environ.get(self.url_variable, "")
        if not found:
            raise Unavailable(
                "the settings name no PostgreSQL server.", f"set {self.url_variable or 'url in ledger.toml, [engine]'}"
            )
        return found


def write_settings(settings: Settings) -> None:
    """Write the settings last and at once: a folder without them is no ledger."""
    engine = {"kind": settings.engine, "url": settings.url, "url_variable": settings.url_variable}
    if settings.engine == "postgres":
        engine["schema"] = settings.schema
    keys = (
        {"schema": settings.keys_schema, "url": settings.keys_url, "master": settings.master}
        if settings.engine == "postgres"
        else {"path": settings.keys, "master": settings.master}
    )
    lines = [f"format = {settings.format}", f"authority = {_quoted(settings.authority)}", "", "[engine]"]
    lines += [f"{name} = {_quoted(value)}" for name, value in engine.items() if value]
    lines += ["", "[keys]", *(f"{name} = {_quoted(value)}" for name, value in keys.items() if value), ""]
    unfinished = settings.folder / (FILE + ".new")
    with unfinished.open("w", encoding="utf-8") as out:
        out.write("\n".join(lines))
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(settings.folder / FILE)


def read_settings(folder: Path) -> Settings:
    """Read a ledger's settings. Raises `NotFound` for a folder that is no ledger, `Unreadable` for a newer format."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound("ledger", str(folder), hint=f"journey init {folder}") from None
    except PermissionError:
        raise Unavailable(f"this account may not read {FILE}.", "run as an account that may read the folder") from None
    try:
        found = tomllib.loads(text)
        version = found["format"]
        if isinstance(version, int) and version > FORMAT:
            raise newer_format(version)
        return _settings(folder, found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        raise _bad("it is not as journey init wrote it") from None


def settings_of_server(url: str) -> Settings:
    """Return the settings of a ledger named by its server's URL: its master key comes from the environment."""
    return Settings(Path(), "", "postgres", url, master="")


def newer_format(version: int) -> Unreadable:
    """Return the error for a ledger whose stored format this build does not know."""
    return Unreadable(
        f"this ledger is stored in format {version}; this build reads format {FORMAT}.",
        "install the version of journey-ledger that made it, or a later one",
    )


def check_authority(name: str) -> None:
    """Raise `Malformed` for a name that cannot stand in the first entry."""
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise Malformed([Problem("bad-authority", "the authority's name must be 1 to 200 printable characters.")])


def check_vacant(folder: Path) -> None:
    """Raise `Refused` where a folder already holds a ledger or parts of one."""
    for name in (FILE, "ledger.db", "keys.db", "master.key"):
        if (folder / name).exists():
            raise Refused(f"there is a ledger here already ({name}); nothing was changed.", "journey status")
    if folder.exists() and not folder.is_dir():
        raise Refused("this is a file, not a folder; nothing was changed.", "name a new or an empty folder")


def _settings(folder: Path, found: dict[str, Any]) -> Settings:
    engine, keys = found["engine"], found["keys"]
    _check_keys(found)
    if engine["kind"] not in ENGINES:
        raise _bad(f"it names the engine {engine['kind']!r}; expected sqlite or postgres")
    return Settings(
        folder=folder,
        authority=found["authority"],
        engine=engine["kind"],
        url=engine.get("url", ""),
        url_variable=engine.get("url_variable", ""),
        schema=engine.get("schema", "journey"),
        keys=keys.get("path", "keys.db"),
        keys_schema=keys.get("schema", "journey_keys"),
        keys_url=keys.get("url", ""),
        master=keys.get("master", "master.key"),
        format=found["format"],
        placeholders=_placeholders(found.get("allocation", {})),
        policy=_policy(found),
    )


def _check_keys(found: dict[str, Any]) -> None:
    """Raise `Malformed` for a table or a key that nothing reads: a line misspelt would else say nothing at all."""
    given = {"": found} | {name: table for name, table in found.items() if name in KEYS}
    known = {"": ("format", "authority", "timescales", *KEYS)} | KEYS
    problems = [
        _problem(f"there is no such key{_under(table)}{nearest(key, known[table])}", key)
        for table, keys in given.items()
        for key in keys
        if key not in known[table]
    ]
    if problems:
        raise Malformed(problems, f"mend {FILE}; docs/STORE.md tells its keys")


def _under(table: str) -> str:
    return f" under [{table}]" if table else ""


def _policy(found: dict[str, Any]) -> Policy:
    reason = found.get("access", {}).get("reason", "optional")
    if reason not in ("optional", "required"):
        raise _bad("reason under [access] must be optional or required")
    backups, retention = found.get("backups", {}), found.get("retention", {})
    days = {name: backups.get(name) for name in ("keys_days", "ledger_days")}
    if not all(value is None or _count(value) for value in days.values()):
        raise _bad("keys_days and ledger_days under [backups] must be whole numbers of days")
    if not all(_count(years) for years in retention.values()):
        raise _bad("every line under [retention] must be a whole number of years")
    signer = found.get("checkpoint", {}).get("signer", "")
    if not isinstance(signer, str):
        raise _bad("signer under [checkpoint] must be the path of a folder")
    projections = found.get("projections", {}).get("folder", "")
    if not isinstance(projections, str):
        raise _bad("folder under [projections] must be the path of a folder")
    rules = _timescales(found["timescales"]) if "timescales" in found else None
    return Policy(signer, reason == "required", days["keys_days"], days["ledger_days"], retention, projections, rules)


def _timescales(stated: object) -> tuple[Rule, ...]:
    from ledger.domain.local_timescales import with_local
    from ledger.domain.timescales import timescales

    return with_local(timescales(), stated, FILE)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _placeholders(allocation: dict[str, Any]) -> tuple[str, ...]:
    found = allocation.get("placeholders", [])
    if not isinstance(found, list) or not all(isinstance(worker, str) for worker in found):
        raise _bad("placeholders under [allocation] must be a list of worker ids")
    return tuple(found)


def _bad(why: str) -> Malformed:
    return Malformed([_problem(why)], f"restore {FILE} from a backup")


def _problem(why: str, key: str | None = None) -> Problem:
    return Problem("bad-settings", f"{why}.", file=FILE, column=key)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
