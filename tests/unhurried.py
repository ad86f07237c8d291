"""Property tests that no busy machine fails: hypothesis measures wall time, and would call that a slow test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
