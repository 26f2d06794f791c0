"""`journey signer` and `journey witness`: make, show and use those outside the ledger who stand by it.

Neither needs the ledger: a folder of their own, on an account or a machine of their own, is all they have.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.checkpoint import ledgers_name, publish
from cli.context import ledger_option
from cli.render import NewFile
from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.anchors.memory import Remembered

FOLDER = click.Path(path_type=Path)


@click.group()
def signer() -> None:
    """Make and show the signer of a ledger's checkpoints: keys in a folder of their own."""


@signer.command("new")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", metavar="NAME", help="The key's name; default: the authority's, from --ledger.")
@ledger_option
@click.pass_context
def new_signer(ctx: click.Context, folder: Path, name: str | None) -> None:
    """Make a signer in DIR, and print its verifier key: give that to those who verify."""
    from ledger.anchors.signer import make_signer

    made = make_signer(folder, name or ledgers_name(ctx))
    click.echo(made.verifiers[0].vkey)
    click.echo("Keep its folder on another account than the ledger's: whoever reads the key signs anything.", err=True)


@signer.command("show")
@click.argument("folder", metavar="DIR", type=FOLDER)
def show_signer(folder: Path) -> None:
    """Print the verifier keys of the signer in DIR, and what it last signed."""
    from ledger.anchors.signer import open_signer

    held = open_signer(folder)
    for verifier in held.verifiers:
        click.echo(verifier.vkey)
    for verifier in held.retired:
        click.echo(f"{verifier.vkey} (retired)")
    _last("signed", held.logs)


@signer.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", metavar="NAME", help="The key's name; default: as the key before.")
def rotate(folder: Path, name: str | None) -> None:
    """Add a new key to the signer in DIR; the old ones sign beside it until they are retired."""
    from ledger.anchors.signer import open_signer

    click.echo(open_signer(folder).rotate(name).vkey)


@signer.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("key", metavar="KEYID")
def retire(folder: Path, key: str) -> None:
    """Destroy a private key of the signer in DIR, named by the id in its verifier key."""
    from ledger.anchors.signer import open_signer

    retired = open_signer(folder).retire(key)
    click.echo(f"{retired.vkey} signs no more; what it signed still verifies.")


@click.group()
def witness() -> None:
    """Make, show and use a witness, which cosigns only what continues what it saw before."""


@witness.command("new")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", required=True, metavar="NAME", help="The witness's name, such as witness.example/w1.")
def new_witness(folder: Path, name: str) -> None:
    """Make a witness in DIR, and print its verifier key: give that to those who verify."""
    from ledger.anchors.witness import make_witness

    click.echo(make_witness(folder, name).verifier.vkey)


@witness.command("show")
@click.argument("folder", metavar="DIR", type=FOLDER)
def show_witness(folder: Path) -> None:
    """Print the verifier key of the witness in DIR, whom it watches, and what it last cosigned."""
    from ledger.anchors.witness import open_witness

    held = open_witness(folder)
    click.echo(held.verifier.vkey)
    for origin, keys in sorted(held.trusted.items()):
        for key in keys:
            click.echo(f"watches {origin} signed by {key.vkey}")
    _last("cosigned", held.logs)


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("vkey", metavar="VKEY")
@click.option("--origin", required=True, metavar="NAME", help="The log's name: the first line of its checkpoints.")
def trust(folder: Path, vkey: str, origin: str) -> None:
    """Have the witness in DIR watch a log, whose checkpoints are signed with VKEY."""
    from ledger.anchors.witness import open_witness
    from ledger.seal.note import parse_verifier

    open_witness(folder).trust(origin, parse_verifier(vkey))
    click.echo(f"watches {origin}")


@witness.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("request", metavar="REQUEST|-", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("-o", "--output", "out", type=NewFile(), metavar="FILE", help="Write the cosigned checkpoint here.")
def cosign(folder: Path, request: Path, out: Path | None) -> None:
    """Cosign the checkpoint in REQUEST, if it continues what the witness in DIR saw before."""
    from ledger.anchors.witness import cosigned, open_witness, parse_request

    if str(request) != "-" and not request.is_file():
        raise click.BadParameter(f"File {str(request)!r} does not exist.", param_hint="REQUEST")
    data = sys.stdin.buffer.read() if str(request) == "-" else request.read_bytes()
    whole = cosigned(parse_request(data).checkpoint, open_witness(folder).cosign(data))
    if out is None:
        click.echo(whole.decode(), nl=False)
    else:
        publish(out, whole)


def _last(verb: str, logs: Mapping[str, Remembered]) -> None:
    for origin, held in sorted(logs.items()):
        moment = datetime.fromtimestamp(held.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        click.echo(f"{verb} {wording.entries(held.size)} of {origin} at {moment}, root {held.root.hex()}")
