"""What an authority has set for its own ledger in `ledger.toml`, where SQL and cards can see it.

Its timescales and its placeholders reach every query through the facts; the ids of rules of its own are choices of the
option `rule` of a card, beside the project's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.timescales import Rule
    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.store import Store


def apply_settings(facts: Facts, store: Store) -> None:
    """Apply a ledger's settings to its facts, before the first query."""
    facts.know_placeholders(store.placeholders)
    facts.apply(store.settings.policy.timescales)


def with_own_rules(card: Card, rules: Sequence[Rule] | None) -> Card:
    """Return a card of the project whose option `rule` takes the ids of an authority's own rules too."""
    if card.own or rules is None or all(one.name != "rule" for one in card.parameters):
        return card
    ids = [rule.id for rule in rules]
    parameters = (
        replace(one, choices=tuple(dict.fromkeys((*one.choices, *ids)))) if one.name == "rule" else one
        for one in card.parameters
    )
    return replace(card, parameters=tuple(parameters))
