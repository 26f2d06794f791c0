"""Run the sector's validator over returns: started in an environment of its own, which holds nothing of this project.

    python run_validator.py FOLDER=RULESET=YEAR ...

prints {folder: {"rules": [code], "found": {code: {table: rows}}}}.

Each rule gets its own copy of the tables: the tool hands all of them the same columns, and some rules change these.
Rows are counted from 1, without the header.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import warnings
from importlib import import_module
from pathlib import Path

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def judged(folder: Path, ruleset: str, year: str) -> dict:
    """Run every rule of a ruleset over the files of a folder."""
    from lac_validator.datastore import create_datastore
    from lac_validator.ingress import read_from_text

    files = [
        {"name": path.name, "description": "This year", "file_content": path.read_bytes()}
        for path in sorted(folder.glob("*.csv"))
    ]
    tables, _ = read_from_text(raw_files=files)
    store = create_datastore(tables, {"collectionYear": year, "localAuthority": "E09000027"})
    run, found = [], {}
    for code, rule in import_module(f"lac_validator.rules.{ruleset}").registry.items():
        own = {name: table.copy() if hasattr(table, "columns") else table for name, table in store.items()}
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                broken = rule.func(own)
            except Exception:
                continue
        if broken:
            run.append(str(code))
        rows = {table: sorted({int(row) + 1 for row in places}) for table, places in broken.items() if len(places)}
        if rows:
            found[str(code)] = rows
    return {"rules": run, "found": found}


if __name__ == "__main__":
    jobs = [word.split("=") for word in sys.argv[1:]]
    sys.stdout.write(json.dumps({folder: judged(Path(folder), ruleset, year) for folder, ruleset, year in jobs}))
