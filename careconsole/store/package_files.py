"""Finds the files that come with the program: the database's text in `db/`, and the pages of its documentation.

A wheel carries them inside the package, as `careconsole/_db` and `careconsole/_pages`; an editable install and a
checkout read what stands beside the package.
"""

from __future__ import annotations

import os.path

from careconsole.domain.errors import CareError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CHECKOUT = os.path.dirname(_PACKAGE)


def database_file(*parts: str) -> str:
    """The path of a file or folder of `db/`, or of the folder itself.

    Raises CareError where the installation does not have it.
    """
    return _find("db", (os.path.join(_PACKAGE, "_db"), os.path.join(_CHECKOUT, "db")), parts)


def page_file(*parts: str) -> str:
    """The path of a page by its parts below the project's folder: `page_file("docs", "keys.md")`; or of that folder.

    Raises CareError where the installation does not have it.
    """
    packaged = os.path.join(_PACKAGE, "_pages")
    # Beside an installed package a README is somebody else's; only a checkout has both of these.
    checkout = _CHECKOUT if os.path.isdir(os.path.join(_CHECKOUT, "docs", "imports")) else packaged
    return _find("", (packaged, checkout), parts)


def _find(name: str, places: tuple[str, ...], parts: tuple[str, ...]) -> str:
    # The packaged copy comes first: beside an installed package a folder of that name would be somebody else's.
    for place in places:
        if os.path.isdir(place):
            path = os.path.join(place, *parts)
            if os.path.exists(path):
                return path
            break  # one place holds everything; a mixture of two would be worse than a clear failure
    raise CareError(
        f"A part of careconsole is missing: {'/'.join(filter(None, (name, *parts))) or 'its pages'}.",
        "The installation is incomplete; install careconsole again.",
    )
