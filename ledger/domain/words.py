"""The child's own words, wherever an event keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.events.assessment import AssessmentAuthorised
from ledger.domain.events.care import ReturnInterviewHeld
from ledger.domain.events.safeguarding import ConferenceHeld
from ledger.domain.events.story import StoryEntryRevised, StoryEntryWritten
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.events.voice import FamilyFeedbackReceived, VoiceCaptured

if TYPE_CHECKING:
    from ledger.domain.events.base import Event


def words_of(event: Event | None) -> str | None:
    """Return what the child said or showed in this event, or None where it keeps no words of the child."""
    if isinstance(event, VoiceCaptured | VisitRecorded | ReturnInterviewHeld | AssessmentAuthorised | ConferenceHeld):
        return event.words
    if isinstance(event, StoryEntryWritten | StoryEntryRevised):
        return event.voice_of_child
    if isinstance(event, FamilyFeedbackReceived) and event.respondent == "child":
        return event.words
    return None
