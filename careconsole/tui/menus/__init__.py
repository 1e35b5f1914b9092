"""Menus of what can be done: help, the palette, commands, views, columns, themes."""
