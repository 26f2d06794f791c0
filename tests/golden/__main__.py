"""Write the golden files anew: `make golden`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cli.events_docs import WHERE, document
from cli.measures_docs import main as write_measures
from cli.return_rules_docs import main as write_return_rules
from cli.views_docs import main as write_views
from tests.golden import HERE, demonstration, help_of_every_command

WHERE.write_text(document(), encoding="utf-8")
write_measures()
write_views()
write_return_rules()
(HERE / "help.txt").write_text(help_of_every_command(), encoding="utf-8")
with tempfile.TemporaryDirectory() as folder:
    (HERE / "demo.txt").write_text(demonstration(Path(folder)), encoding="utf-8")
