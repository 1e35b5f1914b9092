"""Where careconsole starts: `careconsole` and `python -m careconsole`."""

from __future__ import annotations


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    from careconsole.cli import run

    run()


if __name__ == "__main__":
    main()
