"""Adds the documentation pages, and a manual page for each command, to a wheel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the pages to a wheel; an editable install reads them in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the pages that `careconsole help` and `man` show."""
        if version == "editable":
            return
        root = Path(self.root)
        pages = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").rglob("*"))]
        for page in pages:
            place = page.relative_to(root)
            if page.is_file() and place.parts[:2] != ("docs", "pictures"):
                build_data["force_include"][str(page)] = f"careconsole/_pages/{place.as_posix()}"

        sys.path.insert(0, str(root))
        from careconsole.cli.man_pages import write_pages

        self.folder = tempfile.TemporaryDirectory()
        for made in write_pages(self.folder.name, self.metadata.version):
            build_data["shared_data"][made] = f"share/man/man1/{Path(made).name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Deletes the generated manual pages, which are in the wheel now."""
        if version != "editable":
            self.folder.cleanup()
