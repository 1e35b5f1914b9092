"""The rules: cases, events, clocks, measures. Pure Python that reads no clock, file or database."""
