"""The `journey` command: a lazy table of commands, so that `journey --help` imports nothing heavy.

Each command lives in its own module and is imported when it is called. Errors end in `cli.exits`.
"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("cli.ledgers:init", "Make a new ledger for an authority."),
    "demo": ("cli.demo:demo", "Build a synthetic authority and show the main job."),
    "append": ("cli.append:append", "Append events given as CloudEvents, one JSON object a line."),
    "import": ("cli.imports:import_", "Import a return or a folder of tables."),
    "replay": ("cli.replay:replay", "Tell one child's case as it was known."),
    "timeline": ("cli.timeline:timeline", "Draw one child's case."),
    "trail": ("cli.trail:trail", "List entries with their three clocks: the audit trail."),
    "export": ("cli.export:export", "Give out entries, tables, the annual return or journeys."),
    "project": ("cli.project:project", "List, explain and run measures."),
    "sql": ("cli.sql:sql", "Ask the views in SQL of your own, read only."),
    "facts": ("cli.facts:facts", "Refresh, inspect or rebuild the tables that measures read."),
    "events": ("cli.events:events", "Show the catalogue of events."),
    "erase": ("cli.erase:erase", "Erase a record, or one entry of it, by law."),
    "retention": ("cli.retention:retention", "Say which records are due to be erased, and hold them."),
    "head": ("cli.ledgers:head", "Print the size and root of the sealed ledger."),
    "verify": ("cli.verify:verify", "Recompute every seal, and hold it against checkpoints kept outside."),
    "checkpoint": ("cli.checkpoint:checkpoint", "Sign the head of the ledger, to be kept outside it."),
    "signer": ("cli.anchors:signer", "Make and show the signer of checkpoints."),
    "witness": ("cli.anchors:witness", "Make, show and use a witness."),
    "bundle": ("cli.bundle:bundle", "Give one child's case, with its proofs, to somebody outside."),
    "status": ("cli.ledgers:status", "Say what this ledger holds and covers."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--ledger", "where", envvar="JOURNEY_LEDGER", default="./journey-ledger", help="The ledger's folder.")
@click.version_option(package_name="journey-ledger", prog_name="journey", message="%(prog)s %(version)s")
@click.pass_context
def journey(ctx: click.Context, where: str) -> None:
    """Journey Ledger: children's journeys through social care, as they happened and as they were known."""
    ctx.obj = where


def main() -> None:
    """Run `journey` and leave with the exit code of what happened."""
    from cli.exits import run

    run(journey)
