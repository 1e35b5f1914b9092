"""Other systems: what can be tried of them without having one. Every module loads, and files lie where they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

POSIX_ONLY = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog")
"""What Python has on POSIX systems alone; macOS has it too."""

POSIX_MODULES = ("careconsole.tui.terminal.input",)
"""Modules of ours that a terminal of POSIX systems asks for, and no other system loads."""

LOAD_ALL = """
import sys, importlib, pkgutil
# What is not ours is loaded as it is on this system.
import asyncio, click, ctypes, getpass, msgspec, multiprocessing, platformdirs, rich.console, rich.markdown, socket
import sqlite3, subprocess, tempfile, textual.app, textual.widgets, textual.drivers.headless_driver, sqlite_utils
import threading
import zipfile, gzip, urllib.parse, hashlib, shutil, signal, concurrent.futures, selectors, apprise
platform, missing, posix = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
sys.platform = platform

class NotHere:
    def find_spec(self, name, path=None, target=None):
        if name in missing:
            raise ImportError(f"no module named {name} on {platform}")

for name in missing:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, NotHere())
import careconsole
count = 0
for module in pkgutil.walk_packages(careconsole.__path__, "careconsole."):
    if not module.name.endswith("__main__") and module.name not in posix:
        importlib.import_module(module.name)
        count += 1
importlib.import_module("careconsole.__main__")
print(count)
"""


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_every_module_loads_on_other_systems(platform: str) -> None:
    missing, posix = (" ".join(POSIX_ONLY), " ".join(POSIX_MODULES)) if platform == "win32" else ("", "")
    call = [sys.executable, "-c", LOAD_ALL, platform, missing, posix]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 250


DATA = """
import os, sys
import platformdirs.{module} as folders
import platformdirs
platformdirs.PlatformDirs = folders.{name}
from careconsole.desk.database.environment import database_path
print(database_path(None))
"""


@pytest.mark.parametrize(
    "module, name, wanted",
    [
        ("macos", "MacOS", "Library/Application Support/careconsole/careconsole.db"),
        ("unix", "Unix", ".local/share/careconsole/careconsole.db"),
    ],
)
def test_the_database_lies_in_the_folder_of_each_system(module: str, name: str, wanted: str, tmp_path: Path) -> None:
    code = DATA.format(module=module, name=name)
    env = {"HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / wanted)


def test_without_posix_a_login_has_a_name_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.desk.database.environment import os_user

    monkeypatch.setitem(sys.modules, "pwd", None)
    monkeypatch.setenv("LOGNAME", "ana")
    assert os_user() == "ana"
