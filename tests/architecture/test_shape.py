"""The shape of the code: who may import whom, how big a file may grow, and names that mean nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "ledger").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])
MODULE_LINES, FUNCTION_LINES = 320, 60
NAMELESS = {"utils", "helpers", "common", "manager", "misc"}


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_down_only() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("path", SOURCES, ids=told)
def test_a_module_is_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    assert path.stem not in NAMELESS


@pytest.mark.parametrize("path", SOURCES, ids=told)
def test_a_module_says_what_it_is_for_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert not text.strip() or ast.get_docstring(tree), "a module begins with what it is for"
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=told)
def test_nothing_executes_data(path: Path) -> None:
    """No pickle, no eval, no shell: a ledger reads what others wrote."""
    forbidden = {"pickle", "marshal", "shelve", "subprocess"}
    called = {"eval", "exec", "__import__"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert forbidden.isdisjoint(alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in forbidden
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in called


HEAVY = (
    *("pydantic", "duckdb", "eventsourcing", "cryptography", "psycopg", "sqlite3", "orjson", "rich", "jinja2"),
    *("holidays", "xlsxwriter", "openpyxl", "numpy", "pyarrow", "polars", "pandas", "asyncio", "importlib.metadata"),
)
"""Each of these costs more than a whole answer of `--help` may take (0.2 s)."""
EVERY_HELP = """
import sys
import click
from cli.exits import exit_code
from cli.main import COMMANDS, journey

def asked(command, words):
    yield words
    for name in command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ():
        yield from asked(command.get_command(click.Context(command), name), [*words, name])

loaded = {}
for words in asked(journey, []):
    assert exit_code(journey, [*words, "--help"]) == 0, words
    loaded[" ".join(words)] = [name for name in sys.argv[1:] if name in sys.modules]
print({words: names for words, names in loaded.items() if names}, len(loaded), file=sys.stderr)
"""


def in_a_fresh_process(script: str, *args: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-c", script, *args]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)


def test_no_help_imports_anything_heavy() -> None:
    """The help of every command and of every command below it, asked one after the other."""
    told = in_a_fresh_process(EVERY_HELP, *HEAVY).stderr.strip()
    heavy, _, asked = told.rpartition(" ")
    assert heavy == "{}"
    assert int(asked) > 40


def test_the_version_is_told_without_anything_heavy() -> None:
    script = (
        "import sys\n"
        "from cli.exits import exit_code\n"
        "from cli.main import journey\n"
        "exit_code(journey, ['--version'])\n"
        "print([name for name in sys.argv[1:] if name in sys.modules], file=sys.stderr)\n"
    )
    found = in_a_fresh_process(script, *(name for name in HEAVY if name != "importlib.metadata"))
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (found.stdout, found.stderr.strip()) == (f"journey {stated}\n", "[]")
