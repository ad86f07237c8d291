"""What looked: another version may look for other types of resources, or in other Regions."""

from __future__ import annotations

from importlib.metadata import version

from carbuyer_cleanup import __version__


def tool() -> dict[str, str]:
    """Return this suite's name and version, and that of botocore, as a certificate names them."""
    return {"name": "carbuyer-cleanup", "version": __version__, "botocore": version("botocore")}
