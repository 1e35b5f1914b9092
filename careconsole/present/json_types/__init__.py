"""The types that `--json` prints: each command's output is one of these, and docs/schema is made from them.

Moments are text (ISO 8601, UTC), spans whole seconds, people and customers names; absent values are null. A list stays
a list with one entry or none. Fields may be added; a field is renamed only with a note in the change log.
"""
