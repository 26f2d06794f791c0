"""What the promises of DESIGN section 11 cost, each measured beside the bare operation it is a ratio of.

    python -m benchmarks            # up to 1,000,000 entries
    python -m benchmarks --quick    # fewer entries: about two minutes
    python -m benchmarks --only verify --entries 200000
    python -m benchmarks --growth   # what 100,000, 1 and 10 million entries take: hours

Both sides of a ratio do their work on the same bytes, on the same disk, in the same process, taking turns, so that what
else the machine does weighs on both. Nothing here is a test: a slow machine fails nobody.
"""
