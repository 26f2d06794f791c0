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

LINE = "{:<46} {:>10} {:>10} {:>10} {:>8}  {:<14} {:<6} {:>8}"


@click.command()
@click.option("--quick", is_flag=True, help="Fewer entries: about two minutes.")
@click.option(
    "--entries",
    type=click.IntRange(min=10_000),
    multiple=True,
    help="Entries of the big ledger, about (default 1,000,000).",
)
@click.option("--only", metavar="WORD", default="", help="Only the rows whose name has this word in it.")
@click.option("--growth", is_flag=True, help="What 100,000, 1 and 10 million take, or each --entries; no ratios.")
def main(quick: bool, entries: tuple[int, ...], only: str, growth: bool) -> None:
    """Measure the promises of the design, each beside the bare operation in the same run."""
    if (quick or only) if growth else len(entries) > 1:
        raise click.UsageError("--growth takes any number of --entries and nothing else; without it one is enough.")
    click.echo(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}.")
    click.echo("Memory: peak while ours ran, its child processes added.")
    began = time.perf_counter()
    if growth:
        from benchmarks.growth import SIZES, show_growth

        show_growth(entries or SIZES)
    else:
        _show_promises(quick=quick, big=entries[0] if entries else 20_000 if quick else 1_000_000, only=only)
    click.echo(f"{time.perf_counter() - began:.0f} s.")


def _show_promises(*, quick: bool, big: int, only: str) -> None:
    """Measure the promises and print them as they are found."""
    from benchmarks.promises import rows

    click.echo("Ratio: our time over the bare operation's, both measured in this run.\n")
    click.echo(LINE.format("what", "entries", "ours", "bare", "ratio", "must be", "", "memory"))
    kept: list[bool] = []
    with folder() as place:
        for row in rows(quick=quick, big=big, place=str(place), only=only):
            kept += _run(row)
    click.echo(f"\n{sum(kept)} of {len(kept)} promises measured here are kept.")


def _run(row: Row) -> list[bool]:
    """Measure one row, print it, and return whether it was kept, where something was promised."""
    try:
        pair = in_own_process(row.measure, *row.args)
    except Exception as error:  # one measurement that cannot run must not hide the others
        click.echo(f"{row.what:<46} could not be measured: {type(error).__name__}: {str(error)[:90]}")
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
