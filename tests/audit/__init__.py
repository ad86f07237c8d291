"""The audit: what it finds, what it can't see."""
