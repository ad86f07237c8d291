"""A class: whose accounts, how each of them stands, and the grades."""
