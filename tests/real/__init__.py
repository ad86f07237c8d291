"""Runs with --aws, against an embedded AWS that stands for a real account."""
