"""A class: its accounts, how each one stands, and their grades."""
