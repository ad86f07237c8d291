"""What the libraries below log is kept out of all that pytest shows and writes, at every level: it holds secrets.

botocore logs requests and answers as they are, with session tokens, signatures and the environments of functions, and
what a credential provider raised with what its program printed. pytest puts logs into the report of a failed test.
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
    """Let these, and the loggers below them, log nothing, whatever level is asked for; AWS may be asked next.

    A filter of theirs would not do: the loggers below are not asked by it. And where they don't hand on what they
    log, pytest takes it from them itself.
    """
    if concerns_cleanup(config):
        for name in SECRETIVE:
            _silence(config, logging.getLogger(name))


def _silence(config: pytest.Config, logger: logging.Logger) -> None:
    config.add_cleanup(partial(logger.setLevel, logger.level))
    logger.setLevel(SILENT)
