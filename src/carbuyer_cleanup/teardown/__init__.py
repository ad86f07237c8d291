"""The teardown: what is planned, what waits for what, what is deleted, and what the journal remembers."""
