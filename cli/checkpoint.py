"""`journey checkpoint`: have the ledger's signer put its name to what the ledger holds now, to be kept outside.

What is signed stands right after an entry that seals where every stream ends. The signed note goes to stdout, or to
`--out`; what there is to say about it goes to stderr. Nothing in it is personal: it may be given to anybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from, where
from cli.render import NewFile, write
from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.seal.checkpoint import Checkpoint
    from ledger.store import Store


@click.command()
@click.option(
    "--signer",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The signer's folder; default: signer under [checkpoint] in ledger.toml.",
)
@click.option(
    "--out", "-o", type=NewFile(), metavar="FILE", help="Write it here: keep it where nobody can change both."
)
@click.option(
    "--witness-size",
    type=click.IntRange(min=0),
    metavar="N",
    help="Also write FILE.request, for a witness that holds N entries (0: none yet).",
)
@click.option("--seal-only", is_flag=True, help="Seal the heads and sign nothing: another account signs.")
@click.option("--access", is_flag=True, help="Of the log of who read which case, not of the cases.")
@ledger_option
@click.pass_context
def checkpoint(
    ctx: click.Context, signer: Path | None, out: Path | None, witness_size: int | None, seal_only: bool, access: bool
) -> None:
    """Sign the head of the ledger, once it is durable, if it continues what was signed last."""
    if witness_size is not None and out is None:
        raise click.UsageError("--witness-size writes a request beside FILE: say --out FILE.")
    from ledger.anchors.signer import open_signer
    from ledger.checkpoints import make_checkpoint, seal_heads, witness_request

    with _opened(ctx) as ledger:
        store = ledger.store.access if access else ledger.store
        if seal_only:
            head = seal_heads(store)
            click.echo(f"size {head.size}\nroot {head.root.hex()}")
            return
        place = signer or _signer_of(ledger.store)
        data = make_checkpoint(store, open_signer(place))
        request = None if witness_size is None else witness_request(store, data, witness_size)
        warned = _warnings(ledger.store, place, out)
    if out is None:
        click.echo(data.decode(), nl=False)
    else:
        publish(out, data)
        if request is not None:
            publish(out.with_name(out.name + ".request"), request)
    click.echo(_told(data, out), err=True)
    for warning in warned:
        click.echo(f"note: {warning}", err=True)


def _opened(ctx: click.Context) -> Ledger:
    """Open the ledger for writing; without its keys, for reading: a signer's account has no business with them."""
    from ledger.errors import Unavailable

    try:
        return open_from(ctx, read_only=False)
    except Unavailable:
        return open_from(ctx, read_only=True)


def publish(out: Path, data: bytes) -> None:
    """Write something that anybody may read, whole or not at all."""
    write(out, data.decode())
    out.chmod(0o644)


def parsed(data: bytes) -> Checkpoint:
    """Return what a signed checkpoint says, believed by nobody."""
    from ledger.seal.checkpoint import parse_checkpoint
    from ledger.seal.note import parse_note

    return parse_checkpoint(parse_note(data).text)


def _signer_of(store: Store) -> Path:
    if not store.settings.policy.signer:
        raise click.UsageError("no signer is named: --signer DIR, or signer under [checkpoint] in ledger.toml.")
    return store.settings.folder / store.settings.policy.signer


def _told(data: bytes, out: Path | None) -> str:
    held = parsed(data)
    place = "" if out is None else f" Keep {out} where the ledger's owner cannot change it."
    return f"Signed: {wording.entries(held.size)} of {held.origin}.{place}"


def _warnings(store: Store, signer: Path, out: Path | None) -> list[str]:
    """Say against whom this checkpoint protects nobody."""
    from ledger.anchors.signer import signer_readable_here

    found = []
    folder = None if store.settings.engine == "postgres" else store.settings.folder
    if not store.read_only and signer_readable_here(folder, signer):
        found.append(
            "this account can write the ledger and read the signer's key: "
            "the signature protects nobody against this account."
        )
    if out is not None and store.settings.folder in out.absolute().parents:
        found.append("this file is in the ledger's own folder: whoever puts an older copy back puts it back too.")
    return found


def ledgers_name(ctx: click.Context) -> str:
    """Return the name under which keys of this ledger sign by default: its authority's."""
    from ledger.errors import NotFound
    from ledger.seal.checkpoint import slug
    from ledger.store.settings import read_settings

    try:
        return slug(read_settings(Path(where(ctx))).authority)
    except NotFound:
        raise click.UsageError("say --name NAME, or --ledger DIR of the ledger that it is to sign for.") from None
