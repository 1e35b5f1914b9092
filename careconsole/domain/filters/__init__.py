"""The language in which the queue is filtered."""
