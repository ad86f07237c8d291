"""What is pytest's: the session, the terminal, the report.

``conductor`` is what ``conftest.py`` names. It registers the other parts, in any order, and says what follows on what.
"""

PARTS = (
    "choosing", "class_terminal", "clients", "controller", "html", "interrupt", "ledger", "logs", "recording",
    "reports", "session", "terminal", "workers",
)  # fmt: skip
