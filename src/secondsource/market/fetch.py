"""One careful HTTP client: guarded addresses, limited sizes, each publisher's pauses; not for what comes back.

A name is resolved once, every address it has must be public, and the connection goes to the address that was looked
at, so that a name cannot point inwards a moment later. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from secondsource.errors import SecondsourceError
from secondsource.language import _


class Refused(SecondsourceError):
    """An address that must not be fetched, or an answer that is larger than allowed."""


class FeedStopped(SecondsourceError):
    """A publisher that does not give what was asked; what was kept stays, the next run goes on from there."""


@dataclass(frozen=True)
class Manners:
    """How one publisher wants to be asked.

    Attributes
    ----------
    interval
        Seconds between the starts of two requests.
    pauses
        Seconds to wait after a status before the same request is tried again; doubled each time up to `longest_pause`.
    attempts
        Times that one request is tried.
    largest
        Bytes of an answer above which it is refused.
    """

    interval: float = 0.0
    pauses: Mapping[int, float] = field(
        default_factory=lambda: {412: 0.0, 429: 10.0, 500: 5.0, 502: 60.0, 503: 60.0, 504: 60.0}
    )
    longest_pause: float = 300.0
    attempts: int = 8
    largest: int = 64 << 20
    timeout: float = 60.0


@dataclass(frozen=True)
class Answer:
    """The status, headers (names in lower case) and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Requests to one publisher, one after the other.

    Parameters
    ----------
    base
        Address of the service; every request stays on its scheme, host and port.
    private
        True admits addresses that are not public: a mirror in one's own network, or a test.
    """

    def __init__(
        self,
        base: str,
        manners: Manners,
        *,
        private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base, self.manners, self.private = base.rstrip("/"), manners, private
        self._sleep, self._clock, self._next = sleep, clock, 0.0
        self._cookies: dict[str, str] = {}

    def get_json(self, address: str, body: Any = None, gone: type[Exception] | None = None) -> Any:
        """Return the JSON at an address (posted to, where there is a `body`); a cut-off answer is asked for again.

        Raises
        ------
        FeedStopped
            The publisher refused or broke off every time.
        gone
            The answer was 404, where this is given.
        """
        answer = self.get_whole(address, None if body is None else json.dumps(body).encode())
        if answer.status == 404 and gone is not None:
            raise gone
        if answer.status != 200:
            raise FeedStopped(str(_("{address} answered {status}", address=address, status=answer.status)))
        try:
            return json.loads(decoded(answer.body))
        except ValueError as error:
            raise FeedStopped(str(_("{address} is no JSON: {why}", address=address, why=error))) from error

    def get_whole(self, address: str, body: bytes | None = None) -> Answer:
        """Return the answer of an address that gives JSON, asked for up to three times while it is cut off."""
        for attempt in range(3):
            answer = self.get(address, body)
            if answer.status != 200:
                return answer
            try:
                json.loads(decoded(answer.body))
            except ValueError:
                self._sleep(self._pause(0, attempt))
            else:
                return answer
        return answer

    def get(self, address: str, body: bytes | None = None) -> Answer:
        """Return the answer of an address; statuses that ask for patience are met with it.

        Raises
        ------
        Refused
            The address leaves the publisher, is not public, or answers with more than is allowed.
        FeedStopped
            Every attempt failed.
        """
        url = self._within(address)
        for attempt in range(self.manners.attempts):
            self._wait()
            try:
                answer = self._once(url, body)
            except (OSError, http.client.HTTPException) as error:
                why = f"{type(error).__name__}: {error}"
                self._sleep(self._pause(0, attempt))
                continue
            if answer.status not in self.manners.pauses:
                return answer
            why = str(answer.status)
            self._sleep(self._asked_pause(answer, attempt))
        raise FeedStopped(
            str(_("{address} failed {count} times, last with {why}", address=url, count=self.manners.attempts, why=why))
        )

    def _pause(self, status: int, attempt: int) -> float:
        first: float = self.manners.pauses.get(status, 5.0)
        return min(first * 2.0**attempt, self.manners.longest_pause)

    def _asked_pause(self, answer: Answer, attempt: int) -> float:
        said = answer.headers.get("retry-after", "")
        own = self._pause(answer.status, attempt)
        return min(max(own, float(said)), 3600.0) if said.isdigit() else own

    def _wait(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self.manners.interval

    def _within(self, address: str) -> str:
        url = urljoin(self.base + "/", address)
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise Refused(str(_("{address} leaves {base}", address=url, base=self.base)))
        return url

    def _once(self, url: str, body: bytes | None) -> Answer:
        headers = {"User-Agent": "Mozilla/5.0 (compatible; secondsource)", "Accept": "*/*", "Connection": "close"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/json"
        with connect(url, self.manners, self.private) as (connection, path):
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or []:
                name, _sign, value = line.partition(";")[0].partition("=")
                self._cookies[name.strip()] = value.strip()
            read = response.read(self.manners.largest + 1)
            if len(read) > self.manners.largest:
                raise Refused(str(_("{address} is larger than {most} bytes", address=url, most=self.manners.largest)))
            if response.length:  # read(n) does not complain about a body that was cut off
                raise http.client.IncompleteRead(read, response.length)
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, read)


@contextmanager
def connect(url: str, manners: Manners, private: bool = False) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    """Open a connection to a public address of a URL's host, and give it with the path to ask for.

    Raises
    ------
    Refused
        It is no http address, or not a public one.
    OSError
        The name is unknown.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(str(_("{address} is no http address", address=url)))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(parts.hostname, port, public_address(parts.hostname, port, private), manners.timeout)
    try:
        yield connection, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    finally:
        connection.close()


class _Plain(http.client.HTTPConnection):
    """A connection to the address that was looked at, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secure(_Plain):
    """The same over TLS, with the certificate checked against the name."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def public_address(host: str, port: int, private: bool = False) -> str:
    """Return an address of `host`.

    Raises
    ------
    Refused
        One of its addresses is not public: loopback, link-local, private or reserved.
    OSError
        The name is unknown.
    """
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    inward = [each for each in found if not _is_public(each)]
    if inward and not private:
        raise Refused(str(_("{host} is at {address}, which is not a public address", host=host, address=inward[0])))
    return found[0]


def _is_public(address: str) -> bool:
    """Whether an address is in the public Internet; an IPv4 address inside an IPv6 one counts as itself.

    >>> _is_public("8.8.8.8"), _is_public("::ffff:169.254.169.254"), _is_public("64:ff9b::7f00:1")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return _is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


def decoded(body: bytes) -> str:
    r"""Return a body as text: UTF-8, or where it is not, Windows-1252, which some publishers mix in.

    >>> decoded(b"caf\xe9"), decoded("café".encode())
    ('café', 'café')
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")
