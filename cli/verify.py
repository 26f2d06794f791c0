"""`journey verify`: recompute the ledger, hold it against what is kept outside, and list everything that is found."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from
from cli.exits import INTEGRITY
from cli.render import as_json
from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.store import Finding
    from ledger.verification import Progress, Verification

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--against", type=FILE, multiple=True, metavar="FILE", help="A signed checkpoint kept outside; repeatable."
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A verifier key, or its file: who may have signed.")
@click.option("--since", type=FILE, metavar="FILE", help="Recompute only what follows this signed checkpoint.")
@click.option("--self", "self_", is_flag=True, help="Against the ledger itself and nothing else: what is done anyway.")
@click.option("--facts", is_flag=True, help="Compare what measures count with what is stored, too.")
@click.option("--access", is_flag=True, help="Verify the log of who read which case, and not the cases.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@ledger_option
@click.pass_context
def verify(
    ctx: click.Context,
    against: tuple[Path, ...],
    keys: tuple[str, ...],
    since: Path | None,
    self_: bool,
    facts: bool,
    access: bool,
    json_: bool,
) -> None:
    """Recompute every seal of the ledger, and compare it with checkpoints kept outside it."""
    if self_ and (against or since):
        raise click.UsageError("--self is against the ledger itself; --against and --since are against a checkpoint.")
    if facts and access:
        raise click.UsageError("--facts are made from the cases, and --access is the log of who read them.")
    if (against or since) and not keys:
        raise click.UsageError("a checkpoint proves nothing without a key: --key VKEY of the signer or the witness.")
    from ledger.verification import verify as verified

    with open_from(ctx) as ledger, _progress() as progress:
        done = verified(
            ledger.store,
            against=[file.read_bytes() for file in against],
            keys=[_key(text) for text in keys],
            since=None if since is None else since.read_bytes(),
            facts=facts,
            access=access,
            progress=progress,
        )
    click.echo(as_json(done.as_data()) if json_ else _told(done))
    ctx.exit(0 if done.ok else INTEGRITY)


def _key(text: str) -> str:
    """Return a verifier key, given as such or as the name of a file that holds it."""
    if text.count("+") >= 2 and not Path(text).exists():
        return text
    try:
        return Path(text).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.BadParameter(
            "it is neither a verifier key nor a file that holds one.", param_hint="--key"
        ) from None


def _told(done: Verification) -> str:
    """Return the verdict, what it stands on, and every finding, as plain sentences."""
    lines = [
        f"{done.verdict}: {wording.entries(done.entries)} checked",
        f"size {done.head.size}",
        f"root {done.head.root.hex()}",
    ]
    lines += [f"anchor: {done.anchor}", *done.told]
    count = len(done.findings)
    lines += [f"{wording.number(count, 'finding')}:"] if count else []
    return "\n".join([*lines, *map(finding_line, done.findings)])


def finding_line(finding: Finding) -> str:
    """Return one finding as a line: where, what, and its code."""
    version = None if finding.version is None else f"version {finding.version}"
    position = None if finding.position is None else f"position {finding.position}"
    place = ", ".join(part for part in (position, finding.stream, version) if part)
    return f"{place}: {finding.message} ({finding.code})" if place else f"{finding.message} ({finding.code})"


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Give what draws a progress bar on a terminal, on stderr; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
