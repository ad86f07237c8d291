"""Whose each thing is, and what is refused: a case for each branch that decides it, by name."""

from __future__ import annotations

from tests.recorded import cases_computing, cases_content, cases_identities, cases_interfaces, cases_networks

PARTS = (cases_networks, cases_interfaces, cases_computing, cases_content, cases_identities)
FOUND = {name: case for part in PARTS for name, case in part.FOUND.items()}
DELETIONS = {name: case for part in PARTS for name, case in part.DELETIONS.items()}
