"""``python -m carbuyer_cleanup.certificate``: check a certificate."""

from __future__ import annotations

import sys

from carbuyer_cleanup.certificate import extras

if __name__ == "__main__":
    sys.exit(extras.imported("verification").main())
