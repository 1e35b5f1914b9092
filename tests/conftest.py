"""What all tests share: how hypothesis runs, where the public logs are, the names of markers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline would only measure the machine. CI repeats the same examples, so that a red run can be run again.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes many seconds and is left out unless asked for: -m slow")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the public event logs, which are not part of the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public logs are not here: ../shared/data")
    return folder
