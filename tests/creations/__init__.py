"""One resource of each type that moto can create, named ``carbuyer-x``: by its name, or by its Name tag.

A file for each of the audit's (``carbuyer_cleanup/audit/types/``).
"""

from tests.creations.application import APPLICATION
from tests.creations.compute import COMPUTE
from tests.creations.management import MANAGEMENT
from tests.creations.network import NETWORK
from tests.creations.storage import STORAGE

CREATE = {**NETWORK, **COMPUTE, **STORAGE, **APPLICATION, **MANAGEMENT}
