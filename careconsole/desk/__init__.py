"""What a person or a script can do: load, decide, store. The layers above reach the store only through here.

`Desk` is a person at work on an open database. What they do runs in a transaction (`Desk.read`, `Desk.write`), which
gets a `UnitOfWork` with the team's data. Each folder is a subject: `cases` (commands, undo, the sweep), `queries`
(queue, case, search, measures), `team` (also customers and settings), `imports`, `notices`, `console` (what a console
stores for a person) and `database` (check, backup, restore). Modules are imported where they are used, so that showing
the queue does not load the import code.

Nothing above the desk imports the store: row types come from the modules that return them (such as
`case_queries.QueueRow`), and the errors that any use of a database may raise (`Busy`, `DatabaseMissing`,
`NewerSchema`) from here.
"""

from careconsole.desk.session import Desk, identify
from careconsole.store import Busy, DatabaseMissing, NewerSchema

__all__ = ["Busy", "DatabaseMissing", "Desk", "NewerSchema", "identify"]
