"""Run the measurements and print one table: what was promised, what was measured, and whether it was kept."""

from __future__ import annotations

import platform
import sys
import time
from typing import TYPE_CHECKING

import click

from benchmarks.ledgers import folder
from benchmarks.measured import in_own_process

if TYPE_CHECKING:
    from benchmarks.promises import Row


@click.command()
@click.option("--quick", is_flag=True, help="Fewer entries: under a minute.")
@click.option("--entries", type=click.IntRange(min=10_000), help="Entries of the big ledger (default 1,000,000).")
@click.option("--only", metavar="WORD", help="Only the rows whose name has this word in it.")
def main(quick: bool, entries: int | None, only: str | None) -> None:
    """Measure the promises of the design, each beside the bare operation in the same run."""
    from benchmarks.promises import rows

    big = entries or (20_000 if quick else 1_000_000)
    click.echo(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}; up to {big:,} entries.")
    click.echo("Ratio: our time over the bare operation's, both measured in this run. Memory: peak of the process.\n")
    began = time.perf_counter()
    click.echo(LINE.format("what", "entries", "ours", "bare", "ratio", "must be", "", "memory"))
    kept: list[bool] = []
    with folder() as place:
        for row in rows(quick=quick, big=big, place=str(place)):
            if only is None or only in row.what:
                kept += _run(row)
    click.echo(f"\n{sum(kept)} of {len(kept)} promises measured here are kept; {time.perf_counter() - began:.0f} s.")


LINE = "{:<46} {:>10} {:>10} {:>10} {:>8}  {:<14} {:<6} {:>8}"


def _run(row: Row) -> list[bool]:
    """Measure one row, print it, and return whether it was kept, where something was promised."""
    try:
        pair = in_own_process(row.measure, *row.args)
    except Exception as error:  # one measurement that cannot run must not hide the others
        click.echo(f"{row.what:<46} could not be measured: {type(error).__name__}: {str(error).splitlines()[0][:90]}")
        return [False]
    if pair is None:
        click.echo(f"{row.what:<46} not measured: no PostgreSQL server answers")
        return []
    kept = row.kept(pair)
    click.echo(
        LINE.format(
            row.what,
            f"{pair.count:,}",
            _time(pair.ours),
            _time(pair.bare) if row.shows_bare else "",
            f"{pair.ratio:.2f}" if row.shows_bare else row.rate(pair),
            row.must_be,
            {True: "kept", False: "MISSED", None: ""}[kept],
            f"{pair.memory:,.0f} MB",
        )
    )
    for what, took in pair.also:
        click.echo(f"    {what}: {_time(took)}")
    sys.stdout.flush()
    row.note(pair)
    return [] if kept is None else [kept]


def _time(took: float) -> str:
    return f"{took:,.2f} s" if took >= 1 else f"{took * 1e3:,.2f} ms"


if __name__ == "__main__":
    main()
