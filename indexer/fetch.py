"""A page or a file from the web: of bounded size, within a bounded time, and from no address of a local network."""

import re
import socket
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpcore

from knowledge.errors import DocumentError

_LARGEST = 64 * 1024 * 1024
_SECONDS = 60.0  # for all of it
_PATIENCE = 15.0  # for each step of it
_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_AGENT = b"Mozilla/5.0 (compatible; yaodian)"


@dataclass(frozen=True, slots=True)
class Page:
    data: bytes
    charset: str


def fetch(address: str, *, intranet: bool = False) -> Page:
    """What an http or https address gives, with the encoding that the server says. Raises DocumentError.

    Addresses of the machine itself and of a local network are only for who asks for them (`intranet`).
    """
    backend = _Backend(intranet=intranet, until=time.monotonic() + _SECONDS)
    at = address
    try:
        with httpcore.ConnectionPool(network_backend=backend) as pool:
            for _ in range(_REDIRECTS + 1):
                with pool.stream("GET", _asked(at), headers=_HEADERS, extensions={"timeout": _TIMEOUT}) as answer:
                    moved = _header(answer, b"location")
                    if answer.status not in _MOVED or not moved:
                        return _page(answer, address)
                    at = urljoin(at, moved)
    except _Refused:
        raise DocumentError(
            f"{address} 指向本机或内网的地址，没有去读；确实要读内网，请在设置里写 intranet = true。"
        ) from None
    except (httpcore.TimeoutException, TimeoutError):
        raise DocumentError(f"{address} 太久没有回音，请稍后再试，或在浏览器里存成文件再试。") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise DocumentError(f"{address} 连不上，请检查网址和网络，或在浏览器里存成文件再试。") from None
    except (httpcore.UnsupportedProtocol, ValueError):
        raise DocumentError(f"{address} 不是能读的网址，请写以 http:// 或 https:// 开头的网址。") from None
    raise DocumentError(f"{address} 转来转去超过 {_REDIRECTS} 次，请换成最后打开的那个网址。")


_HEADERS = [(b"User-Agent", _AGENT), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]
_TIMEOUT = {"connect": _PATIENCE, "read": _PATIENCE, "write": _PATIENCE, "pool": _PATIENCE}


def _asked(address: str) -> str:
    """An address as it goes over the wire: Chinese in it is escaped."""
    parts = urlsplit(address)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError
    host = parts.hostname.encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    path, query = (quote(part, safe="/%:@!$&'()*+,;=?~-._") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme.lower(), netloc, path or "/", query, ""))


def _page(answer: httpcore.Response, address: str) -> Page:
    if answer.status != 200:
        raise DocumentError(f"{address} 没有给出内容（{answer.status}），请在浏览器里看看还能不能打开。")
    data = bytearray()
    for chunk in answer.iter_stream():
        data += chunk
        if len(data) > _LARGEST:
            raise DocumentError(f"{address} 超过 64 MB，不像一份工作计划，请只取正文部分。")
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", _header(answer, b"content-type"))
    return Page(bytes(data), charset[1] if charset else "")


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("utf-8", "replace") for key, value in answer.headers if key.lower() == name), "")


class _Refused(Exception):  # noqa: N818 — an address that is not for everyone
    pass


class _Backend(httpcore.SyncBackend):
    """Connections within the time, to the very address that was looked at: a name that means another one by then (DNS
    rebinding) gets no second say."""

    def __init__(self, *, intranet: bool, until: float) -> None:
        self._intranet = intranet
        self._until = until

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: Any, **more: Any
    ) -> httpcore.NetworkStream:
        found = list(
            dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        )
        if not self._intranet and not all(map(is_public, found)):
            raise _Refused
        for n, place in enumerate(found):
            try:
                return _Stream(
                    super().connect_tcp(place, port, _within(timeout, self._until), *rest, **more), self._until
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if n == len(found) - 1:
                    raise
        raise httpcore.ConnectError


_NAT64 = ip_network("64:ff9b::/96")


def is_public(place: str) -> bool:
    """Is this an address of the whole net, and so is the one that it may carry?

    >>> [is_public(place) for place in ("8.8.8.8", "127.0.0.1", "10.1.2.3", "169.254.169.254", "64:ff9b::7f00:1")]
    [True, False, False, False, False]
    """
    address = ip_address(place.partition("%")[0])
    carried = getattr(address, "sixtofour", None)
    if address in _NAT64:
        carried = IPv4Address(int(address) & 0xFFFFFFFF)
    return all(a.is_global and not a.is_multicast for a in (address, carried) if a is not None)


class _Stream(httpcore.NetworkStream):
    """A connection that is over when the time is."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _within(timeout, self._until))
        return _Stream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _within(timeout: float | None, until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return min(timeout or left, left)
