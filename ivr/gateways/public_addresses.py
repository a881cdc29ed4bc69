"""Which addresses lie on the public internet: what somebody else's URL may lead us to, and nothing behind our walls."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# Names that only mean something inside of a network; what they resolve to is checked as well.
_INNER_NAMES = (
    "localhost", ".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".corp", ".home", ".svc",
)  # fmt: skip
# Public by their number, but every machine in that cloud reaches its own steward there:
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_STEWARDS = frozenset({IPv4Address("168.63.129.16")})
# Ways for IPv6 to carry an IPv4 address (NAT64, its local form, 6to4, Teredo, IPv4-compatible): nobody's server needs
# one, and a gateway may unwrap it to anything.
_WRAPPERS = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
_REFUSED = tuple(
    ip_network(text)
    for text in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4")
)


def is_public(address: str) -> bool:
    """Whether this IP address is global unicast. IPv4 mapped into IPv6 is judged as what it is; no address is not."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        if mapped is None:
            return _is_global(found) and not any(found in network for network in _WRAPPERS)
        found = mapped
    return _is_global(found) and found not in _STEWARDS and not any(found in network for network in _REFUSED)


def is_loopback(address: str) -> bool:
    """Whether this IP address is this very machine."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def is_inner_name(host: str) -> bool:
    """Whether this host is named, or numbered, so that it cannot be public; whatever else it is, it must resolve."""
    name = host.lower().rstrip(".")
    try:
        ip_address(name)
    except ValueError:
        # A name of one word, or of figures only (a way to write an IPv4 address), is no host on the internet.
        is_figures = all(part.isdigit() or part.startswith("0x") for part in name.split("."))
        return "." not in name or is_figures or any(name == inner or name.endswith(inner) for inner in _INNER_NAMES)
    return not is_public(name)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
        or address.is_loopback or address.is_link_local
    )  # fmt: skip
