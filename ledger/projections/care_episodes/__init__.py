"""Care episodes, one row each, as known: a measure."""
