"""A real HTTP server on this machine that plays publishers and misbehaves as they do."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

# An answer is (status, headers, body); a body shorter than its Content-Length is a connection that breaks off.
Answer = tuple[int, dict[str, str], bytes]
Script = Callable[[str, dict[str, str], dict[str, str], bytes], Answer]


def as_json(value: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(value, ensure_ascii=False).encode()


@contextmanager
def serving(script: Script) -> Iterator[tuple[str, list[str]]]:
    """The address of a server that answers as `script` says, and the requests that it got."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            words = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append(self.path)
            status, headers, answer = script(parts.path, words, dict(self.headers), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815  the name that http.server looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Feed:
    """The Prozorro feed over changes (time, id): offsets `{time}.{rows of that time given}.{md5 of their ids}`.

    `trouble` may answer in its place; it is asked first with the path and the number of times that the path was asked.
    """

    def __init__(
        self, changes: list[tuple[float, str]], trouble: Callable[[str, int], Answer | None] | None = None
    ) -> None:
        self.changes = list(changes)
        self.trouble = trouble
        self.asked: Counter[str] = Counter()
        self.offsets_gone: set[str] = set()

    def __call__(self, path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        full = path + ("?" + "&".join(f"{k}={v}" for k, v in sorted(words.items())) if words else "")
        self.asked[full] += 1
        if self.trouble is not None and (answer := self.trouble(full, self.asked[full])) is not None:
            return answer
        if path.rstrip("/").endswith("/tenders"):
            return self._page(words)
        id = path.rpartition("/")[2]
        stamps = [when for when, each in self.changes if each == id]
        return as_json({"data": tender(id, max(stamps))}) if stamps else as_json({"status": "error"}, 404)

    def _page(self, words: dict[str, str]) -> Answer:
        backwards = "descending" in words
        rows = sorted(self.changes, reverse=backwards)
        if offset := words.get("offset"):
            if offset in self.offsets_gone:
                return as_json({"status": "error", "errors": [{"description": "Offset expired/invalid"}]}, 404)
            when, skip = float(offset.split("_")[0]), int(offset.split("_")[1])
            # Rows of the very time of the offset that were given already are skipped, however many share the time.
            same = [row for row in rows if row[0] == when][skip:]
            beyond = [row for row in rows if (row[0] < when if backwards else row[0] > when)]
            rows = same + beyond
        page = rows[: int(words.get("limit", 100))]
        before = words.get("offset", "")
        return as_json(
            {
                "data": [{"id": id, "dateModified": str(when)} for when, id in page],
                "next_page": {"offset": self._offset(page, before) if page else before or self._end()},
                "prev_page": {"offset": self._end()},
            }
        )

    def _offset(self, page: list[tuple[float, str]], before: str) -> str:
        when = page[-1][0]
        given = [id for stamp, id in page if stamp == when]
        earlier = int(before.split("_")[1]) if before and float(before.split("_")[0]) == when else 0
        mark = hashlib.md5("".join(sorted(given)).encode()).hexdigest()
        return f"{when}_{earlier + len(given)}_{mark}"

    def _end(self) -> str:
        newest = max((when for when, _ in self.changes), default=0.0)
        return f"{newest}_{sum(when == newest for when, _ in self.changes)}_"


def tender(id: str, when: float) -> dict[str, Any]:
    """A small Prozorro tender; its supplier is firm 00000001 for even numbers."""
    number = sum(id.encode()) % 7
    firm = {"name": f"ТОВ «Фірма {number}»", "identifier": {"scheme": "UA-EDR", "id": f"{number:08d}"}}
    return {
        "id": id,
        "tenderID": f"UA-{id}",
        "dateModified": str(when),
        "procuringEntity": {"name": "Школа № 1", "identifier": {"scheme": "UA-EDR", "id": "39604270"}},
        "awards": [{"id": "a", "status": "active", "value": {"amount": 10, "currency": "UAH"}, "suppliers": [firm]}],
    }
