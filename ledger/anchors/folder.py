"""A folder that only its owner can read: keys, and a memory that is on the disk before anybody acts on its strength.

    with folder.locked():
        memory = folder.read("signed.json")
        folder.write("signed.json", text)        # whole or not at all, whatever happens in between

The folder has mode 0700 and its files 0600; wider modes are refused. Not here: what the files mean.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import NotFound, Refused, Unavailable
from ledger.file_lock import locked

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = "lock"


class PrivateFolder:
    """A folder, opened by `found` or made by `made`. `what` names it in errors: a signer, a witness."""

    def __init__(self, path: Path, what: str) -> None:
        self.path, self._what = path, what

    @classmethod
    def found(cls, path: Path, what: str, marker: str) -> PrivateFolder:
        """Open a folder that holds the file `marker`. Raises `NotFound`, `Refused` where others can read it."""
        folder = cls(path, what)
        with folder.faults():
            if not (path / marker).is_file():
                raise NotFound(what, str(path), hint=f"journey {what} new {path}")
            folder.check(path)
        return folder

    @classmethod
    def made(cls, path: Path, what: str) -> PrivateFolder:
        """Make a folder, or take an empty one. Raises `Refused` where something is in it."""
        folder = cls(path, what)
        with folder.faults():
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise Refused(f"this is not an empty folder, so no {what} was made in it.", "name a new folder")
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)
        return folder

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files with this suffix, sorted."""
        with self.faults():
            return sorted(file.name for file in self.path.glob(f"*{suffix}"))

    def read(self, name: str) -> str:
        """Return a file's text. Raises `Refused` where it is gone, or can be read by others."""
        file = self.path / name
        with self.faults():
            try:
                self.check(file)
                return file.read_text(encoding="utf-8")
            except FileNotFoundError:
                raise Refused(f"{name} of this {self._what} is gone.", f"restore the {self._what}'s folder") from None
            except UnicodeDecodeError:
                raise self.damaged(name) from None

    def write(self, name: str, text: str) -> None:
        """Put a file in place: on the disk when this returns, and never half."""
        unfinished = self.path / (name + ".new")
        with self.faults():
            unfinished.unlink(missing_ok=True)
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(self.path / name)
            self._keep()

    def remove(self, name: str) -> None:
        """Remove a file for good."""
        with self.faults():
            (self.path / name).unlink()
            self._keep()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else decide anything here meanwhile, in this process or another."""
        with ExitStack() as held:
            with self.faults():
                held.enter_context(locked(self.path / _LOCK))
            yield

    def damaged(self, name: str) -> Refused:
        """Return the error for a file that is not as it was written here."""
        return Refused(
            f"{name} of this {self._what} is damaged.",
            "restore it, and compare it with the last checkpoint that was kept elsewhere",
        )

    def check(self, path: Path) -> None:
        """Raise `Refused` where other accounts can read this."""
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(
                f"the folder of this {self._what}, or a file in it, can be read by other accounts.",
                f"chmod -R go= {self.path}",
            )

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what the disk refuses into `Unavailable`."""
        try:
            yield
        except OSError as error:
            why = "this account may not use its folder" if isinstance(error, PermissionError) else "its disk refused"
            raise Unavailable(f"the {self._what} cannot serve now: {why}.", f"look at {self.path}") from None

    def _keep(self) -> None:
        """Have the folder itself on the disk, where the system can do that."""
        if os.name == "posix":
            handle = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
