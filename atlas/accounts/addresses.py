"""The network address of who signs in."""

import ipaddress

from atlas.kit.visitors import visitor


def shown(request) -> str | None:
    """As it came; None where there is none or it cannot be one."""
    try:
        ip = ipaddress.ip_address(visitor(request))
    except ValueError:
        return None
    return str(getattr(ip, "ipv4_mapped", None) or ip).partition("%")[0]


def counted(request) -> str | None:
    """What tries are counted by: of IPv6 the network, which is what one person has."""
    text = shown(request)
    if text is None or ":" not in text:
        return text
    return str(ipaddress.ip_network((text, 64), strict=False).network_address)
