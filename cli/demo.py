"""`journey demo`: build a synthetic authority and show the main job, each step by a command anybody can repeat."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.synthetic.authority import Plan

CONTINUITY = ("child", "visits", "workers", "upc", "coc", "secon", "known_share", "named_share", "note")
HANDOVERS = ("member", "children", "boundaries", "kept_by_worker", "kept_by_pod", "share_kept_by_worker_or_pod")
PROVENANCE = ("measure", "version", "position", "root")
ROWS = 12
"""How many rows the demonstration shows of a table; the command itself shows all."""

READER = "SYN-READER"
"""Who reads the demonstration's cases: they are logged like any other's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing shown, by a command; `columns` shortens a table to these and to its first rows."""

    headline: str
    args: list[str]
    columns: tuple[str, ...] = ()


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True)
@click.option("--children", type=click.IntRange(1, 5000), default=40, show_default=True)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--seed", type=int, default=2015, show_default=True, help="Another seed tells other stories.")
def demo(folder: Path, children: int, years: int, seed: int) -> None:
    """Build a synthetic authority in a folder and show the main job on it.

    Nobody in it exists. The same children, years and seed give the same record; run again, nothing is written twice.
    """
    from cli.demo_proof import show_proof
    from ledger.synthetic.authority import Plan, followed

    plan = Plan(children=children, years=years, seed=seed)
    _build(folder, plan)
    click.echo(f"\nTo repeat any step yourself:  export JOURNEY_LEDGER={folder / 'ledger'}")
    steps = _steps(folder, plan)
    for number, step in enumerate(steps, start=1):
        click.echo()
        click.secho(f"{number}. {step.headline}", bold=True)
        if step.columns:
            click.secho(f"$ journey {' '.join(step.args)}", dim=True)
            _show_shortened(folder, step)
        else:
            _run(folder / "ledger", step.args)
    show_proof(folder, followed(plan).id, len(steps) + 1, _run)


def _build(folder: Path, plan: Plan) -> None:
    """Make the ledger, or open the one made before by the same plan, and write what it lacks."""
    from ledger.application import create_ledger, open_ledger
    from ledger.errors import Refused
    from ledger.synthetic.authority import NAME, Plan, tell_authority
    from ledger.synthetic.loading import load

    made = folder / "plan.json"
    here = folder / "ledger"
    if here.exists() and (not made.is_file() or Plan(**json.loads(made.read_text("utf-8"))) != plan):
        raise Refused("this folder holds another ledger.", "journey demo --folder ANOTHER")
    folder.mkdir(parents=True, exist_ok=True)
    told = tell_authority(plan)
    began = time.perf_counter()
    with open_ledger(here) if here.exists() else create_ledger(here, authority=NAME) as ledger:
        made.write_text(json.dumps(asdict(plan)), encoding="utf-8")
        if sys.stderr.isatty():
            with click.progressbar(length=len(told), label="Writing", file=sys.stderr) as bar:
                written = load(ledger, plan, told, bar.update)
        else:
            written = load(ledger, plan, told)
        size = ledger.head().size
    took = time.perf_counter() - began
    children, years = wording.number(plan.children, "child", "children"), wording.number(plan.years, "year")
    click.echo(f"{NAME}: {children} over {years}, from seed {plan.seed}. Nobody in it exists.")
    click.echo(f"{wording.entries(written)} written and sealed in {took:.1f} s; the ledger in {here} holds {size:,}.")


def _steps(folder: Path, plan: Plan) -> list[Step]:
    """Return the steps of the demonstration."""
    from ledger.synthetic.authority import CLOSES, followed

    child = followed(plan)
    stages = child.cases[0].stages
    middle = stages[-2] if len(stages) > 1 else stages[-1]
    on = middle.starts + ((middle.ends or CLOSES) - middle.starts) * 2 // 3
    year, last = str(CLOSES.year), CLOSES - timedelta(days=1)
    month = ["--from", str(on - timedelta(days=30)), "--to", str(on + timedelta(days=1))]
    run = ["project", "run"]
    return [
        Step(
            f"One case as it was known on {_told(on)}, with what had happened in the month before",
            ["replay", child.id, "--known-at", str(on), *month],
        ),
        Step(
            f"The same case at the end of the record, on {_told(last)}",
            ["replay", child.id, "--known-at", str(last), "--from", str(CLOSES - timedelta(days=45))],
        ),
        Step("Continuity of worker in the year to 31 March", [*run, "continuity", "--year", year], CONTINUITY),
        Step(
            "Who stayed when children moved from one stage to the next",
            [*run, "handovers", "--year", year, "--by", "authority"],
            HANDOVERS,
        ),
        Step(
            "The audit trail of its last weeks: three clocks, author, seal",
            ["trail", child.id, "--written-from", str(CLOSES - timedelta(days=45)), "--format", "table"],
        ),
        Step("Nothing was altered since it was written: every seal, recomputed", ["verify", "--self"]),
        Step("The whole case as a picture", ["timeline", child.id]),
        Step(
            "The same as a page, to open in a browser or to print",
            ["timeline", child.id, "-o", str(folder / "case.html")],
        ),
    ]


def _show_shortened(folder: Path, step: Step) -> None:
    """Show the first rows and the main columns of what a `project run` command gives."""
    from cli.render import emit
    from ledger.application import open_ledger
    from ledger.projections.table import Table

    name, *options = step.args[2:]
    asked = dict(zip([option.removeprefix("--") for option in options[::2]], options[1::2], strict=True))
    with open_ledger(folder / "ledger", read_only=True) as ledger:
        whole = ledger.project(name, year=int(asked["year"]), by=asked.get("by"))
    names = [column.name for column in whole.columns]
    places = [names.index(column) for column in step.columns]
    rows = sorted((tuple(row[place] for place in places) for row in whole.rows), key=lambda row: str(row[0]))
    left = f"{min(ROWS, len(rows))} of {len(rows)} rows, {len(places)} of {len(names)} columns: the command shows all."
    notes = [*whole.notes, left]
    provenance = {key: whole.provenance[key] for key in PROVENANCE}
    emit(Table(tuple(whole.columns[place] for place in places), rows[:ROWS], notes, provenance), "table")


def _run(ledger: Path, args: list[str], expected: int = 0) -> None:
    """Show one command and run it as if it had been typed; what it does not expect ends the demonstration."""
    from cli.main import journey

    click.secho(f"$ journey {' '.join(args)}", dim=True)
    code = journey.main(
        ["--ledger", str(ledger), *args],
        prog_name="journey",
        standalone_mode=False,
        default_map={name: {"read_by": READER} for name in ("replay", "timeline", "trail", "bundle")},
    )
    if (code or 0) != expected:
        raise click.exceptions.Exit(code or 1)


def _told(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
