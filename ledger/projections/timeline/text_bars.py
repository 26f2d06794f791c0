"""Bars in characters: each from its first column to its last, with its words in it, beside it or on a line below."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.projections.timeline.model import Bar, Gap
from ledger.projections.timeline.packing import Rows, packed

if TYPE_CHECKING:
    from datetime import date

    from ledger.projections.timeline.model import Track
    from ledger.projections.timeline.scale import Scale
    from ledger.projections.timeline.text_signs import Signs

DAY = timedelta(days=1)
MOST_BELOW = 3
Item = tuple[int, int, "Bar | Gap"]


def track_rows(track: Track, scale: Scale, until: date, signs: Signs) -> list[str]:
    """Return the lines of a track, as wide as the scale."""
    items: list[Item] = sorted(
        [_placed(bar, bar.starts, _last(bar, scale, until), scale) for bar in track.bars]
        + [_placed(gap, gap.starts, gap.ends, scale) for gap in track.gaps],
        key=lambda item: item[:2],
    )
    rows = packed(((left, right) for left, right, _ in items), 0)
    columns = int(scale.width)
    lines = [[" "] * columns for _ in range(max(rows, default=-1) + 1)]
    taken = [Rows(1) for _ in lines]
    for (left, right, thing), row in zip(items, rows, strict=True):
        lines[row][left:right] = _drawn(thing, right - left, signs, scale, until)
        taken[row].take(0, left, right)
    below: list[list[str]] = []
    under = Rows(1)
    for (left, right, thing), row in zip(items, rows, strict=True):
        _name(lines[row], taken[row], below, under, left, right, _labels(thing))
    return ["".join(line) for line in (*lines, *below)]


def _placed(thing: Bar | Gap, starts: date, ends: date, scale: Scale) -> Item:
    left = min(int(scale.at(starts)), int(scale.width) - 1)
    return left, max(left + 1, int(scale.at(ends))), thing


def _last(bar: Bar, scale: Scale, until: date) -> date:
    if bar.ends is not None:
        return bar.ends
    if bar.sort == "expected":
        return bar.expected_end or scale.ends
    if bar.kind == "cover" and bar.expected_end is not None:
        return bar.expected_end
    return max(until + DAY, bar.expected_end or until)


def _drawn(thing: Bar | Gap, width: int, signs: Signs, scale: Scale, until: date) -> list[str]:
    """Return the characters of a bar or a gap."""
    if isinstance(thing, Gap):
        return [signs.gap] * width
    if thing.sort == "expected":
        return [signs.hollow] * width
    fill = signs.cover if thing.kind == "cover" else signs.fill
    last = signs.last if thing.ends is not None else signs.open
    if thing.kind == "cover" and thing.expected_end is not None:
        last = fill
    first = signs.fuzzy if thing.fuzzy else signs.first
    if width == 1:
        return [signs.single if thing.ends is not None else last]
    found = [first, *[fill] * (width - 2), last]
    if thing.ends is None and thing.expected_end is not None:
        certain = int(scale.at(min(thing.expected_end, until + DAY))) - int(scale.at(thing.starts))
        found[max(1, certain) :] = [signs.hollow] * (width - max(1, certain))
    return found


def _labels(thing: Bar | Gap) -> tuple[str, ...]:
    if isinstance(thing, Bar):
        return thing.labels
    days = (thing.ends - thing.starts).days
    return (f"unallocated {wording.number(days, 'day')}", f"nobody {days}d", f"{days}d")


def _name(
    line: list[str], taken: Rows, below: list[list[str]], under: Rows, left: int, right: int, labels: tuple[str, ...]
) -> None:
    """Write what a bar is: within it, else beside it, else on a line below; else it is left to the table."""
    inside = next((label for label in labels if len(label) <= right - left - 2), None)
    beside = next((label for label in labels[1:] or labels if _fits(taken, right + 1, label, len(line))), None)
    if inside is not None:
        line[left + 1 : left + 1 + len(inside)] = inside
    elif beside is not None:
        taken.take(0, right + 1, right + 1 + len(beside))
        line[right + 1 : right + 1 + len(beside)] = beside
    else:
        label = labels[-1]
        start = max(0, min(left, len(line) - len(label)))
        row = under.put(start, start + len(label), MOST_BELOW)
        if row is None:
            return
        while len(below) <= row:
            below.append([" "] * len(line))
        below[row][start : start + len(label)] = label


def _fits(taken: Rows, start: int, label: str, columns: int) -> bool:
    return start + len(label) <= columns and taken.free(0, start, start + len(label))
