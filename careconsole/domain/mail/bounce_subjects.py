"""What a bounce without a part for programs means, guessed from its subject: a failure, a delay, or either."""

from __future__ import annotations

import re

from careconsole.domain.mail.kinds import BOUNCE
from careconsole.domain.mail.received import ReceivedMail

_FAILURE = re.compile(
    r"\b(?:undeliver|not (?:be )?deliver|delivery (?:has )?fail|delivery status notification \(fail"
    r"|mail delivery fail|failure notice|returned mail|returned to sender|returning message|user unknown"
    r"|unzustellbar|nicht zu(?:stell|gestell)|nicht ausgeliefert|non remis|non distribu|\xe9chec d|mancata consegna"
    r"|mancato recapito|non recapitat|no entregad|no se pudo entregar|no se ha podido entregar|onbestelbaar"
    r"|niet bezorgd|n\xe3o entregue)|n['\u2019]t be deliver",
    re.IGNORECASE,
)
"""Words by which a server says that it gave a mail up."""
_DELAY = re.compile(r"\b(?:delay|warning|still being retried|verz\xf6ger|retard|ritard)", re.IGNORECASE)
"""Words by which it says that it goes on trying."""
_LONGEST_SUBJECT = 1_000


def says_failure(mail: ReceivedMail) -> bool:
    """Whether a bounce without reports says that a mail was given up, and nothing else."""
    return _is_guessed(mail) and _says(_FAILURE, mail) and not _says(_DELAY, mail)


def is_unclear(mail: ReceivedMail) -> bool:
    """Whether a bounce without reports may say either: a person has to look."""
    return _is_guessed(mail) and _says(_FAILURE, mail) == _says(_DELAY, mail)


def _is_guessed(mail: ReceivedMail) -> bool:
    return mail.kind == BOUNCE and not mail.reports


def _says(words: re.Pattern[str], mail: ReceivedMail) -> bool:
    return words.search(mail.subject[:_LONGEST_SUBJECT]) is not None
