"""What the promises of DESIGN section 11 cost, each measured beside the bare operation it is a ratio of.

    python -m benchmarks            # up to 1,000,000 entries
    python -m benchmarks --quick    # under a minute
    python -m benchmarks --only verify --entries 200000

Both sides of a ratio do their work on the same bytes, on the same disk, in the same process, taking turns, so that what
else the machine does weighs on both. Nothing here is a test: a slow machine fails nobody.
"""
