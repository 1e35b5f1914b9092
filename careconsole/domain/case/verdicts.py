"""What a check of a change finds, and what a review says of a change that was made before."""

from __future__ import annotations

DID_NOT_HOLD, NOT_KNOWN, OTHER_CAUSE = "did not hold", "not known", "other cause"
WHYS = (DID_NOT_HOLD, NOT_KNOWN, OTHER_CAUSE)
"""Why a cause came up after a change for it was made: that did not hold, was not known, or it is another cause."""
CAME_BACK = {
    DID_NOT_HOLD: "the change made before did not hold",
    NOT_KNOWN: "the change made before was not known",
    OTHER_CAUSE: "another cause than it seemed",
}
"""The same, as a sentence says it."""
WORKS, NOT_YET, NO, CANNOT_TELL = "works", "not yet", "no", "cannot tell"
VERDICTS = {
    WORKS: "it works",
    NOT_YET: "it does not work yet",
    NO: "it does not work",
    CANNOT_TELL: "nobody can tell yet",
}
"""What a check of a change finds, and as a sentence says it. After "not yet" and "cannot tell" it is checked again."""
