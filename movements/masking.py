"""Addresses as their owner recognises them and a stranger cannot use them."""


def masked(address: str) -> str:
    """The first letter, three dots, and the domain: j•••@example.org."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"
