"""A file that is there as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give the path of a file beside its place that is moved there in the end, readable by its owner alone."""
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".journey-", suffix=out.suffix)
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(0o600)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
