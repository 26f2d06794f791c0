"""The demonstration's last act: a checkpoint kept outside, a case for somebody outside, two forgeries that are caught.

Everything is done by commands that anybody can repeat; the forgeries are done to copies of the synthetic ledger.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORGER = "SW9999"
"""The worker whom the forgeries put in the place of the one who made a visit."""

_SIGNER = "A signer, which in earnest is another account's: its public key is given away"
_CHECKPOINT = "A checkpoint: size and root of the ledger, signed, and kept outside it"
_VERIFY = "The ledger held against it, every seal recomputed"
_BUNDLE = "One case for somebody outside, with everything that proves it"
_ALTERED = "Somebody with the database's password changes who made one visit, past the triggers"
_RESEALED = "Somebody does it with skill: every seal is computed anew, and the ledger agrees with itself"


def show_proof(folder: Path, child: str, number: int, run: Callable[[Path, list[str], int], None]) -> None:
    """Show the steps, numbered from `number`; `run(ledger, args, code)` runs one command and expects an exit code."""
    ledger, signer, outside = folder / "ledger", folder / "signer", folder / "outside"
    outside.mkdir(exist_ok=True)
    note, key = outside / "checkpoint.txt", outside / "testshire.vkey"
    if not signer.exists():
        _headline(number, _SIGNER)
        run(ledger, ["signer", "new", str(signer), "--name", "testshire"], 0)
        key.write_text(_key_of(signer), encoding="utf-8")
        number += 1
    against = ["verify", "--against", str(note), "--key", str(key)]
    for headline, args in (
        (_CHECKPOINT, ["checkpoint", "--signer", str(signer), "--out", str(note)]),
        (_VERIFY, against),
        (_BUNDLE, ["bundle", child, "--checkpoint", str(note), "-o", str(folder / "case.zip")]),
    ):
        _headline(number, headline)
        run(ledger, args, 0)
        number += 1
    forged = folder / "forged"
    position = _forge(ledger, forged, child, skilled=False)
    _headline(number, _ALTERED)
    click.echo(f"In a copy of the ledger, position {position} now says that {FORGER} made the visit.")
    run(forged, against, 3)
    click.echo("Caught by the ledger alone: the entry is not what was sealed. Any reader's own copy would show it too.")
    _headline(number + 1, _RESEALED)
    _forge(ledger, forged, child, skilled=True)
    run(forged, ["verify", "--self"], 0)
    click.echo("So far the forgery holds: a ledger can say nothing of itself that its owner could not write there.")
    run(forged, against, 3)
    click.echo("Caught by the checkpoint that was kept outside. What is proved, and against whom: docs/PROOF.md.")
    shutil.rmtree(forged)


def _headline(number: int, text: str) -> None:
    click.echo()
    click.secho(f"{number}. {text}", bold=True)


def _key_of(signer: Path) -> str:
    from ledger.anchors.signer import open_signer

    return "".join(f"{verifier.vkey}\n" for verifier in open_signer(signer).verifiers)


def _forge(ledger: Path, copy: Path, child: str, *, skilled: bool) -> int:
    """Put another worker in the place of the one who made the child's last visit, in a copy; return its position."""
    from ledger.application import open_ledger
    from ledger.domain.events.visit import VisitRecorded
    from ledger.synthetic.forgery import alter, reseal

    def other_worker(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"worker": FORGER}

    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(ledger, copy)
    with open_ledger(copy) as opened:
        entries = opened.store.entries(opened.stream(child))
        position = [entry.position for entry in entries if isinstance(entry.event, VisitRecorded)][-1]
        (reseal if skilled else alter)(opened, position, other_worker)
    for derived in ("tiles", "facts"):  # whoever forges a ledger does not leave what would remember the old one
        shutil.rmtree(copy / derived, ignore_errors=True)
    return position
