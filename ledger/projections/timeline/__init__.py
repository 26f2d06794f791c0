"""The picture of one case: who held the child and what happened, as known at a view, on one axis of days.

    from ledger.projections.timeline import picture
    from ledger.projections.timeline.html import page

    case = picture(child, ledger.entries(child), view, ledger.head().size, ledger.coverage(view))
    Path("case.html").write_text(page(case), encoding="utf-8")

`fold` decides what is drawn, `text` draws it for a terminal, `html` as one page that needs nothing else.
"""

from __future__ import annotations

from ledger.projections.timeline.fold import LATE_BY, picture
from ledger.projections.timeline.model import Picture

__all__ = ["LATE_BY", "Picture", "picture"]
