"""Erase a record, or one entry of it, by law, in an order of steps that a crash cannot break. See `docs/ERASURE.md`.

    [report] = erase(store, child("C-001"), authority="Retention schedule 2026/14", reason="retention ended", by="W9")

`plan` says what would be erased and what stands in its way; `carrying` orders it and carries it out.
"""

from ledger.erasure.carrying import ErasureReport, carry_out, erase, resume_erasures, resumed
from ledger.erasure.plan import ErasurePlan, plan_erasure

__all__ = ["ErasurePlan", "ErasureReport", "carry_out", "erase", "plan_erasure", "resume_erasures", "resumed"]
