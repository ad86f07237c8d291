"""The embedded AWS: moto, made to answer as the real one does."""

from carbuyer_cleanup.sandbox import estate, wall
from carbuyer_cleanup.sandbox.front import Sandbox

__all__ = ["Sandbox", "estate", "wall"]
