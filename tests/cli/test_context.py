"""The options that commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click
import pytest
from click.testing import CliRunner

from cli.context import ledger_option, period_options, view_options, where
from ledger.domain.clock import NOW


def run(*args: str) -> tuple[int, dict[str, Any], str]:
    seen: dict[str, Any] = {}

    @click.group()
    @click.option("--ledger", "folder")
    @click.pass_context
    def group(ctx: click.Context, folder: str) -> None:
        ctx.obj = folder

    @group.command()
    @ledger_option
    @view_options
    @period_options
    @click.pass_context
    def show(ctx: click.Context, **given: Any) -> None:
        seen.update(given, where=where(ctx))

    result = CliRunner().invoke(group, list(args))
    return result.exit_code, seen, result.output


def test_nothing_given_is_now_and_always() -> None:
    assert run("--ledger", "here", "show") == (
        0,
        {"view": NOW, "from_": None, "to": None, "where": "here"},
        "",
    )


def test_a_commands_own_ledger_wins() -> None:
    assert run("--ledger", "here", "show", "--ledger", "there")[1]["where"] == "there"


@pytest.mark.parametrize("option", ["--known-at", "--as-of"])
def test_a_bare_date_is_the_whole_day_in_london(option: str) -> None:
    seen = run("show", option, "2024-07-01")[1]["view"]
    assert seen.clock == "known"
    assert seen.instant == datetime(2024, 7, 1, 22, 59, 59, 999999, tzinfo=UTC)


def test_sealed_by_and_position() -> None:
    seen = run("show", "--sealed-by", "2024-01-01T00:00:00Z", "--at", "17")[1]["view"]
    assert (seen.clock, seen.instant, seen.position) == ("sealed", datetime(2024, 1, 1, tzinfo=UTC), 17)


def test_a_period_is_two_days() -> None:
    seen = run("show", "--from", "2024-04-01", "--to", "2025-04-01")[1]
    assert (seen["from_"], seen["to"]) == (date(2024, 4, 1), date(2025, 4, 1))


@pytest.mark.parametrize(
    "args",
    [
        ("--known-at", "31/03/2024"),
        ("--known-at", "2024-03-31T12:00:00"),
        ("--known-at", "2024-03-31", "--sealed-by", "2024-03-31"),
        ("--from", "2024-04"),
        ("--from", "2024-04-01", "--to", "2024-04-01"),
        ("--at", "-1"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(args: tuple[str, ...]) -> None:
    code, seen, told = run("show", *args)
    assert (code, seen) == (2, {})
    assert "Error:" in told
