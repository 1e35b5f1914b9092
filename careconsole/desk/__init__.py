"""What a person or a script can do: load, decide, store. The one door to everything below.

`Desk` is somebody at work on an open database. What they do runs in a transaction (`Desk.read`, `Desk.write`), which
gets a `UnitOfWork` with what it knows of the team. Each module beside these is one kind of thing they can do: `work` on
cases, `takeback` (undo and redo), `ask` (queue, case, search, measures), `team`, `customers`, `record` (imports) and
`upkeep` (check, backup, restore). Modules are loaded when they are used, for a queue should not wait for an import.
"""

from careconsole.desk.session import Desk, identify

__all__ = ["Desk", "identify"]
