"""BLAKE2b without the rest of `hashlib`, which loads OpenSSL: 4 MB in each console, and the time of some statements.

The module that `hashlib` itself takes it from is not documented, so that one is the fallback; Python's own `random`
imports a hash in the same way.
"""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
