"""Nothing lost: what a teardown is about to delete is saved before, and can be checked and put back.

``saving`` is what the teardown asks; ``python -m carbuyer_cleanup.backup`` verifies and restores.
"""
