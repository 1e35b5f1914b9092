"""The person at work at the console: sitting down, locking, preferences and notifications."""
