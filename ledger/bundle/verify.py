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
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

PAGES = ("READ-ME-FIRST.txt", "case.html", "entries.html", "verify.py")
MEMBERS = [PAGES[0], "checkpoint.txt", "bundle.json", "entries.jsonl", *PAGES[1:]]
MOST_BYTES, NOTHING = 1 << 28, sha256(b"").hexdigest()
# Shapes of JSON: a type, a number of bytes in hex, a list of one shape, an object with just these members.
ENTRY: Any = dict.fromkeys(("stream", "name", "event_id", "open", "sealed"), str) | {"proof": [32]}
ENTRY |= dict.fromkeys(("position", "version", "recorded_at"), int)
ENTRY |= dict.fromkeys(("previous", "commitment", "open_digest", "sealed_digest"), 32)
BUNDLE = dict.fromkeys(("format", "stream", "child", "key", "clock"), str) | {"log_id": 16, "orders": [ENTRY]}
BUNDLE |= {"heads": {"entry": ENTRY, "index": int, "count": int, "proof": [32]}, "pages": dict.fromkeys(PAGES, 32)}
BUNDLE |= {"withheld": [{"version": int, "why": str}]}


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
    need(b64encode(b64decode(text)).decode() == text, "something in base64 is not spelled as it must be.")
    return b64decode(text)


def number(value: int, size: int = 8) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def lp(*texts: str) -> bytes:
    return b"".join(number(len(each.encode()), 4) + each.encode() for each in texts)


def entries_of(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


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


class Key:
    """A verifier key, `name+id+base64` (C2SP): of a log's signer (algorithm 1), or of a witness who cosigns (4)."""

    def __init__(self, vkey: str) -> None:
        if vkey.count("+") < 2:  # then it names a file that holds the key
            vkey = Path(vkey).read_text("utf-8") if Path(vkey).is_file() else ""
        self.name, self.id, encoded = vkey.strip().split("+", 2)
        data = b64decode(encoded, validate=True)
        if sha256(self.name.encode() + b"\n" + data).hexdigest()[:8] != self.id or data[:1] not in (b"\x01", b"\x04"):
            raise ValueError
        self.cosigns, self.public = data[0] == 4, Ed25519PublicKey.from_public_bytes(data[1:])

    def signed(self, note: str) -> str:
        """Return by whom and when the note was signed, if by this key."""
        text, _, below = note.rpartition("\n\n")
        lines = [line.split(" ") for line in below.split("\n")]
        spelled = lines.pop() == [""] and all(len(line) == 3 and line[0] == "\u2014" for line in lines)
        need(spelled, "checkpoint.txt is not spelled as it must be.")
        for name, data in ((line[1], base64(line[2])) for line in lines):
            if (name, data[:4].hex()) == (self.name, self.id):
                at, begins = (int.from_bytes(data[4:12], "big"), 12) if self.cosigns else (0, 4)
                message = f"cosignature/v1\ntime {at}\n" * self.cosigns + text + "\n"
                try:
                    self.public.verify(data[begins:], message.encode())
                except InvalidSignature:
                    raise Wrong(f"checkpoint.txt was changed: the signature of {name} does not fit it.") from None
                return f"the signature of {name}" + f", a witness, at {moment(at * 10**6)}" * self.cosigns
        raise Wrong(f"checkpoint.txt is not signed with the key that was given, of {self.name}.")


class Case:
    """A bundle, proved step by step as it is read. Afterwards what `report` says may be believed."""

    def __init__(self, file: str, keys: list[Key]) -> None:
        with zipfile.ZipFile(file) as bundle:
            need([each.filename for each in bundle.infolist()] == MEMBERS, "the zip does not hold a bundle's files.")
            need(sum(each.file_size for each in bundle.infolist()) <= MOST_BYTES, "the zip unpacks to too much.")
            data = {name: bundle.read(name) for name in MEMBERS}
        note = data["checkpoint.txt"].decode()
        self.signers = [key.signed(note) for key in keys]
        self.origin, size, root, *self.more = note.rpartition("\n\n")[0].split("\n")
        self.size, self.root = int(size), base64(root).hex()
        self.about = about = strict(data["bundle.json"].decode(), "bundle.json", BUNDLE)
        need(about["format"] == "journey-bundle/v1", "this verifier does not know this format of bundle.")
        need(self.origin.endswith("/" + about["log_id"]), "checkpoint.txt is that of another ledger.")
        need(about["key"] == "" or fits(about["key"], 32), "the key in this bundle is none.")
        self.log_id, self.key = bytes.fromhex(about["log_id"]), bytes.fromhex(about["key"])
        for name, digest in about["pages"].items():
            need(sha256(data[name]).hexdigest() == digest, f"{name} is not the one that was made with this bundle.")
        self.why = {each["version"]: each["why"] for each in about["withheld"]}
        self.orders = [(each, self.proved(each, "ledger", "an order to erase")[1]) for each in about["orders"]]
        self.entries: list[tuple[Any, Any, str]] = []
        self.children: set[str] = set()
        self.journey(data["entries.jsonl"].decode().split("\n"))

    def proved(self, entry: Any, stream: str, what: str) -> tuple[bytes, Any]:
        """Return an entry's leaf and what its shown parts say, if that leaf, recomputed, is in the sealed ledger."""
        need(entry["stream"] == stream, f"{what} is of another journey than this bundle's.")
        sealed = base64(entry["sealed"])
        for part, data in (("open", entry["open"].encode()), ("sealed", sealed)):
            same = sha256(data).hexdigest() == entry[f"{part}_digest"]
            need(same or not data, f"the {part} part of {what} is not the one that was sealed.")
        begin = b"\0journey-ledger/leaf/v1\n" + self.log_id + number(entry["position"]) + lp(stream)
        middle = number(entry["version"]) + bytes.fromhex(entry["previous"]) + number(entry["recorded_at"])
        end = bytes.fromhex(entry["commitment"] + entry["open_digest"] + entry["sealed_digest"])
        leaf = sha256(begin + middle + lp(entry["name"], entry["event_id"]) + end).digest()
        root = root_of(leaf, entry["position"] - 1, self.size, entry["proof"], what)
        need(root == self.root, f"{what} is not what was sealed: one of its fields or its proof was changed.")
        stated = strict(entry["open"] or "{}", what)
        if sealed:
            bound = hmac.digest(derived(self.key, "commit"), b"journey-ledger/commit/v1", "sha256").hex()
            need(bound == entry["commitment"], f"the key in this bundle is not the one that {what} was sealed with.")
            place = self.log_id + lp(stream, entry["event_id"], entry["name"])
            words = AESGCMSIV(derived(self.key, "encrypt")).decrypt(sealed[1:13], sealed[13:], place)
            stated |= strict(words.decode(), what)
        return leaf, stated

    def hidden(self, entry: Any, what: str) -> str:
        """Say why a part of an entry is not shown: for the reason the bundle gives, or erased by a proved order."""
        if all(entry[part] or entry[f"{part}_digest"] == NOTHING for part in ("open", "sealed")):
            return ""
        if self.why.get(entry["version"], "").strip():
            return "private words " * bool(entry["open"]) + f"withheld: {self.why.pop(entry['version'])}"
        for order, says in self.orders:
            ours = order["name"] == "erasure-ordered.v1" and f"journey:{says['journey']}" == entry["stream"]
            one = says.get("entry") == entry["event_id"]
            whole = "entry" not in says and entry["name"] != "record-closed.v1"
            if ours and (one or whole) and order["position"] > entry["position"]:
                return f"erased by order of {moment(order['recorded_at'])}, {says['reason']}: {says['authority']}"
        raise Wrong(f"{what} is not shown, and is neither said to be withheld nor erased by a sealed order.")

    def journey(self, lines: list[str]) -> None:
        """Prove every entry from the first to the last, and that no other followed the last."""
        need(lines.pop() == "" and lines, "entries.jsonl was cut off.")
        stream, leaf, since, what = self.about["stream"], bytes(32), -1 << 63, ""
        for version, line in enumerate(lines, 1):
            what = f"entry {version}"
            entry = strict(line, what, ENTRY)
            need(entry["version"] == version, f"{what} is missing: entry {entry['version']} stands in its place.")
            need(entry["previous"] == leaf.hex(), f"{what} does not follow from the entry before it.")
            leaf, stated = self.proved(entry, stream, what)
            need(entry["recorded_at"] >= since, f"{what} was sealed at an earlier time than the entry before it.")
            since = entry["recorded_at"]
            self.entries.append((entry, stated, self.hidden(entry, what)))
            if "child-registered.v1" in (entry["name"], stated.get("replacement_name")) and "child_id" in stated:
                self.children.add(stated["child_id"])
        need(not self.why, "the bundle says why entries are withheld that are not withheld.")
        known = self.about["child"] in self.children or not self.children
        need(known, "the bundle is labelled with another child than the one registered in it.")
        heads, all_ends = self.about["heads"], "the sealed list of all journeys' ends"
        sealed = self.proved(heads["entry"], "ledger", all_ends)[1]
        last = (heads["entry"]["name"], heads["entry"]["position"]) == ("heads-sealed.v1", self.size)
        need(last, f"{all_ends} is not the last entry of the checkpoint: the journey may go on.")
        end = sha256(b"\0journey-ledger/head/v1\n" + lp(stream) + number(len(lines)) + leaf).digest()
        root = root_of(end, heads["index"], sealed["count"], heads["proof"], "the journey's end")
        whole = (root, heads["count"]) == (sealed["root"], sealed["count"])
        need(whole, f"the journey does not end with {what}: what follows it was cut off.")

    def report(self, *, show: bool) -> list[str]:
        at = next((line[5:] for line in self.more if line.startswith("time ")), "a time that it does not state")
        child = f"child {self.about['child']}" if self.children else "a child whose id is not among what is shown"
        gone = [f"  entry {entry['version']}, {entry['name']}: {why}" for entry, _, why in self.entries if why]
        said = [
            f"WHOLE: the journey of {child} has {entries_of(len(self.entries))}. None is missing, none was cut off.",
            "UNALTERED: each of them is what the ledger sealed, byte for byte, in that place and at that time.",
            f"UP TO: the checkpoint signed at {at}, when {self.origin} had {entries_of(self.size)}.",
            f"NOT SHOWN, in whole or in part: {len(gone)}. An erasure is proved; a reason to withhold is only stated.",
            *gone,
            f"READ: {self.about['clock']}, as the bundle states.",
            *(f"STANDS ON: {each}." for each in self.signers),
            *["NO WITNESS was named: others may have been shown another ledger."][: len(self.signers) == 1],
            "NOT PROVED: that what was written is true; what the pages say of it (--show prints the proved words).",
        ]
        for entry, stated, why in self.entries if show else ():
            sealed = f", sealed {moment(entry['recorded_at'])}" + f"; {why}" * bool(why)
            said += ["", f"{entry['version']}. {entry['name']}{sealed}"]
            said += [
                f"   {name}: {line}" for name in stated if name != "salt" for line in str(stated[name]).split("\n")
            ]
        return said


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a case bundle of a Journey Ledger.")
    parser.add_argument("bundle", type=argparse.FileType("rb"), help="the bundle, a zip file")
    parser.add_argument("--key", required=True, type=Key, help="the verifier key of the ledger's signer, or its file")
    parser.add_argument("--witness", default=[], action="append", type=Key, help="that of a witness who cosigned")
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
