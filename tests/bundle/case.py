"""A ledger with one child's journey in it and another's beside it, a signer, and the verifier as a separate program."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.anchors.signer import make_signer
from ledger.bundle import make_bundle
from ledger.bundle.archive import canonical
from ledger.checkpoints import make_checkpoint
from ledger.domain.clock import NOW
from ledger.domain.envelope import Actor, child
from ledger.domain.events.contact import ContactReceived
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import DisputeNoted, EntryCorrected
from ledger.domain.events.visit import VisitRecorded
from ledger.store import New, create_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.anchors.signer import LogSigner
    from ledger.store import Store

VERIFIER = Path(__file__).parents[2] / "ledger" / "bundle" / "verify.py"
WORKER = Actor(worker="W1")
SECRET = "The neighbour Mrs Marchbanks saw it."
"""Words that must never be in a bundle from which they are withheld."""


@dataclass
class Case:
    """A store, the child's stream in it, its receipts by version, and a signer."""

    store: Store
    stream: str
    other: str
    signer: LogSigner
    ids: list[str] = field(default_factory=list)

    @property
    def vkey(self) -> str:
        return self.signer.verifiers[0].vkey

    def add(self, event: Any, *, written_at: datetime | None = None, stream: str | None = None, **more: Any) -> str:
        [receipt] = self.store.append([New(stream or self.stream, event, WORKER, written_at, **more)])
        if stream is None:
            self.ids.append(receipt.event_id)
        return receipt.event_id

    def checkpoint(self) -> bytes:
        return make_checkpoint(self.store, self.signer)

    def bundle(self, view: Any = NOW, **options: Any) -> bytes:
        return make_bundle(self.store, "C-001", view, checkpoint=self.checkpoint(), **options).data


def begin(folder: Path, **engine: Any) -> Case:
    """Make a ledger with six entries of child C-001 between entries of child C-002."""
    store = create_store(folder / "ledger", authority="Testshire (synthetic)", **engine)
    case = Case(
        store, store.open_subject(child("C-001")), store.open_subject(child("C-002")), make_signer(folder / "s", "test")
    )
    case.add(ChildRegistered(occurred_on=date(2024, 5, 1), child_id="C-001", born="2012-02"))
    case.add(ChildRegistered(occurred_on=date(2024, 5, 1), child_id="C-002", born="2013-02"), stream=case.other)
    case.add(ContactReceived(occurred_on=date(2024, 5, 2), source="1A", summary=SECRET), written_at=on(2024, 5, 2))
    case.add(visit(3, "We drew the house."), written_at=on(2024, 5, 3))
    case.add(visit(3, "The other child's own words."), stream=case.other)
    case.add(visit(4), written_at=on(2024, 5, 4))
    correction = EntryCorrected(
        corrects=case.ids[2], correction_reason="wrong value", replacement=visit(3, "We drew the garden.")
    )
    case.add(correction, written_at=on(2024, 6, 1))
    case.add(DisputeNoted(disputes=case.ids[2], raised_by="parent", words="It was raining."), written_at=on(2024, 6, 2))
    return case


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def visit(day: int, narrative: str | None = None) -> VisitRecorded:
    return VisitRecorded(occurred_on=date(2024, 5, day), worker="W1", narrative=narrative)


@dataclass(frozen=True)
class Answer:
    """What the verifier said, and its exit code."""

    code: int
    said: str

    @property
    def refusal(self) -> str:
        assert self.code == 3, self.said
        return self.said.removeprefix("REFUSED: ").strip()


def verify(bundle: bytes | Path, vkey: str, *options: str, folder: Path) -> Answer:
    """Run the verifier as a separate program, isolated from this project's code."""
    file = folder / "case.zip"
    if isinstance(bundle, bytes):
        file.write_bytes(bundle)
    else:
        file = bundle
    run = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), "--key", vkey, *options],
        capture_output=True,
        cwd=folder,
        check=False,
        timeout=60,
    )
    assert not run.stderr or run.returncode == 2, run.stderr.decode()
    return Answer(run.returncode, run.stdout.decode() or run.stderr.decode())


def members(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rebuilt(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def edited(bundle: bytes, about: Callable[[dict[str, Any]], object] | None = None, entries: Any = None) -> bytes:
    """Change what `bundle.json` or `entries.jsonl` say, spelled again as bundles are."""
    parts = members(bundle)
    if about is not None:
        stated = json.loads(parts["bundle.json"])
        about(stated)
        parts["bundle.json"] = canonical(stated).encode()
    if entries is not None:
        lines = [json.loads(line) for line in parts["entries.jsonl"].decode().split("\n")[:-1]]
        lines = entries(lines) or lines
        parts["entries.jsonl"] = "".join(canonical(line) + "\n" for line in lines).encode()
    return rebuilt(parts)
