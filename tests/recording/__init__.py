"""Recordings of runs: made, scrubbed, replayed."""
