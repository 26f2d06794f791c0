"""The statements of an erasure: which orders stand, and what they blank. A trigger checks each against the orders."""

ORDERS = "SELECT * FROM entries WHERE name = 'erasure-ordered.v1' AND stream = 'ledger' ORDER BY position"
"""By its own partial index, on every engine."""

SQLITE_BLANK = """
UPDATE entries SET open = x'', sealed = x''
WHERE stream = ?1 AND CASE WHEN ?2 IS NULL THEN name <> 'record-closed.v1' ELSE event_id = ?2 END
"""
POSTGRES_BLANK = """
UPDATE entries SET open = '', sealed = ''
WHERE stream = %b AND CASE WHEN %b::text IS NULL THEN name <> 'record-closed.v1' ELSE event_id = %b END
"""
POSTGRES_MAY_BLANK = """
SELECT has_column_privilege('entries', 'open', 'UPDATE') AND has_column_privilege('entries', 'sealed', 'UPDATE')
"""
POSTGRES_MAY_DESTROY = """
SELECT has_table_privilege('keys', 'DELETE') AND has_column_privilege('subjects', 'id', 'UPDATE')
"""
