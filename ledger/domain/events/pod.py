"""Pods and the people in them: formed, renamed, joined and left, absences and vacancies, what practitioners say.

A pod keeps its id when its name changes: a renamed pod is the same pod.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, PodId, Private, Reference, WorkerId, date

PodName = Annotated[str, Field(min_length=1, max_length=120)]
FTE = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]


class PodFormed(Event):
    """A pod was formed."""

    name: ClassVar[str] = "pod-formed.v1"
    area: ClassVar[str] = "pod"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    pod: PodId
    """The pod's id, which it keeps for ever."""
    pod_name: PodName
    """What the pod is called."""
    manager: WorkerId | None = None
    """The pod manager."""


class PodRenamed(Event):
    """A pod was given another name; it is the same pod."""

    name: ClassVar[str] = "pod-renamed.v1"
    area: ClassVar[str] = "pod"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    pod: PodId
    """The pod's id, which does not change."""
    pod_name: PodName
    """What the pod is called from now on."""


class PodClosed(Event):
    """A pod was closed."""

    name: ClassVar[str] = "pod-closed.v1"
    area: ClassVar[str] = "pod"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    pod: PodId
    """The pod."""
    reason: Annotated[Code, In("pod-closure-reason")] | None = None
    """Why."""
    note: Private[str] | None = None
    """Why, in words."""


class WorkerJoinedPod(Event):
    """A worker joined a pod."""

    name: ClassVar[str] = "worker-joined-pod.v1"
    area: ClassVar[str] = "pod"
    streams: ClassVar[tuple[str, ...]] = ("pod", "worker")

    worker: WorkerId
    """The worker."""
    pod: PodId
    """The pod."""
    role: Annotated[Code, In("worker-post")] | None = None
    """The worker's post in the pod."""
    fte: FTE | None = None
    """Share of full time in this pod; 1 is full time."""


class WorkerLeftPod(Event):
    """A worker left a pod."""

    name: ClassVar[str] = "worker-left-pod.v1"
    area: ClassVar[str] = "pod"
    streams: ClassVar[tuple[str, ...]] = ("pod", "worker")

    worker: WorkerId
    """The worker."""
    pod: PodId
    """The pod."""
    started_on: date | None = None
    """The day on which the worker had joined the pod."""
    reason: Annotated[Code, In("leaving-reason")] | None = None
    """Why."""


class WorkerJoined(Event):
    """A worker came into the authority's service."""

    name: ClassVar[str] = "worker-joined.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("worker",)

    worker: WorkerId
    """The worker's id: the registration number, or one beginning XX where there is none."""
    post: Annotated[Code, In("worker-post")] | None = None
    """The post."""
    fte: FTE | None = None
    """Share of full time; 1 is full time."""
    agency: bool | None = None
    """Whether an agency supplied the worker."""
    worker_name: Private[str] | None = None
    """The worker's name."""


class WorkerLeft(Event):
    """A worker left the authority's service."""

    name: ClassVar[str] = "worker-left.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("worker",)

    worker: WorkerId
    """The worker."""
    started_on: date | None = None
    """The day on which the worker had joined."""
    reason: Annotated[Code, In("leaving-reason")] | None = None
    """Why."""
    note: Private[str] | None = None
    """Why, in the worker's words."""


class WorkerAbsenceStarted(Event):
    """A worker's absence from work began."""

    name: ClassVar[str] = "worker-absence-started.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("worker",)

    worker: WorkerId
    """The worker."""
    kind: Annotated[Code, In("absence-reason")] | None = None
    """What kind of absence."""
    absence: Reference | None = None
    """The absence's own id, by which cover may name it."""
    expected_end_on: date | None = None
    """When it was expected to end."""


class WorkerAbsenceEnded(Event):
    """A worker came back from an absence."""

    name: ClassVar[str] = "worker-absence-ended.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("worker",)

    worker: WorkerId
    """The worker."""
    started_on: date
    """The day on which the absence had begun."""
    absence: Reference | None = None
    """The absence's own id."""


class PodVacancyOpened(Event):
    """A post in a pod fell vacant."""

    name: ClassVar[str] = "pod-vacancy-opened.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    pod: PodId
    """The pod."""
    post: Annotated[Code, In("worker-post")]
    """The vacant post."""
    fte: FTE | None = None
    """Share of full time that is vacant."""
    vacancy: Reference | None = None
    """The vacancy's own id."""


class PodVacancyFilled(Event):
    """A vacant post in a pod was filled."""

    name: ClassVar[str] = "pod-vacancy-filled.v1"
    area: ClassVar[str] = "workforce"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    pod: PodId
    """The pod."""
    post: Annotated[Code, In("worker-post")]
    """The post."""
    started_on: date | None = None
    """The day on which it had fallen vacant."""
    worker: WorkerId | None = None
    """Who filled it."""
    vacancy: Reference | None = None
    """The vacancy's own id."""


class PracticeModelChanged(Event):
    """The way the authority practises changed: a date to draw on every chart."""

    name: ClassVar[str] = "practice-model-changed.v1"
    area: ClassVar[str] = "practice model"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    title: Annotated[str, Field(min_length=1, max_length=120)]
    """What changed, in a few words for a chart."""


class PractitionerFeedbackReceived(Event):
    """Practitioners said how the work is for them; nobody need be named."""

    name: ClassVar[str] = "practitioner-feedback-received.v1"
    area: ClassVar[str] = "practitioner feedback"
    streams: ClassVar[tuple[str, ...]] = ("pod", "ledger")
    standing: ClassVar = "opinion"

    instrument: Annotated[Code, In("feedback-instrument")]
    """How it was asked."""
    theme: Annotated[Code, In("supervision-theme")] | None = None
    """What it is about."""
    scale: Reference | None = None
    """The question or scale within the instrument."""
    score: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)] | None = None
    """The score, in the instrument's own units."""
    worker: WorkerId | None = None
    """Who answered; absent means anonymous."""
    pod: PodId | None = None
    """The pod it speaks of."""
    words: Private[str] | None = None
    """In their words."""
