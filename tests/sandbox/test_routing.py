"""moto's routing: what its paths are not made into."""

from __future__ import annotations

from moto.core.routing import SmithyRule
from werkzeug.routing import Rule

from strict_moto import moto_patches


def test_paths_are_not_made_into_functions() -> None:
    """Werkzeug makes two functions of each path; should it not do so any more, the patch of moto's rules can go."""
    moto_patches.install()

    assert hasattr(Rule, "_compile_builder")
    assert vars(SmithyRule)["_compile_builder"].__module__ == moto_patches.__name__
