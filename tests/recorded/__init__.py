"""A teardown against answers that were recorded, and changed."""
