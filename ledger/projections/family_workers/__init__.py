"""Workers of a family, and siblings who share one."""
