"""Backups of what is deleted."""
