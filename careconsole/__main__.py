"""Where careconsole starts: `careconsole` and `python -m careconsole`."""

from __future__ import annotations


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    import gc

    # Hardly anything that a short command makes is garbage, and looking for it took a seventh of its time: while it
    # starts, and again when the interpreter ends. Long ones still look now and then.
    gc.set_threshold(50_000)
    from careconsole.cli import run

    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
