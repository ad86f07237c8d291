"""The embedded AWS: moto, made to answer as the real AWS does."""

from strict_moto import estate, wall
from strict_moto.sandbox import Sandbox

__all__ = ["Sandbox", "estate", "wall"]
