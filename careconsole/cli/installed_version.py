"""The version of the installed program. `importlib.metadata` takes longer to import than the queue takes to show."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_BEGIN, _END = "careconsole-", ".dist-info"


def installed_version() -> str:
    """The version, from the name of the folder that an installer records the program in.

    Its name is NAME-VERSION.dist-info (packaging.python.org, "Recording installed projects").
    """
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.startswith(_BEGIN) and name.endswith(_END):
                    return name[len(_BEGIN) : -len(_END)]
    from importlib.metadata import version

    return version("careconsole")
