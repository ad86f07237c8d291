"""``python -m carbuyer_cleanup.classroom``: merges the parts of a class."""

from __future__ import annotations

import sys

from carbuyer_cleanup.classroom.merge import main

if __name__ == "__main__":
    sys.exit(main())
