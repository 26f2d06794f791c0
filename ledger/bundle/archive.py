"""A bundle as bytes: JSON in its one spelling, and a zip that comes out the same whenever it is made of the same.

Members stand in a fixed order, with one fixed time and mode: nothing of the machine that made it is in it.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERS = (
    "READ-ME-FIRST.txt",
    "checkpoint.txt",
    "bundle.json",
    "entries.jsonl",
    "case.html",
    "entries.html",
    "verify.py",
)
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o100600 << 16
_LEVEL = 3


def canonical(value: Any) -> str:
    """Return JSON with its keys sorted and no spaces: what a verifier spells again and compares."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return the zip of all members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in MEMBERS:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name], compresslevel=_LEVEL)
    return out.getvalue()
