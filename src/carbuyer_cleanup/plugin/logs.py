"""Keeps what the libraries below log out of everything that pytest shows or writes, at every level: it holds secrets.

botocore logs requests and answers unchanged, with session tokens, signatures and functions' environments, and a
credential provider's errors with what its program printed. pytest puts logs into the report of a failed test.
"""

from __future__ import annotations

import logging
from functools import partial

import pytest

from carbuyer_cleanup.plugin.session import concerns_cleanup

SECRETIVE = ("boto3", "botocore", "s3transfer", "urllib3")
SILENT = logging.CRITICAL + 1


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Silence these loggers and those below them, whatever level is asked for; AWS may be called next.

    A filter on them would not do: it doesn't apply to the loggers below. Nor would stopping propagation: pytest then
    captures from them directly.
    """
    if concerns_cleanup(config):
        for name in SECRETIVE:
            _silence(config, logging.getLogger(name))


def _silence(config: pytest.Config, logger: logging.Logger) -> None:
    config.add_cleanup(partial(logger.setLevel, logger.level))
    logger.setLevel(SILENT)
