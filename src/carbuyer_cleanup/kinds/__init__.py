"""One file per AWS resource kind, all in the same order: what it is, find, delete, and the ``Kind`` at the end."""
