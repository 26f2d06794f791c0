"""A star of tables for Power BI and Excel: facts in the middle, children, workers, pods and days around them.

    made = star(store, view("2024-03-31"))
    write(made, Path("star"))

Each `.sql` file beside this one is a table: its first line says what one row is. They read the stable views, as known
at a view, and hold nothing private: children are journeys, unless `identify` adds the authority's own ids to dim_child.
Restricted rows are left out and counted. `columns.toml` says what each column means.
"""

from ledger.exporters.star.files import write
from ledger.exporters.star.tables import Relationship, Star, star

__all__ = ["Relationship", "Star", "star", "write"]
