"""Run the sector's validator over returns: started in an environment of its own, which holds nothing of this project.

    python run_validator.py FOLDER=RULESET=YEAR ...

prints {folder: {"rules": [code], "found": {code: {table: rows}}}}, and without a job

    python run_validator.py

prints {ruleset: {code: [tables]}}: the tables that each rule's code names.

Each rule gets its own copy of the tables: the tool hands all of them the same columns, and some rules change these.
Rows are counted from 1, without the header.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import logging
import re
import sys
import warnings
from importlib import import_module
from pathlib import Path

RULESETS = ("lac2022_23", "lac2023_24", "lac2024_25", "lac2025_26", "lac2026_27")

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


def tables_read() -> dict:
    """Say which tables each rule of each ruleset reads, by what its code names."""
    from lac_validator.config import column_names
    from lac_validator.rules import rule_utils

    helpers = {name: inspect.getsource(each) for name, each in inspect.getmembers(rule_utils, inspect.isfunction)}
    read = {}
    for ruleset in RULESETS:
        for code, rule in import_module(f"lac_validator.rules.{ruleset}").registry.items():
            code_of_rule = inspect.getsource(rule.func)
            source = code_of_rule + "".join(text for name, text in helpers.items() if f"{name}(" in code_of_rule)
            tables = [name for name in column_names if re.search(f"[\"']{name}(_last)?[\"']", source)]
            read.setdefault(ruleset, {})[str(code)] = tables
    return read


if __name__ == "__main__":
    jobs = [word.split("=") for word in sys.argv[1:]]
    found = {folder: judged(Path(folder), ruleset, year) for folder, ruleset, year in jobs}
    sys.stdout.write(json.dumps(found if jobs else tables_read()))
