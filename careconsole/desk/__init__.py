"""What a person or a script can do: load, decide, store. The one door to everything below.

`Desk` is somebody at work on an open database. What they do runs in a transaction (`Desk.read`, `Desk.write`), which
gets a `UnitOfWork` with what it knows of the team. Each folder beside these is a subject: `cases` (commands, undo, the
sweep), `queries` (queue, case, search, measures), `team` (also customers and settings), `imports`, `notices`, `console`
(what a console keeps for a person) and `database` (check, backup, restore). Modules are loaded when they are used, for
a queue should not wait for an import.

Nothing above the desk imports the store: the types of rows come from the modules that give them (such as
`case_queries.QueueRow`), and what any use of a database may raise (`Busy`, `DatabaseMissing`, `Newer`) from here.
"""

from careconsole.desk.session import Desk, identify
from careconsole.store import Busy, DatabaseMissing, Newer

__all__ = ["Busy", "DatabaseMissing", "Desk", "Newer", "identify"]
