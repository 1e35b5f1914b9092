"""The wall display: what the whole team should see, on a screen that nobody sits at."""
