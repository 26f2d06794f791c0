"""`python -m cli.measures_docs` writes docs/MEASURES.md anew from the cards of the measures."""

from __future__ import annotations

from pathlib import Path

from cli.project import page

PAGE = Path(__file__).parents[1] / "docs" / "MEASURES.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
