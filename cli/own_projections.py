"""`journey project new` and `test`: a projection of one's own, with its card and a test that passes."""

from __future__ import annotations

import re
import sys
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.errors import Malformed, NotFound, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STARTER = Path(__file__).parent / "starter"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@click.command()
@click.argument("name")
@click.option("--python", "python", is_flag=True, help="A fold in Python, entry by entry, instead of SQL.")
def new(name: str, python: bool) -> None:
    """Write a projection of your own, with a card and a test, into a new folder here."""
    from ledger.projections.card import measures

    if not NAME.fullmatch(name):
        raise click.UsageError(
            f"a name is of small letters, digits and hyphens, like visits-by-worker; found {name!r}."
        )
    folder = Path(name.replace("-", "_"))
    if name in measures():
        raise Refused(f"there is a measure {name} already.", "journey project list")
    if folder.exists():
        raise Refused(f"there is something named {folder} here already; nothing was changed.", "take another name")
    code = ("projection.py.j2", "projection.py") if python else ("measure.sql", "measure.sql")
    folder.mkdir()
    for source, target in (("card.toml", "card.toml"), code, ("test.py.j2", f"test_{folder.name}.py")):
        text = (STARTER / source).read_text("utf-8").replace("NAME", name)
        (folder / target).write_text(text, encoding="utf-8")
        click.echo(f"wrote {folder / target}")
    click.echo(f"\nTest it: journey project test {folder}\nRun it:  journey project run -p {folder}")


@click.command()
@click.argument("place", default=".", type=click.Path(exists=True, path_type=Path))
def test(place: Path) -> None:
    """Run the tests of your own projections: the functions test_... of the files test_*.py in PLACE."""
    files = [place] if place.is_file() else sorted([*place.glob("test_*.py"), *place.glob("*/test_*.py")])
    failed: list[Problem] = []
    done = 0
    for file in files:
        for name, run in _tests(file):
            problem = _failure(file, name, run)
            failed += [problem] if problem else []
            done += 1
            click.echo(f"{'failed' if problem else 'passed'}: {file.name} {name}")
    if not done:
        raise NotFound("test", str(place), hint="journey project new NAME writes one")
    if failed:
        raise Malformed(failed, "JOURNEY_DEBUG=1 shows the last traceback")


def _tests(file: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Run a file and yield its tests. Raises `Malformed` where it does not run."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        problem = _failure(file, "the file", partial(spec.loader.exec_module, module))
    finally:
        sys.dont_write_bytecode = written
    if problem:
        raise Malformed([problem])
    yield from ((name, thing) for name, thing in vars(module).items() if name.startswith("test_") and callable(thing))


def _failure(file: Path, name: str, run: Callable[[], object]) -> Problem | None:
    """Run one test and return what went wrong, with its line, or None."""
    try:
        run()
    except Exception as error:
        line, trace = getattr(error, "lineno", None), error.__traceback__
        while trace is not None:
            if Path(trace.tb_frame.f_code.co_filename).resolve() == file.resolve():
                line = trace.tb_lineno
            trace = trace.tb_next
        return Problem("test-failed", f"{name} raised {type(error).__name__}.", file=file.name, line=line)
    return None
