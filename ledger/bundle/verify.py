"""Check a case bundle of a Journey Ledger:  python verify.py case.zip --key VKEY [--witness VKEY ...] [--show]

Needs Python 3.11 or later and `cryptography`, and takes nothing on trust from the bundle but its bytes. VKEY is the
verifier key of the ledger's signer, or of a witness: have it from somewhere else than the bundle. Leaves with 0 and a
report, or with 3 and one sentence that names what is wrong. docs/BUNDLE.md tells the format and every step.
"""

from __future__ import annotations

import argparse
import hmac
import json
import re
import sys
import zipfile
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

Key = tuple[str, str, int, bytes]
PAGES = ("READ-ME-FIRST.txt", "case.html", "entries.html", "verify.py")
MEMBERS = [PAGES[0], "checkpoint.txt", "bundle.json", "entries.jsonl", *PAGES[1:]]
MOST_BYTES, NOTHING = 1 << 28, sha256(b"").hexdigest()
# Shapes of JSON: a type, a number of bytes in hex, a list of one shape, an object with just these members.
ENTRY: dict[str, Any] = dict.fromkeys(("stream", "name", "event_id", "open", "sealed"), str) | {"proof": [32]}
ENTRY |= dict.fromkeys(("position", "version", "recorded_at"), int)
ENTRY |= dict.fromkeys(("previous", "commitment", "open_digest", "sealed_digest"), 32)
BUNDLE: dict[str, Any] = {"format": str, "log_id": 16, "stream": str, "child": str, "key": str, "clock": str}
BUNDLE |= {"heads": {"entry": ENTRY, "index": int, "count": int, "proof": [32]}, "orders": [ENTRY]}
BUNDLE |= {"withheld": [{"version": int, "why": str}], "pages": dict.fromkeys(PAGES, 32)}


class Wrong(Exception):
    """What is wrong with the bundle, in one sentence."""


def need(holds: object, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


def fits(found: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        return type(found) is dict and found.keys() == shape.keys() and all(fits(found[k], shape[k]) for k in shape)
    if isinstance(shape, list):
        return type(found) is list and all(fits(each, shape[0]) for each in found)
    if isinstance(shape, int):
        return type(found) is str and bool(re.fullmatch(f"[0-9a-f]{{{2 * shape}}}", found))
    return type(found) is shape


def strict(text: str, where: str, shape: Any = None) -> Any:
    """Read JSON in which no key comes twice; with a shape, also without unknown members and in its one spelling."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"{where} has the same JSON key twice.")
        return dict(pairs)

    found = json.loads(text, object_pairs_hook=once)
    spelled = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    need(shape is None or spelled == text, f"{where} is not spelled as it must be.")
    need(shape is None or fits(found, shape), f"{where} has a member that is unknown, missing or of the wrong kind.")
    return found


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def lp(text: str) -> bytes:
    return len(text.encode()).to_bytes(4, "big") + text.encode()


def moment(seconds: float) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"


def derived(key: bytes, purpose: str) -> bytes:
    """HKDF-SHA-256 (RFC 5869) without salt, 32 bytes."""
    info = f"journey-ledger/{purpose}/v1\x01".encode()
    return hmac.digest(hmac.digest(bytes(32), key, "sha256"), info, "sha256")


def root_of(leaf: bytes, index: int, size: int, proof: list[str], what: str) -> str:
    """Return the root that an inclusion proof leads to (RFC 9162 section 2.1.3.2), if it is as long as it must be."""
    need(0 <= index < size, f"{what} lies beyond the end of what was sealed.")
    inner = (index ^ (size - 1)).bit_length()
    length = inner + (index >> inner).bit_count()
    need(len(proof) == length, f"the proof of {what} has {len(proof)} hashes; it must have {length}.")
    for level, other in enumerate(map(bytes.fromhex, proof)):
        on_the_left = level >= inner or index >> level & 1
        leaf = sha256(b"\x01" + (other + leaf if on_the_left else leaf + other)).digest()
    return leaf.hex()


def verifier(vkey: str) -> Key:
    """Read a verifier key, `name+id+base64` (C2SP): its name, its id, its algorithm and the public key."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    data = b64decode(encoded, validate=True)
    if sha256(name.encode() + b"\n" + data).hexdigest()[:8] != key_id or len(data) != 33:
        raise ValueError
    return name, key_id, data[0], data[1:]


def signed(note: str, key: Key) -> str:
    """Return who signed the note, if it was this key: a log's (algorithm 1) or a cosigning witness's (4)."""
    text, _, below = note.rpartition("\n\n")
    for dash, name, encoded in (line.split(" ") for line in below.removesuffix("\n").split("\n")):
        data = b64decode(encoded, validate=True)
        if (dash, name, data[:4].hex()) == ("\u2014", *key[:2]):
            at = int.from_bytes(data[4:12], "big") if key[2] == 4 else 0
            message = (f"cosignature/v1\ntime {at}\n" if key[2] == 4 else "") + text + "\n"
            try:
                Ed25519PublicKey.from_public_bytes(key[3]).verify(data[-64:], message.encode())
            except InvalidSignature:
                raise Wrong(f"checkpoint.txt was changed: the signature of {name} does not fit it.") from None
            return f"the signature of {name}" + (f", a witness, at {moment(at)}" if key[2] == 4 else "")
    raise Wrong(f"checkpoint.txt is not signed with the key that was given, of {key[0]}.")


class Case:
    """A bundle, proved step by step as it is read. Afterwards what `report` and `words` say may be believed."""

    def __init__(self, file: str, keys: list[Key]) -> None:
        with zipfile.ZipFile(file) as bundle:
            need([each.filename for each in bundle.infolist()] == MEMBERS, "the zip does not hold a bundle's files.")
            need(sum(each.file_size for each in bundle.infolist()) <= MOST_BYTES, "the zip unpacks to too much.")
            data = {name: bundle.read(name) for name in MEMBERS}
        note = data["checkpoint.txt"].decode()
        self.signers = [signed(note, key) for key in keys]
        self.origin, size, root, *self.more = note.rpartition("\n\n")[0].split("\n")
        self.size, self.root = int(size), b64decode(root, validate=True).hex()
        self.about = about = strict(data["bundle.json"].decode(), "bundle.json", BUNDLE)
        need(about["format"] == "journey-bundle/v1", "this verifier does not know this format of bundle.")
        need(self.origin.endswith("/" + about["log_id"]), "checkpoint.txt is that of another ledger.")
        for name in PAGES:
            same = sha256(data[name]).hexdigest() == about["pages"][name]
            need(same, f"{name} is not the one that was made with this bundle.")
        self.orders = [self.order(entry) for entry in about["orders"]]
        self.why = {each["version"]: each["why"] for each in about["withheld"]}
        self.journey(data["entries.jsonl"].decode().split("\n"))

    def proved(self, entry: dict[str, Any], stream: str, what: str) -> bytes:
        """Recompute an entry's leaf from its fields and its parts, and return it if it is in the sealed ledger."""
        need(entry["stream"] == stream, f"{what} is of another journey than this bundle's.")
        for part, data in (("open", entry["open"].encode()), ("sealed", b64decode(entry["sealed"], validate=True))):
            same = sha256(data).hexdigest() == entry[f"{part}_digest"]
            need(same or not data, f"the {part} part of {what} is not the one that was sealed.")
        fields = [
            b"\0journey-ledger/leaf/v1\n",
            bytes.fromhex(self.about["log_id"]),
            u64(entry["position"]),
            lp(stream),
        ]
        fields += [u64(entry["version"]), bytes.fromhex(entry["previous"])]
        fields += [entry["recorded_at"].to_bytes(8, "big", signed=True), lp(entry["name"]), lp(entry["event_id"])]
        fields += [bytes.fromhex(entry[each]) for each in ("commitment", "open_digest", "sealed_digest")]
        leaf = sha256(b"".join(fields)).digest()
        root = root_of(leaf, entry["position"] - 1, self.size, entry["proof"], what)
        need(root == self.root, f"{what} is not what was sealed: one of its fields or its proof was changed.")
        return leaf

    def order(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Prove a sealed order to erase, and return it with what it says."""
        self.proved(entry, "ledger", "an order to erase")
        need(entry["name"] == "erasure-ordered.v1" and entry["open"], "what should be an order to erase is none.")
        stated = strict(entry["open"], "an order to erase")
        need(stated["journey"] == self.about["stream"].partition(":")[2], "an order to erase is of another journey.")
        return entry | {each: stated.get(each) for each in ("entry", "reason", "authority")}

    def journey(self, lines: list[str]) -> None:
        """Prove every entry from the first to the last, and that the last was the last."""
        need(lines.pop() == "" and lines, "entries.jsonl was cut off.")
        self.entries: list[tuple[dict[str, Any], dict[str, Any], str]] = []
        leaf, position, recorded_at, children = bytes(32), 0, -1 << 63, set()
        for version, line in enumerate(lines, 1):
            what = f"entry {version}"
            entry = strict(line, what, ENTRY)
            need(entry["version"] == version, f"{what} is missing: entry {entry['version']} stands in its place.")
            need(entry["previous"] == leaf.hex(), f"{what} does not follow from the entry before it.")
            leaf = self.proved(entry, self.about["stream"], what)
            later = entry["position"] > position and entry["recorded_at"] >= recorded_at
            need(later, f"{what} was sealed before the entry before it.")
            position, recorded_at, stated = entry["position"], entry["recorded_at"], self.stated(entry, what)
            self.entries.append((entry, stated, self.hidden(entry, what)))
            if "child-registered.v1" in (entry["name"], stated.get("replacement_name")) and entry["sealed"]:
                children.add(stated["child_id"])
        need(not self.why, "the bundle says why entries are withheld that are not withheld.")
        self.named = self.about["child"] in children
        need(self.named or not children, "the bundle is labelled with another child than the one registered in it.")
        heads, what = self.about["heads"], "the sealed list of all journeys' ends"
        self.proved(heads["entry"], "ledger", what)
        last = heads["entry"]["name"] == "heads-sealed.v1" and heads["entry"]["position"] == self.size
        need(last, f"{what} is not the last entry of the checkpoint: the journey may go on.")
        sealed = strict(heads["entry"]["open"], what)
        end = sha256(b"\0journey-ledger/head/v1\n" + lp(self.about["stream"]) + u64(len(lines)) + leaf).digest()
        root = root_of(end, heads["index"], sealed["count"], heads["proof"], "the journey's end")
        whole = (root, heads["count"]) == (sealed["root"], sealed["count"])
        need(whole, f"the journey does not end with entry {len(lines)}: what follows it was cut off.")

    def stated(self, entry: dict[str, Any], what: str) -> dict[str, Any]:
        """Return what an entry's shown parts say; a sealed part opens under the key that its leaf is bound to."""
        stated: dict[str, Any] = strict(entry["open"], what) if entry["open"] else {}
        if entry["sealed"]:
            key, data = bytes.fromhex(self.about["key"]), b64decode(entry["sealed"])
            bound = hmac.digest(derived(key, "commit"), b"journey-ledger/commit/v1", "sha256").hex()
            need(bound == entry["commitment"], f"the key in this bundle is not the one that {what} was sealed with.")
            place = bytes.fromhex(self.about["log_id"]) + b"".join(
                map(lp, (entry["stream"], entry["event_id"], entry["name"]))
            )
            try:
                words = AESGCMSIV(derived(key, "encrypt")).decrypt(data[1:13], data[13:], place)
            except InvalidTag:
                raise Wrong(f"the sealed words of {what} do not open under the key of this journey.") from None
            stated |= strict(words.decode(), what)
        return stated

    def hidden(self, entry: dict[str, Any], what: str) -> str:
        """Say why a part of an entry is not shown: for the reason the bundle gives, or erased by a proved order."""
        if all(entry[part] or entry[f"{part}_digest"] == NOTHING for part in ("open", "sealed")):
            return ""
        if entry["version"] in self.why:
            return f"{'its private words are ' if entry['open'] else ''}withheld: {self.why.pop(entry['version'])}"
        for by in self.orders:
            covers = by["entry"] == entry["event_id"] or (by["entry"] is None and entry["name"] != "record-closed.v1")
            if covers and by["position"] > entry["position"]:
                told = f"{by['reason']}, under the authority of: {by['authority']}"
                return f"erased by the order sealed at {moment(by['recorded_at'] / 1e6)}: {told}"
        raise Wrong(f"{what} is not shown, and is neither said to be withheld nor erased by a sealed order.")

    def report(self) -> list[str]:
        at = next((line[5:] for line in self.more if line.startswith("time ")), "a time that it does not state")
        child = f"child {self.about['child']}" if self.named else "a child whose id is not among what is shown"
        gone = [f"  entry {entry['version']}, {entry['name']}: {why}" for entry, _, why in self.entries if why]
        return [
            f"WHOLE: the journey of {child} has {len(self.entries)} entries. None is missing, none was cut off.",
            "UNALTERED: each of them is what the ledger sealed, byte for byte, in that place and at that time.",
            f"UP TO: the checkpoint signed at {at}, when {self.origin} had {self.size} entries.",
            f"NOT SHOWN, in whole or in part: {len(gone)}. An erasure is proved; a reason to withhold is only stated.",
            *gone,
            f"READ: {self.about['clock']}, as the bundle states.",
            *(f"STANDS ON: {each}." for each in self.signers),
            *["NO WITNESS was named: others may have been shown another ledger."] * (len(self.signers) == 1),
            "NOT PROVED: that what was written is true; what the pages say of it (--show prints the proved words).",
        ]

    def words(self) -> list[str]:
        lines = []
        for entry, stated, why in self.entries:
            sealed = moment(entry["recorded_at"] / 1e6)
            lines += ["", f"{entry['version']}. {entry['name']}, sealed {sealed}" + (f"; {why}" if why else "")]
            lines += [f"   {name}: {value}" for name, value in stated.items() if name != "salt"]
        return lines


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a case bundle of a Journey Ledger.")
    parser.add_argument("bundle", type=argparse.FileType("rb"), help="the bundle, a zip file")
    parser.add_argument("--key", required=True, type=verifier, metavar="VKEY", help="the ledger's signer")
    parser.add_argument("--witness", default=[], action="append", type=verifier, metavar="VKEY", help="who cosigned it")
    parser.add_argument("--show", action="store_true", help="also print every entry, in the words that were proved")
    given = parser.parse_args()
    if given.key[2] != 1 or any(each[2] != 4 for each in given.witness):
        parser.error("--key is a signer's key (algorithm 1), --witness a witness's (4)")
    try:
        case = Case(given.bundle, [given.key, *given.witness])
        lines, code = case.report() + (case.words() if given.show else []), 0
    except Wrong as wrong:
        lines, code = [f"REFUSED: {wrong}"], 3
    except Exception as error:  # what cannot be read is not whole
        lines, code = [f"REFUSED: this cannot be read as a bundle ({type(error).__name__})."], 3
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in lines:
        print("".join(char if char.isprintable() else "?" for char in line))
    return code


if __name__ == "__main__":
    sys.exit(main())
