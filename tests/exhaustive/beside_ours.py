"""Lines that decide what becomes of things that consoles and AWS leave beside ours, as in :mod:`safekeeping`."""

from __future__ import annotations

from tests.exhaustive.safekeeping import M

BESIDE_OURS = (
    M(
        "kinds/elastic_ip.py",
        "    leaving=frozenset({MANAGED}),\n",
        "",
        "kinds/test_elastic_ip.py::test_released_by_aws",
    ),
    M(
        "kinds/elastic_ip.py",
        "if claim or _is_managed(address):",
        "if claim:",
        "kinds/test_elastic_ip.py::test_not_yet_released_by_aws",
    ),
    M(
        "kinds/elastic_ip.py",
        'or address["AssociationId"])',
        "or '')",
        "kinds/test_elastic_ip.py::test_used_by_a_regional_gateway",
    ),
    M(
        "kinds/nat_gateway.py",
        'if one["NetworkInterfaceId"] or one["AssociationId"]]',
        'if one["NetworkInterfaceId"]]',
        "kinds/test_elastic_ip.py::test_every_address_of_a_gateway",
    ),
    M(
        "audit/types/network.py",
        'leaving=frozenset({"let go"}), ',
        "",
        "audit/test_audit_patience.py::test_address_of_aws",
    ),
    M(
        "audit/types/rules.py",
        'if ours.keys() & {*texts("resourceArns", item)} else claim',
        "if False else claim",
        "audit/test_audit_leftovers.py::test_logs_of_a_distribution_that_was_ours",
    ),
    M(
        "kinds/shared_event.py",
        'claim("lambda.function", function, id_=name)',
        'claim("", "carbuyer-x", id_=name)',
        "kinds/test_shared_event.py::test_of_the_function",
    ),
    M(
        "kinds/shared_event.py",
        'claim("lambda.function", function, id_=name)',
        'claim("", function, id_=name)',
        "kinds/test_shared_event.py::test_of_a_function_that_the_caller_named",
    ),
    M(
        "kinds/role.py",
        r":[0-9]{12}:policy/service-role/",
        r":[0-9]{12}:policy/",
        "kinds/test_policy.py::test_policy_that_looks_like_a_consoles",
    ),
)
