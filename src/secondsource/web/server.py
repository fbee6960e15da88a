"""The process that answers browsers; `serve` starts it and ends it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import warnings

import uvicorn

GRACE = 3
"""Seconds that open requests have when the server stops."""


def main(host: str, port: int) -> None:
    """Serve until asked to stop or until the parent process is gone."""
    # WhiteNoise answers with files in pieces that Django reads at once: they are small.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    behind_proxy = os.environ.get("SECONDSOURCE_HTTPS") == "1"
    config = uvicorn.Config(
        "secondsource.web.asgi:application",
        host=host,
        port=port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_graceful_shutdown=GRACE,
    )
    server = uvicorn.Server(config)
    config.load()  # Django is ready from here on
    collect_seldom()
    from secondsource.web.bidding import pulse

    pulse.start()
    threading.Thread(target=_watch, args=(server, os.getppid()), daemon=True).start()
    server.run()


def collect_seldom() -> None:
    """Look for garbage in cycles seldom, and never among what is loaded by now.

    Python looks after every 700 new objects, and now and then at all that there are: with a large plan in memory that
    stopped one page in ten for 0.3 s (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 20)


def _watch(server: uvicorn.Server, parent: int) -> None:
    """Stop the server when its parent is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    server.should_exit = True


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
