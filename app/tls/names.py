"""The names and addresses by which the plant is reached."""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1")
# Linux: the IPv4 address of a network interface; where it stands in the answer.
SIOCGIFADDR, ADDRESS = 0x8915, slice(20, 24)


def of_plant(url: str, hosts: Iterable[str]) -> list[str]:
    """The names of the settings (WASHLINE_URL, WASHLINE_HOSTS), then this machine's own; the one
    to tell people comes first.
    """
    named = [name] if (name := urlsplit(url).hostname) else []
    every = [*named, *hosts, *addresses(), *own_names(), *LOOPBACK]
    return list(dict.fromkeys(name.strip().lower() for name in every))


def own_names() -> Iterator[str]:
    """What this machine calls itself, and is called in a network without a name server (mDNS)."""
    name = socket.gethostname()
    yield name
    if "." not in name:
        yield f"{name}.local"


def addresses() -> Iterator[str]:
    """The IPv4 address of each of this machine's networks, but for itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, interface in socket.if_nameindex():
            asked = struct.pack("256s", interface.encode())
            try:
                found = ip_address(fcntl.ioctl(probe, SIOCGIFADDR, asked)[ADDRESS])
            except OSError:  # an interface without an address, a system that is no Linux
                continue
            if not found.is_loopback:
                yield str(found)
