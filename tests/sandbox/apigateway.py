"""A REST API of the sandbox to test with."""

from __future__ import annotations

from typing import Any


def map_domain(gateway: Any, api: str, **more: str) -> None:
    """Let a custom domain lead to the API."""
    gateway.create_domain_name(domainName="mail.example.com")
    gateway.create_base_path_mapping(domainName="mail.example.com", restApiId=api, **more)
