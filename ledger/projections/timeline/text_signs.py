"""The characters a picture is drawn with in a terminal: line drawing, or plain ASCII for the poorest of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.projections.timeline.kinds import Kind


@dataclass(frozen=True, slots=True)
class Signs:
    """One set of characters. `plain`: nothing outside ASCII may be written."""

    plain: bool
    first: str
    fill: str
    last: str
    single: str
    open: str
    fuzzy: str
    hollow: str
    cover: str
    gap: str
    line: str
    tick: str
    view: str
    expected: str
    withdrawn: str
    ghost: str
    late: tuple[str, str, str]
    was: tuple[str, str, str]
    more: str

    def of(self, kind: Kind) -> str:
        """Return the sign of a shape."""
        return kind.plain if self.plain else kind.sign

    def clean(self, text: str) -> str:
        """Return text that can be shown: no control characters, and ASCII alone where that is asked."""
        shown = "".join(char if char.isprintable() else "?" for char in text)
        if not self.plain:
            return shown
        return shown.replace("·", "-").encode("ascii", "replace").decode("ascii")

    @property
    def legend(self) -> tuple[str, ...]:
        """What the lines mean."""
        return (
            f"{self.first}{self.fill}{self.last} lasted so long",
            f"{self.open} not ended",
            f"{self.fuzzy} began on this day or before",
            f"{self.gap * 3} nobody allocated",
            f"{self.cover * 3} cover",
            f"{self.hollow * 3} expected",
            f"{self.late[0]}{self.late[1]}{self.late[2]} from the day it happened to the day it became known",
        )


SIGNS = Signs(
    plain=False,
    first="├",
    fill="─",
    last="┤",
    single="│",
    open="►",
    fuzzy="◄",
    hollow="┄",
    cover="╌",
    gap="░",
    line="─",
    tick="┬",
    view="┊",
    expected="○",
    withdrawn="⊘",
    ghost="·",
    late=("╰", "─", "╯"),
    was=("×", "┄", "●"),
    more="…",
)
ASCII = Signs(
    plain=True,
    first="[",
    fill="=",
    last="]",
    single="|",
    open=">",
    fuzzy="<",
    hollow=".",
    cover="-",
    gap="/",
    line="-",
    tick="+",
    view="|",
    expected="o",
    withdrawn="-",
    ghost=":",
    late=("`", "-", "'"),
    was=("x", ".", "@"),
    more="~",
)


def fitted(text: str, width: int, signs: Signs) -> str:
    """Return text in at most `width` characters, cut where it is longer."""
    return text if len(text) <= width else text[: width - 1] + signs.more
