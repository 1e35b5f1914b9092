"""What `--json` prints, as types: each command's output is one of these, and docs/schema is made from them.

Moments are text (ISO 8601, UTC), spans whole seconds, people and customers names, and what is absent is null. A
list stays a list when there is one entry or none. New fields may come; a field is renamed only with a note in the
change log.
"""
