"""What came to the authority and what it led to, month by month: a measure."""
