"""Everything that touches pytest: the session, the terminal, the report.

``conftest.py`` names ``conductor``. It registers the other parts, in any order, and decides what follows what.
"""

PARTS = (
    "choosing", "class_terminal", "clients", "controller", "html", "interrupt", "ledger", "logs", "output",
    "recording", "reports", "session", "terminal", "workers",
)  # fmt: skip
