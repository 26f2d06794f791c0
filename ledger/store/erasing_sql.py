"""The statements of an erasure: which orders stand, and what they blank. A trigger checks each against the orders."""

_ORDERS = "SELECT * FROM entries WHERE name = 'erasure-ordered.v1' AND stream = 'ledger' AND position > "
SQLITE_ORDERS = _ORDERS + "? ORDER BY position"
POSTGRES_ORDERS = _ORDERS + "%b ORDER BY position"
"""By a partial index of their own."""

SQLITE_BLANK = """
UPDATE entries SET open = x'', sealed = x''
WHERE stream = ?1 AND CASE WHEN ?2 IS NULL THEN name <> 'record-closed.v1' ELSE event_id = ?2 END
"""
SQLITE_MAY_BLANK = """
SELECT count(*) FROM sqlite_master WHERE tbl_name = 'entries' AND type = 'trigger' AND sql LIKE '%erasure-ordered.v1%'
"""
"""Tables made before there were erasures have triggers without the door."""
POSTGRES_BLANK = """
UPDATE entries SET open = '', sealed = ''
WHERE stream = %b AND CASE WHEN %b::text IS NULL THEN name <> 'record-closed.v1' ELSE event_id = %b END
"""
POSTGRES_MAY_BLANK = """
SELECT has_column_privilege('entries', 'open', 'UPDATE') AND has_column_privilege('entries', 'sealed', 'UPDATE')
    AND to_regproc('unchanged') IS NOT NULL
"""
POSTGRES_MAY_DESTROY = """
SELECT has_table_privilege('keys', 'DELETE') AND has_column_privilege('subjects', 'id', 'UPDATE')
"""
