"""`journey bundle`: one child's case with all that proves it, for somebody who has nothing else of the ledger.

It stands on a checkpoint that was signed before and covers the case, or on one that the ledger's signer makes now.
The file is written as a whole or not at all, readable by its owner alone: it holds the key of this one journey.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, log_reading, open_from, reader_options, view_options
from cli.render import NewFile, whole_file
from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.bundle import Bundle
    from ledger.domain.clock import View

READ = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("child")
@view_options
@click.option("--redact", "rules", type=READ, metavar="RULES", help="Withhold what these rules say (docs/BUNDLE.md).")
@click.option("--checkpoint", type=READ, metavar="FILE", help="Stand on this signed checkpoint, if it covers the case.")
@click.option(
    "--signer",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Else have this signer make one; default: signer under [checkpoint] in ledger.toml.",
)
@click.option("-o", "--output", "out", type=NewFile(), required=True, metavar="FILE.zip", help="Write the bundle here.")
@reader_options
@ledger_option
@click.pass_context
def bundle(
    ctx: click.Context,
    child: str,
    view: View,
    rules: Path | None,
    checkpoint: Path | None,
    signer: Path | None,
    out: Path,
    reader: Reader,
) -> None:
    """Give the case of CHILD to somebody outside: its entries, their proofs, pages to read, and a verifier.

    CHILD is the authority's id, or the journey's own where the id was erased. Whoever receives the file runs
    `python verify.py FILE.zip --key VKEY`, with the signer's verifier key from somewhere else.
    """
    from ledger.access import check_reader
    from ledger.bundle import make_bundle, read_rules

    redactions = read_rules(rules) if rules is not None else []
    with open_from(ctx, read_only=checkpoint is not None) as ledger:
        check_reader(ledger.store, reader)
        note = _note(ctx, ledger, child, checkpoint, signer)
        made = make_bundle(ledger.store, child, view, checkpoint=note, rules=redactions)
        log_reading(ledger, made.stream, reader, command="bundle", view=view, entries=made.shown)
        with whole_file(out) as path:
            path.write_bytes(made.data)
    _say(made, out)


def _note(ctx: click.Context, ledger: Ledger, child: str, given: Path | None, signer: Path | None) -> bytes:
    """Return the checkpoint that was given where it covers the case, else one that is signed now."""
    from ledger.bundle import covers
    from ledger.bundle.make import find_stream

    store = ledger.store
    stream = find_stream(store, child)
    held = b"" if given is None else given.read_bytes()
    place = signer or (store.settings.folder / store.settings.policy.signer if store.settings.policy.signer else None)
    if given is not None and (place is None or covers(store, held, stream)):
        return held
    if place is None:
        raise click.UsageError("nothing to stand on: --checkpoint FILE, --signer DIR, or a signer in ledger.toml.")
    from ledger.anchors.signer import open_signer
    from ledger.checkpoints import make_checkpoint

    if not store.read_only:
        return make_checkpoint(store, open_signer(place))
    with open_from(ctx, read_only=False) as writing:
        return make_checkpoint(writing.store, open_signer(place))


def _say(made: Bundle, out: Path) -> None:
    shown = f"{wording.entries(made.entries)}, {made.withheld:,} withheld in whole or in part, {made.erased:,} erased"
    click.echo(f"{out}: {shown}; complete up to a checkpoint of {wording.entries(made.size)}.", err=True)
    click.echo(f"Check it with: python verify.py {out.name} --key VKEY (journey signer show DIR prints it)", err=True)
    click.echo("note: it holds the key to this one journey: whoever has the file can read what it shows.", err=True)
    for told in made.told:
        click.echo(f"note: {told}", err=True)
