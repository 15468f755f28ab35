"""What askhour does: one step each, in one transaction, given the time."""
