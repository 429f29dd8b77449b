"""Who asks, as far as it concerns us: a network address, kept as a keyed hash only."""

import ipaddress

from django.conf import settings
from django.utils.crypto import salted_hmac


def visitor(request) -> str:
    """The network address of who asks; behind a proxy of ours the last one it saw."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return seen.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def sender_of(address: str) -> str:
    """A keyed hash of a network address; of IPv6 the network, which is what one person has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        ip = address
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False)
    return salted_hmac("atlas.desk.sender", str(ip), algorithm="sha256").hexdigest()
