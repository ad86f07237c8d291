"""``python -m carbuyer_cleanup.permissions``: print a policy."""

from __future__ import annotations

from carbuyer_cleanup.permissions.policies import main

if __name__ == "__main__":
    main()
