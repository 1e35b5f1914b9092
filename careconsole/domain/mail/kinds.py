"""What a mail can be. In a module of its own, because the list of cases asks for bounces and loads no mails."""

from __future__ import annotations

MESSAGE, AUTOMATIC, BOUNCE, RATING, THANKS = "message", "automatic", "bounce", "rating", "thanks"
