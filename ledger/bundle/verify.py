"""Check a case bundle of a Journey Ledger:  python verify.py case.zip --key VKEY [--witness VKEY ...] [--show]

Needs Python 3.11 or later and `cryptography`, and takes nothing on trust from the bundle but its bytes. VKEY is the
verifier key of the ledger's signer, or of a witness: have it from somewhere else than the bundle. Leaves with 0 and a
report, or with 3 and one sentence that names what is wrong. docs/BUNDLE.md tells the format and every step.
"""

import argparse
import hmac
import json
import re
import sys
import zipfile
from base64 import b64decode, b64encode
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
ENTRY: Any = dict.fromkeys(("stream", "name", "event_id", "open", "sealed"), str) | {"proof": [32]}
ENTRY |= dict.fromkeys(("position", "version", "recorded_at"), int)
ENTRY |= dict.fromkeys(("previous", "commitment", "open_digest", "sealed_digest"), 32)
BUNDLE = {"format": str, "log_id": 16, "stream": str, "child": str, "key": str, "clock": str, "orders": [ENTRY],
          "heads": {"entry": ENTRY, "index": int, "count": int, "proof": [32]},
          "withheld": [{"version": int, "why": str}], "pages": dict.fromkeys(PAGES, 32)}  # fmt: skip


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


def base64(text: str) -> bytes:
    data = b64decode(text, validate=True)
    need(b64encode(data).decode() == text, "something in base64 is not spelled as it must be.")
    return data


def number(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


def lp(*texts: str) -> bytes:
    return b"".join(len(each.encode()).to_bytes(4, "big") + each.encode() for each in texts)


def moment(microseconds: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M:%S} UTC"


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
    if sha256(name.encode() + b"\n" + data).hexdigest()[:8] != key_id or len(data) != 33 or data[0] not in (1, 4):
        raise ValueError
    return name, key_id, data[0], data[1:]


def signed(note: str, key: Key) -> str:
    """Return who signed the note, if it was this key: a log's (algorithm 1) or a cosigning witness's (4)."""
    text, _, below = note.rpartition("\n\n")
    for dash, name, encoded in (line.split(" ") for line in below.removesuffix("\n").split("\n")):
        data = base64(encoded)
        if (dash, name, data[:4].hex()) == ("\u2014", *key[:2]):
            at, begins = (int.from_bytes(data[4:12], "big"), 12) if key[2] == 4 else (0, 4)
            message = (f"cosignature/v1\ntime {at}\n" if key[2] == 4 else "") + text + "\n"
            try:
                Ed25519PublicKey.from_public_bytes(key[3]).verify(data[begins:], message.encode())
            except InvalidSignature:
                raise Wrong(f"checkpoint.txt was changed: the signature of {name} does not fit it.") from None
            return f"the signature of {name}" + (f", a witness, at {moment(at * 10**6)}" if key[2] == 4 else "")
    raise Wrong(f"checkpoint.txt is not signed with the key that was given, of {key[0]}.")


class Case:
    """A bundle, proved step by step as it is read. Afterwards what `report` says may be believed."""

    def __init__(self, file: str, keys: list[Key]) -> None:
        with zipfile.ZipFile(file) as bundle:
            need([each.filename for each in bundle.infolist()] == MEMBERS, "the zip does not hold a bundle's files.")
            need(sum(each.file_size for each in bundle.infolist()) <= MOST_BYTES, "the zip unpacks to too much.")
            data = {name: bundle.read(name) for name in MEMBERS}
        note = data["checkpoint.txt"].decode()
        self.signers = [signed(note, key) for key in keys]
        self.origin, size, root, *self.more = note.rpartition("\n\n")[0].split("\n")
        self.size, self.root = int(size), base64(root).hex()
        self.about = about = strict(data["bundle.json"].decode(), "bundle.json", BUNDLE)
        need(about["format"] == "journey-bundle/v1", "this verifier does not know this format of bundle.")
        need(self.origin.endswith("/" + about["log_id"]), "checkpoint.txt is that of another ledger.")
        self.log_id, self.key = bytes.fromhex(about["log_id"]), bytes.fromhex(about["key"])
        for name in PAGES:
            same = sha256(data[name]).hexdigest() == about["pages"][name]
            need(same, f"{name} is not the one that was made with this bundle.")
        self.why = {each["version"]: each["why"] for each in about["withheld"]}
        for order in about["orders"]:
            self.leaf(order, "ledger", "an order to erase")
        self.orders = [(order, self.stated(order, "an order to erase")) for order in about["orders"]]
        self.end(self.journey(data["entries.jsonl"].decode().split("\n")))

    def leaf(self, entry: dict[str, Any], stream: str, what: str) -> bytes:
        """Recompute an entry's leaf from its fields and its parts, and return it if it is in the sealed ledger."""
        need(entry["stream"] == stream, f"{what} is of another journey than this bundle's.")
        for part, data in (("open", entry["open"].encode()), ("sealed", base64(entry["sealed"]))):
            same = sha256(data).hexdigest() == entry[f"{part}_digest"]
            need(same or not data, f"the {part} part of {what} is not the one that was sealed.")
        start = b"\0journey-ledger/leaf/v1\n" + self.log_id + number(entry["position"]) + lp(stream)
        middle = number(entry["version"]) + bytes.fromhex(entry["previous"]) + number(entry["recorded_at"])
        ends = bytes.fromhex(entry["commitment"] + entry["open_digest"] + entry["sealed_digest"])
        leaf = sha256(start + middle + lp(entry["name"], entry["event_id"]) + ends).digest()
        root = root_of(leaf, entry["position"] - 1, self.size, entry["proof"], what)
        need(root == self.root, f"{what} is not what was sealed: one of its fields or its proof was changed.")
        return leaf

    def stated(self, entry: dict[str, Any], what: str) -> Any:
        """Return what an entry's shown parts say; a sealed part opens under the key that its leaf is bound to."""
        stated = strict(entry["open"] or "{}", what)
        if entry["sealed"]:
            bound = hmac.digest(derived(self.key, "commit"), b"journey-ledger/commit/v1", "sha256").hex()
            need(bound == entry["commitment"], f"the key in this bundle is not the one that {what} was sealed with.")
            place = self.log_id + lp(entry["stream"], entry["event_id"], entry["name"])
            data = base64(entry["sealed"])
            try:
                words = AESGCMSIV(derived(self.key, "encrypt")).decrypt(data[1:13], data[13:], place)
            except InvalidTag:
                raise Wrong(f"the sealed words of {what} do not open under the key of this journey.") from None
            stated |= strict(words.decode(), what)
        return stated

    def journey(self, lines: list[str]) -> bytes:
        """Prove every entry from the first to the last, and return the leaf of the last."""
        need(lines.pop() == "" and lines, "entries.jsonl was cut off.")
        self.entries: list[tuple[dict[str, Any], dict[str, Any], str]] = []
        self.children: set[str] = set()
        leaf, before = bytes(32), (0, -1 << 63)
        for version, line in enumerate(lines, 1):
            what = f"entry {version}"
            entry = strict(line, what, ENTRY)
            need(entry["version"] == version, f"{what} is missing: entry {entry['version']} stands in its place.")
            need(entry["previous"] == leaf.hex(), f"{what} does not follow from the entry before it.")
            leaf, now = self.leaf(entry, self.about["stream"], what), (entry["position"], entry["recorded_at"])
            need(now[0] > before[0] and now[1] >= before[1], f"{what} was sealed before the entry before it.")
            stated = self.stated(entry, what)
            self.entries.append((entry, stated, self.hidden(entry, what)))
            if "child-registered.v1" in (entry["name"], stated.get("replacement_name")) and entry["sealed"]:
                self.children.add(stated["child_id"])
            before = now
        need(not self.why, "the bundle says why entries are withheld that are not withheld.")
        known = self.about["child"] in self.children or not self.children
        need(known, "the bundle is labelled with another child than the one registered in it.")
        return leaf

    def hidden(self, entry: dict[str, Any], what: str) -> str:
        """Say why a part of an entry is not shown: for the reason the bundle gives, or erased by a proved order."""
        if all(entry[part] or entry[f"{part}_digest"] == NOTHING for part in ("open", "sealed")):
            return ""
        if entry["version"] in self.why:
            return f"{'private words ' if entry['open'] else ''}withheld: {self.why.pop(entry['version'])}"
        for order, says in self.orders:
            ours = order["name"] == "erasure-ordered.v1" and says["journey"] == entry["stream"].partition(":")[2]
            one, whole = says.get("entry"), entry["name"] != "record-closed.v1"
            covers = whole if one is None else one == entry["event_id"]
            if ours and covers and order["position"] > entry["position"]:
                return f"erased by order of {moment(order['recorded_at'])}, {says['reason']}: {says['authority']}"
        raise Wrong(f"{what} is not shown, and is neither said to be withheld nor erased by a sealed order.")

    def end(self, leaf: bytes) -> None:
        """Prove that the last entry here was the journey's last when the checkpoint was made."""
        heads, count, what = self.about["heads"], len(self.entries), "the sealed list of all journeys' ends"
        self.leaf(heads["entry"], "ledger", what)
        sealed = self.stated(heads["entry"], what)
        last = heads["entry"]["name"] == "heads-sealed.v1" and heads["entry"]["position"] == self.size
        need(last, f"{what} is not the last entry of the checkpoint: the journey may go on.")
        end = sha256(b"\0journey-ledger/head/v1\n" + lp(self.about["stream"]) + number(count) + leaf).digest()
        root = root_of(end, heads["index"], sealed["count"], heads["proof"], "the journey's end")
        whole = (root, heads["count"]) == (sealed["root"], sealed["count"])
        need(whole, f"the journey does not end with entry {count}: what follows it was cut off.")

    def report(self, *, show: bool) -> list[str]:
        at = next((line[5:] for line in self.more if line.startswith("time ")), "a time that it does not state")
        child = f"child {self.about['child']}" if self.children else "a child whose id is not among what is shown"
        gone = [f"  entry {entry['version']}, {entry['name']}: {why}" for entry, _, why in self.entries if why]
        said = [
            f"WHOLE: the journey of {child} has {len(self.entries)} entries. None is missing, none was cut off.",
            "UNALTERED: each of them is what the ledger sealed, byte for byte, in that place and at that time.",
            f"UP TO: the checkpoint signed at {at}, when {self.origin} had {self.size} entries.",
            f"NOT SHOWN, in whole or in part: {len(gone)}. An erasure is proved; a reason to withhold is only stated.",
            *gone,
            f"READ: {self.about['clock']}, as the bundle states.",
            *(f"STANDS ON: {each}." for each in self.signers),
            *["NO WITNESS was named: others may have been shown another ledger."][: len(self.signers) == 1],
            "NOT PROVED: that what was written is true; what the pages say of it (--show prints the proved words).",
        ]
        for entry, stated, why in self.entries if show else ():
            sealed = f", sealed {moment(entry['recorded_at'])}"
            said += ["", f"{entry['version']}. {entry['name']}{sealed}" + f"; {why}" * bool(why)]
            said += [
                f"   {name}: {line}" for name in stated if name != "salt" for line in str(stated[name]).split("\n")
            ]
        return said


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a case bundle of a Journey Ledger.")
    parser.add_argument("bundle", type=argparse.FileType("rb"), help="the bundle, a zip file")
    parser.add_argument("--key", required=True, type=verifier, help="the verifier key of the ledger's signer")
    parser.add_argument("--witness", default=[], action="append", type=verifier, help="that of a witness who cosigned")
    parser.add_argument("--show", action="store_true", help="also print every entry, in the words that were proved")
    given = parser.parse_args()
    try:
        lines, code = Case(given.bundle, [given.key, *given.witness]).report(show=given.show), 0
    except Exception as error:  # what cannot be read is not whole
        why = str(error) if isinstance(error, Wrong) else f"this cannot be read as a bundle ({type(error).__name__})."
        lines, code = [f"REFUSED: {why}"], 3
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in lines:
        print("".join(char if char.isprintable() else "?" for char in line))
    return code


if __name__ == "__main__":
    sys.exit(main())
