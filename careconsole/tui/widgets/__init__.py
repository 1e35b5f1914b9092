"""Widgets and base classes that the screens share."""
