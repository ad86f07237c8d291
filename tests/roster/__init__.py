"""A class of accounts."""
