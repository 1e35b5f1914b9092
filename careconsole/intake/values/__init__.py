"""Parsing of single values: times, ids, texts, paths and patterns."""
