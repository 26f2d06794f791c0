"""Who read which case: one entry of the access log for each reading, durable before anything of the case is shown.

    reader = Reader("SW1", reason="supervision tomorrow")
    told = log_access(store, child("C-001"), reader, command="replay", view=NOW, entries=41)
    assert isinstance(told, Receipt)

The access log is a second log in the same database (`store.access`): it has its own head, so reading never moves the
head that results stand on. An entry stands in the child's own stream there, and the words of its reason are sealed
under the child's own key: they are erased with the child. A reading of the whole ledger is one entry in the stream
`ledger`. Measures over facts read no case and are not logged.

Where the log cannot be written (a copy on a disk for reading only, an account that may not write there) the answer is
`NotLogged`, to be said aloud; a ledger whose policy requires reasons (`[access] reason = "required"`) refuses the
reading instead. The reader is who the caller says: nobody is authenticated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.clock import NOW
from ledger.domain.codes import code_list
from ledger.domain.envelope import Actor, Receipt, Subject
from ledger.domain.events.record import RecordAccessed
from ledger.errors import Malformed, NotFound, Problem, Refused, Unavailable
from ledger.store import New

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry
    from ledger.store import Head, Store

PURPOSES = "access-purpose"
LONGEST_ID = 48
LEDGER_STREAM = "ledger"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, for which purpose (a code of the list `access-purpose`), and why in words. Raises `Malformed`."""

    worker: str
    purpose: str = "practice"
    reason: str | None = None

    def __post_init__(self) -> None:
        found = []
        if not 0 < len(self.worker) <= LONGEST_ID:
            told = f"a reader is a worker's id of 1 to {LONGEST_ID} characters."
            found.append(Problem("bad-reader", told, column="reader", refused=True))
        if self.purpose not in code_list(PURPOSES):
            near = code_list(PURPOSES).nearest(self.purpose)
            known = f"nearest: {near!r}" if near else f"expected one of {', '.join(code_list(PURPOSES).codes)}"
            told = f"{self.purpose!r} is not in the list {PURPOSES}; {known}."
            found.append(Problem("unknown-code", told, column="purpose", refused=True))
        if found:
            raise Malformed(found)


@dataclass(frozen=True, slots=True)
class NotLogged:
    """A reading that left no entry, and why: a part of a sentence without its stop."""

    why: str

    def __str__(self) -> str:
        return f"not logged: {self.why}."


@dataclass(frozen=True, slots=True)
class Access:
    """One reading, as the access log holds it: who and why, in the envelope that says when and in whose stream."""

    entry: Entry
    event: RecordAccessed

    @property
    def locked(self) -> bool:
        """Whether words were given that cannot be read here: their key is elsewhere, or was destroyed."""
        return self.entry.privacy in ("locked", "erased")


def check_reader(store: Store, reader: Reader | None) -> None:
    """Refuse a reader without a reason, or no reader at all, where the ledger's policy requires reasons."""
    if not store.settings.policy.reason_required:
        return
    if reader is None:
        raise Refused(
            "this ledger tells a case only to a reader who says who they are and why.",
            'open_ledger(where, reader=Reader("WORKER", reason="..."))',
        )
    if not (reader.reason or "").strip():
        raise Refused("this ledger tells a case only for a reason in words.", "give one: --reason TEXT")


def log_access(
    store: Store,
    who: Subject | str,
    reader: Reader,
    *,
    command: str,
    view: View = NOW,
    entries: int,
    head: Head | None = None,
) -> Receipt | NotLogged:
    """Write that this reader read a case, or with `who` "ledger" all of it; durable when it returns.

    `who` is a subject or the id of its stream. `entries` is how many are about to be shown; `head` is the ledger's
    when they were read (default: now). Raises `NotFound` for an unknown subject, and `Refused` where the policy
    requires a reason and there is none, or the reading cannot be logged.
    """
    check_reader(store, reader)
    stream = who if isinstance(who, str) else _stream_of(store, who)
    read = _head_read(store, view, head)
    event = RecordAccessed(
        reader=reader.worker,
        purpose=reader.purpose,
        entries=entries,
        command=command,
        clock=view.clock,
        instant=view.instant,
        head_size=read.size,
        head_root=read.root.hex(),
        reason=(reader.reason or "").strip() or None,
    )
    try:
        return _written(store, New(stream, event, Actor(worker=reader.worker)))
    except Unavailable as error:
        if store.settings.policy.reason_required:
            raise Refused(
                "this reading cannot be logged, and this ledger tells no case without that.",
                f"{error} {error.hint}".strip(),
            ) from None
        return NotLogged(str(error).removesuffix("."))


def read_case(
    store: Store, stream: str, reader: Reader | None, *, command: str, view: View = NOW, at: int | None = None
) -> tuple[list[Entry], Receipt | NotLogged | None]:
    """Return a case's entries up to position `at`, and the receipt of this reading: None without a reader.

    Raises `Refused` where the policy requires a reason and there is none.
    """
    check_reader(store, reader)
    head = store.head()
    entries = store.entries(stream, at=head.size if at is None else min(at, head.size))
    if reader is None:
        return entries, None
    shown = sum(view.admits(entry) for entry in entries)
    return entries, log_access(store, stream, reader, command=command, view=view, entries=shown, head=head)


def accesses(store: Store, stream: str | None = None, *, worker: str | None = None) -> Iterator[Access]:
    """Yield who read a case, or with `stream` None every reading, in order, up to the head of the access log now."""
    log = store.access
    upto = log.head().size
    entries = map(log.decode, log.scan(upto=upto)) if stream is None else iter(log.entries(stream, at=upto))
    return (
        Access(entry, entry.event)
        for entry in entries
        if isinstance(entry.event, RecordAccessed) and worker in (None, entry.event.reader)
    )


def _written(store: Store, new: New) -> Receipt:
    """Append to the access log. Where the stream's key is gone, the words it would seal are left out."""
    if store.access.has_key(new.stream):
        return store.access.append([new])[0]
    if not store.begun(new.stream):
        raise NotFound("stream", new.stream)
    wordless = new.event.model_copy(update={"reason": None})
    return store.access.append([New(new.stream, wordless, new.by)], keyless=True)[0]


def _stream_of(store: Store, subject: Subject) -> str:
    found = store.subject_stream(subject)
    if found is None:
        what = "child" if subject.kind == "journey" else subject.kind
        raise NotFound(what, subject.id, store.all_ids(subject.kind))
    return found


def _head_read(store: Store, view: View, head: Head | None) -> Head:
    """Return the head that was read: the present one, or an earlier one where the view is held to its position."""
    now = head or store.head()
    return now if view.position is None or view.position >= now.size else store.head(view.position)
