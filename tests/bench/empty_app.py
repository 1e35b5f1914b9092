"""The least that Textual can do: an empty app. `python -m tests.bench.empty_app`; ctrl+q quits it."""

from __future__ import annotations

from textual.app import App

if __name__ == "__main__":
    App[None]().run()
