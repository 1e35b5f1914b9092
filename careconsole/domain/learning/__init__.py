"""What exceptions taught: whether a change helped, and how causes come up again."""
