"""Asking addresses of strangers: never a private one, never for long, never for much.

Every name is resolved once, all its addresses must be public, and the connection goes to one of
those very addresses: a name that answers differently a moment later changes nothing.  Each
redirect is judged in the same way.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

HOPS = 5
SAFE = "!#$%&'()*+,/:;=?@[]~"  # what stands in an address as it is
LARGEST = 64_000  # bytes of a body that are read
PORTS = {"http": 80, "https": 443}
PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)
RETRY_WITH_GET = (400, 403, 404, 405, 406, 429, 500, 501, 503)  # HEAD is often not meant
EMBEDDED = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32")]


class Unsafe(Exception):
    """The address leads, or would lead, to something that is not public."""


class Unreachable(Exception):
    """Nothing answered, or not in HTTP."""


@dataclass(frozen=True)
class Answer:
    """``status`` of the last answer; ``moved`` is where permanent redirects alone lead to."""

    status: int
    url: str
    moved: str = ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, also when IPv4 hides in IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    hidden = found.version == 6 and any(found in net for net in EMBEDDED)
    return found.is_global and not found.is_multicast and not hidden


def ask(url: str, *, agent: str, timeout: float = 10, private: bool = False) -> Answer:
    """Ask for an address with HEAD, where that is refused with GET, and follow its redirects.

    ``timeout`` in seconds, for each request as a whole.  ``private`` allows any address and port:
    tests use it.  Raises Unsafe and Unreachable.
    """
    here, moved, permanent = url, "", True
    for _hop in range(HOPS + 1):
        status, location = _once(here, agent, timeout, private)
        if status not in (*PERMANENT, *TEMPORARY) or not location:
            return Answer(status, here, moved if status < 400 else "")
        here = urljoin(here, location)
        permanent = permanent and status in PERMANENT
        moved = here if permanent else moved
    raise Unreachable(f"More than {HOPS} redirects, the last to {here[:200]}")


def _once(url: str, agent: str, timeout: float, private: bool) -> tuple[int, str]:
    parts = _parts(url, private)
    address = _resolved(parts, private)
    status, location = _request("HEAD", parts, address, agent, timeout)
    if status in RETRY_WITH_GET:
        status, location = _request("GET", parts, address, agent, timeout)
    return status, location


def _parts(url: str, private: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable(f"No address: {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise Unsafe(f"“{url[:200]}” is no web address")
    if parts.username or parts.password:
        raise Unsafe("The address carries a password")
    if not private and port not in (None, *PORTS.values()):
        raise Unsafe(f"Port {port} is not asked")
    return parts


def _resolved(parts: SplitResult, private: bool) -> tuple[str, int]:
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{parts.hostname} is not known: {error}") from error
    addresses = [info[4][0] for info in found]
    closed = [address for address in addresses if not is_public(address)]
    if closed and not private:
        raise Unsafe(f"{parts.hostname} is {closed[0]}, which is not public")
    return addresses[0], port


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, speaking to the host by its name."""

    def __init__(self, parts: SplitResult, address: tuple[str, int], timeout: float):
        super().__init__(parts.hostname, address[1], timeout=timeout)
        self.address, self.secure = address, parts.scheme == "https"

    def connect(self):
        sock = socket.create_connection(self.address, self.timeout)
        if self.secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        self.sock = sock


def _request(method: str, parts, address, agent: str, timeout: float) -> tuple[int, str]:
    """(status, Location) of one request, given up as a whole after ``timeout`` seconds."""
    connection = _Pinned(parts, address, timeout)
    begun = time.monotonic()
    end = threading.Timer(timeout, _shut, [connection])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        end.start()
        connection.putrequest(method, quote(target, safe=SAFE), skip_host=True)
        connection.putheader("Host", _named(parts))
        connection.putheader("User-Agent", agent)
        connection.putheader("Accept", "*/*")
        connection.putheader("Connection", "close")
        connection.endheaders()
        response = connection.getresponse()
        response.read(LARGEST)
        return response.status, response.headers.get("Location", "")
    except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
        late = time.monotonic() - begun >= timeout
        why = f"no answer within {timeout:g} s" if late else f"{type(error).__name__}: {error}"
        raise Unreachable(f"{parts.hostname}: {why}"[:300]) from error
    finally:
        end.cancel()
        connection.close()


def _named(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    host = host.encode("idna").decode() if not host.isascii() else host
    return host if parts.port is None else f"{host}:{parts.port}"


def _shut(connection) -> None:
    """Whatever is waited for ends now."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
