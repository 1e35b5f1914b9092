"""Finds the files shipped with the program: `db/` (schema, import maps, presets, samples) and the documentation pages.

A wheel has them inside the package, as `careconsole/_db` and `careconsole/_pages`; an editable install or a checkout
reads the folders beside the package.
"""

from __future__ import annotations

import os.path

from careconsole.domain.errors import CareError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CHECKOUT = os.path.dirname(_PACKAGE)


def database_file(*parts: str) -> str:
    """The path of a file or folder in `db/`; without parts, of `db/` itself.

    Raises CareError if the installation does not have it.
    """
    return _find("db", (os.path.join(_PACKAGE, "_db"), os.path.join(_CHECKOUT, "db")), parts)


def page_file(*parts: str) -> str:
    """The path of a page in the project folder: `page_file("docs", "keys.md")`; without parts, of that folder.

    Raises CareError if the installation does not have it.
    """
    packaged = os.path.join(_PACKAGE, "_pages")
    # A README or docs folder beside an installed package belongs to another project; only a checkout has docs/imports.
    checkout = _CHECKOUT if os.path.isdir(os.path.join(_CHECKOUT, "docs", "imports")) else packaged
    return _find("", (packaged, checkout), parts)


def _find(name: str, places: tuple[str, ...], parts: tuple[str, ...]) -> str:
    # The packaged copy comes first: a folder of that name beside an installed package would belong to another project.
    for place in places:
        if os.path.isdir(place):
            path = os.path.join(place, *parts)
            if os.path.exists(path):
                return path
            break  # one place holds everything; mixing two would be worse than a clear failure
    raise CareError(
        f"A part of careconsole is missing: {'/'.join(filter(None, (name, *parts))) or 'its pages'}.",
        "The installation is incomplete; install careconsole again.",
    )
