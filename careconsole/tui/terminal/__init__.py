"""The terminal: its input, the clipboard, signals and crashes."""
