"""Hold the key store against the log: a key for each stream with a sealed part, the right one, and none after erasure.

Lost, wrong and restored keys are three different findings. Nothing is decrypted but the keys themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import Unavailable
from ledger.store.rows import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.store.keys import KeyStore, StreamKey
    from ledger.store.rows import Order

_TOGETHER = 1000


def check_keys(keys: KeyStore, commitments: Mapping[str, bytes], orders: Sequence[Order]) -> list[Finding]:
    """Return findings about keys. `commitments` are those that the streams' entries hold."""
    ordered = {order.stream: order for order in orders if order.entry is None}
    streams = sorted(commitments.keys() | ordered.keys())
    findings: list[Finding] = []
    for start in range(0, len(streams), _TOGETHER):
        some = streams[start : start + _TOGETHER]
        held = _held(keys, some, findings)
        for stream in some:
            order = ordered.get(stream)
            key = held.get(stream)
            if order is not None:
                if order.completed and key is not None:
                    findings.append(_finding("key-restored", _RESTORED.format(order.position), stream))
            elif key is None and stream in commitments and not _told(findings, stream):
                findings.append(_finding("key-lost", _LOST, stream))
            elif key is not None and stream in commitments and key.commitment != commitments[stream]:
                findings.append(_finding("key-wrong", _WRONG, stream))
    return findings


_LOST = "its key is gone, and no sealed order says so: what it sealed can never be read again, unless from a backup."
_WRONG = "its key is not the one that its entries were sealed under."
_DAMAGED = "its key does not open under the master key: its row was changed."
_RESTORED = "its key is back, though the order to erase it at position {} was carried out."


def _held(keys: KeyStore, streams: Sequence[str], findings: list[Finding]) -> dict[str, StreamKey]:
    """Return the keys that open; one that does not is a finding and hides no other."""
    try:
        return keys.keys(streams)
    except Unavailable:
        held: dict[str, StreamKey] = {}
        for stream in streams:
            try:
                held |= keys.keys([stream])
            except Unavailable:
                findings.append(_finding("key-wrong", _DAMAGED, stream))
        return held


def _told(findings: Sequence[Finding], stream: str) -> bool:
    return any(finding.stream == stream for finding in findings)


def _finding(code: str, message: str, stream: str) -> Finding:
    return Finding(code, message, None, stream)
