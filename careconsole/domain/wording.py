"""Guesses from the words of an inbound touch whether it waits for an answer. A wrong guess is corrected by hand.

The guess is careful: only text that is nothing but thanks, or that announces itself as automatic, is taken as such.
"""

from __future__ import annotations

import re

_AUTOMATIC = re.compile(
    r"""^\W*(
        auto(matic|mated|matische|matica|mática)?[ -]?(reply|response|antwort|answer)
      | automatische?[ ]antwort | abwesenheits(notiz|meldung)
      | out[ ]of[ ](the[ ])?office
      | réponse[ ]automatique | (message[ ])?d.absence
      | risposta[ ]automatica | respuesta[ ]automática | automatisch[ ]antwoord | automatiskt?[ ]svar
      | delivery[ ](status[ ]notification|has[ ]failed) | undeliverable | mail[ ]delivery
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_GRATEFUL = re.compile(
    r"\b(thanks?|thank you|thx|cheers|much appreciated|danke|vielen dank|merci|grazie|gracias|bedankt|dank je|tack)\b",
    re.IGNORECASE,
)
_BESIDES_THANKS = frozenset(
    "a again all am and ana appreciated best bye da danke dir es for from fully gracias grazie great greetings gruß grüße"
    " good help helped helping hi hello i ihre hilfe ihnen it je je kind lot lots many merci mille mit much muchas so"
    " ok okay perfect regards dear quick reply response solved sorted support super tack that that's the thank thanks"
    " this thx to very viel vielen vous vous vielen you your really wonderful works working everything now dank"
    " bedankt cheers team beaucoup pour votre aide per tante".split()
)


def sort_of(text: str) -> str:
    """The likely sort of an inbound touch: "auto" (automatic reply), "thanks" (bare thanks) or "message"."""
    head = text.strip()[:2000]
    if _AUTOMATIC.search(head):
        return "auto"
    if len(head) > 160 or "?" in head or not _GRATEFUL.search(head):
        return "message"
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", head)
    # A greeting or a signature adds a name or two; any other word may carry a message.
    others = [word for word in words if word.lower() not in _BESIDES_THANKS]
    names = len(others) <= 2 and all(word[0].isupper() for word in others)
    return "thanks" if names and not re.search(r"\d", head) else "message"
