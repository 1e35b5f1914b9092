"""The base of what can happen."""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of every fact; `KINDS` names them all."""
