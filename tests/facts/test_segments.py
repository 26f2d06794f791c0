"""How facts are cut by position: without a gap, nested, and never written anew more often than there are sizes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.projections.segments import SIZES, Block, Plan, Segment, blocks, plan

SIZE = st.integers(0, 300_000)


def made(each: Plan, under: int) -> Segment:
    return Segment(*each.block, under, "", under, ("0" * 64,))


@given(SIZE)
def test_blocks_follow_each_other_from_the_first_position_to_the_last(size: int) -> None:
    found = blocks(size)
    assert [block.first for block in found] == [1, *(block.last + 1 for block in found[:-1])][: len(found)]
    assert sum(block.last - block.first + 1 for block in found) == size
    lengths = [block.last - block.first + 1 for block in found]
    assert lengths == sorted(lengths, reverse=True)
    assert all(length in SIZES for length in lengths[:-1])


def test_the_blocks_of_ten_thousand_entries() -> None:
    assert blocks(10_000) == [Block(1, 4096), Block(4097, 8192), Block(8193, 9216), Block(9217, 10_000)]
    assert blocks(0) == []


@given(st.lists(SIZE, min_size=1, max_size=12).map(sorted))
def test_growing_reads_every_position_once_and_writes_it_a_few_times(sizes: list[int]) -> None:
    kept: list[Segment] = []
    read = 0
    for size in sizes:
        stay, new = plan(size, kept)
        read += sum(block.last - block.first + 1 for each in new for block in each.unread)
        kept = sorted([*stay, *(made(each, size) for each in new)], key=lambda segment: segment.first)
        assert [Block(segment.first, segment.last) for segment in kept] == blocks(size)
    assert read == sizes[-1]


@given(SIZE.filter(bool), st.data())
def test_a_lost_segment_alone_is_read_again(size: int, data: st.DataObject) -> None:
    whole = [made(each, size) for each in plan(size, ())[1]]
    lost = data.draw(st.sampled_from(whole))
    stay, new = plan(size, [segment for segment in whole if segment is not lost])
    assert len(stay) == len(whole) - 1
    assert [each.unread for each in new] == [(Block(lost.first, lost.last),)]
