"""Sealing what a bid says with a key that is not in the database; not for who may open it (`envelope`).

A dump or backup of the database shows no price without the file `seal-key` of the data folder (or the environment
variable `SECONDSOURCE_SEAL_KEY`). Whoever holds both can read everything: encryption to several key holders takes the
place of this one key next, behind the same two functions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from secondsource.web import store

KEY_BYTES = 32
SIZES = tuple(2**power for power in range(12, 26, 2))
"""Sealed contents have one of these lengths, so that their length tells little."""


class Unreadable(Exception):
    """A content that the key does not open: it was changed, moved, or sealed with another key."""


@cache
def _key() -> bytes:
    given = os.environ.get("SECONDSOURCE_SEAL_KEY")
    if given:
        found = base64.urlsafe_b64decode(given)
        if len(found) != KEY_BYTES:
            raise ValueError("SECONDSOURCE_SEAL_KEY: expected 32 bytes in base64")
        return found
    file = store.folder() / "seal-key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as writing:
        writing.write(secrets.token_bytes(KEY_BYTES))
        writing.flush()
        os.fsync(writing.fileno())
    return file.read_bytes()


def fingerprint() -> str:
    """Return what tells this key from others, without telling it."""
    return hashlib.sha256(b"fingerprint" + _key()).hexdigest()[:16]


def sealed(content: bytes, context: str) -> bytes:
    """Return `content` encrypted and bound to `context`: under another context it does not open."""
    length = len(content) + 4
    size = next((size for size in SIZES if size >= length), length)
    padded = len(content).to_bytes(4, "big") + content + bytes(size - length)
    nonce = secrets.token_bytes(12)
    return nonce + ChaCha20Poly1305(_key()).encrypt(nonce, padded, context.encode())


def unsealed(sealed: bytes, context: str) -> bytes:
    """Return what `sealed` was given.

    Raises
    ------
    Unreadable
        The key or the context is another one, or the content was changed.
    """
    try:
        padded = ChaCha20Poly1305(_key()).decrypt(sealed[:12], sealed[12:], context.encode())
    except InvalidTag as error:
        raise Unreadable from error
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


def mark(text: str) -> str:
    """Return what only the holder of the key can write under `text`: HMAC-SHA-256, shortened."""
    return hmac.new(_key(), b"receipt" + text.encode(), hashlib.sha256).hexdigest()[:32]
