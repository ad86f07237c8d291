"""The audit: whether anything of the workshop is left anywhere in an account. It shares no finder with the deleters."""

from carbuyer_cleanup.audit.look import Doubtful, Leaving, Leftover
from carbuyer_cleanup.audit.result import Depth, Sweep, Unseen
from carbuyer_cleanup.audit.sweeper import sweep

__all__ = ["Depth", "Doubtful", "Leaving", "Leftover", "Sweep", "Unseen", "sweep"]
