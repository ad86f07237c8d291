"""Tests of carbuyer_cleanup and strict_moto."""
