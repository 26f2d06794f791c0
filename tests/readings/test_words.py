"""An event in words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ledger.domain.events import catalogue
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.supervision import SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.projections.words import Difference, differences, label, sentence, title, told, when

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("visit-recorded.v1", "visit recorded"),
        ("uasc-status-set.v1", "UASC status set"),
        ("supervision-discussion-held.v12", "supervision discussion held"),
    ],
)
def test_a_stored_name_reads_as_words(name: str, words: str) -> None:
    assert title(name) == words


def test_every_event_of_the_catalogue_has_a_title_and_a_sentence() -> None:
    for name, kind in catalogue().items():
        assert title(name)
        assert sentence(kind.model_construct()).endswith("."), name


def test_labels_keep_abbreviations() -> None:
    assert label("sdq_score") == "SDQ score"
    assert label("child_seen") == "child seen"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "date unknown"),
        ({"occurred_on": date(2018, 3, 2)}, "2018-03-02"),
        ({"occurred_on": date(2018, 3, 1), "precision": "month"}, "2018-03"),
        ({"occurred_on": date(2018, 1, 1), "precision": "year"}, "2018"),
        ({"occurred_on": date(2018, 3, 2), "precision": "not later than"}, "not later than 2018-03-02"),
        ({"occurred_on": date(2018, 3, 2), "precision": "unknown"}, "date unknown"),
        ({"occurred_on": date(2018, 3, 2), "occurred_until": date(2018, 3, 5)}, "2018-03-02 to 2018-03-04"),
        ({"occurred_on": date(2018, 3, 2), "occurred_until": date(2018, 3, 3)}, "2018-03-02"),
        # A moment is told by the clock on the wall in London: 13:30 UTC in July is 14:30.
        ({"occurred_at": datetime(2018, 7, 2, 13, 30, tzinfo=ZoneInfo("UTC"))}, "2018-07-02 14:30"),
    ],
)
def test_when_it_happened_is_told_as_exactly_as_it_is_known(given: dict[str, object], words: str) -> None:
    assert when(VisitRecorded(**given)) == words


def test_codes_keep_their_label_and_their_letters() -> None:
    event = CareEpisodeStarted(occurred_on=date(2018, 3, 2), reason="S", legal_status="C2", placement="XX9")
    words = {field.name: field.text for field in told(event, unknown=("placement",))}
    assert words == {
        "reason": "Started to be looked after (S)",
        "legal_status": "Full care order (C2)",
        "placement": "XX9 (unknown code)",
    }


def test_yes_and_no_lists_and_own_words() -> None:
    event = SupervisionDiscussionHeld(
        mode="group",
        attendees=("W-1", "W-2"),
        decision_recorded=False,
        thinking="We wondered.",
        due_on=date(2018, 4, 1),
    )
    fields = {field.name: (field.text, field.prose) for field in told(event)}
    assert fields == {
        "mode": ("group", False),
        "attendees": ("W-1, W-2", False),
        "thinking": ("We wondered.", True),
        "decision_recorded": ("no", False),
        "due_on": ("2018-04-01", False),
    }


def test_differences_name_what_when_and_each_field() -> None:
    before = VisitRecorded(occurred_on=date(2018, 3, 2), worker="W-1", child_seen="yes", narrative="One.")
    after = VisitAttempted(occurred_on=date(2018, 3, 3), worker="W-1", reason="Nobody in.")
    assert differences(before, after) == (
        Difference("what happened", "visit recorded", "visit attempted"),
        Difference("when", "2018-03-02", "2018-03-03"),
        Difference("reason", None, "Nobody in.", private=True),
        Difference("method", "face to face", None),
        Difference("child seen", "yes", None),
        Difference("narrative", "One.", None, private=True),
    )


def test_equal_events_do_not_differ() -> None:
    event = VisitRecorded(occurred_on=date(2018, 3, 2), worker="W-1")
    assert differences(event, event.model_copy()) == ()
