"""Guesses from the text of an inbound message whether it needs an answer. A wrong guess is corrected by hand.

The guess is cautious: a message taken for thanks leaves a customer without an answer, while the opposite only starts a
clock. Only bare thanks count as thanks, and only a text whose first words announce it as automatic counts as that.
"""

from __future__ import annotations

import re

from careconsole.domain.late_pattern import LatePattern

_AUTOMATIC = LatePattern(
    r"""^\W*(
        (
            auto(matic|mated|matische|matica|mática)?[ -]?(reply|response|antwort|answer)
          | automatische?[ ]antwort | abwesenheits(notiz|meldung) | automatisch[ ]antwoord | automatiskt?[ ]svar
          | réponse[ ]automatique | (message[ ])?d.absence | message[ ]d.absence
          | risposta[ ]automatica | respuesta[ ]automática | resposta[ ]automática
          | out[ ]of[ ](the[ ])?office([ ](auto(matic)?[ -]?)?(reply|response|message|notification))?
          | undeliver(able|ed)([ ]mail)?([ ]returned[ ]to[ ]sender)?
        )[ ]*([]:()\[|.!–—-]|\n|$)
      | out[ ]of[ ](the[ ])?office[ ](until|from)\b
      | delivery[ ]status[ ]notification | delivery[ ]has[ ]failed[ ]to[ ]these[ ]recipients
      | mail[ ]delivery[ ](sub)?system | mail[ ]delivery[ ]failed[ ]*:[ ]*returning
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_GRATEFUL = frozenset(
    """
    appreciated bedankt cheers danke dank gracias grazie merci obrigada obrigado tack thank thanks thankyou thx
    """.split()  # noqa: SIM905 - a list of so many words is read more easily as text
)
_GREETING = frozenset(
    """
    best beste bonjour buongiorno cher chère ciao cordialement dear frau greetings groet groeten gruß grüße grüßen
    guten hallo hei hej hello herr hi hola hälsningar madame miss monsieur mr mrs ms querida querido regards
    saludos salut saluti señor señora
    """.split()  # noqa: SIM905
)
_BESIDES = frozenset(
    """
    a again aide aiuto all alla alles allt alright am and antwort appreciated are avec awesome ayuda beaucoup
    besten bien bye con cordiali da das de deine den der die dir dit du e eine el else en es et euch eure
    everything excellent fantastic fine for freundliche freundlichen fully für geholfen geklappt good great hat
    help helped helping hilfe hjälpen hulp i ihnen ihr ihre il indeed is it je jetzt kind kindest klar la las
    liebe lieben los lot lots lovely ma many med mejores met mille mit molte much mucha muchas mucho muito mycket
    nice nochmal nochmals now och of ok okay parfait per perfect perfectly perfekt por pour prima quick quickly
    rapide really reply response respuesta risposta rápida réponse saluti schnell schnelle sehr so solved sorted
    su sua super support supporto så team that that's that’s the this to tous très tu tua tusen tutto un una vale
    veel very viel viele vielen voor votre vous vriendelijke vänliga warm well wonderful worked working works y
    you your
    """.split()  # noqa: SIM905
)
# Things asked for or given: they mean past help only after a word such as "for" ("thanks for your help").
_GIVEN = frozenset(
    """
    aide aiuto antwort ayuda help hilfe hjälpen hulp reply réponse response respuesta risposta
    """.split()  # noqa: SIM905
)
_FOR = frozenset(
    """
    for für per por pour voor till de all deine die ihre your votre su tu tua sua
    """.split()  # noqa: SIM905
)


def classify(text: str) -> str:
    """The likely sort of an inbound message: "auto" (automatic reply), "thanks" (bare thanks) or "message"."""
    head = text.strip()[:2000]
    if _AUTOMATIC.search(head):
        return "auto"
    return "thanks" if _is_bare_thanks(head) else "message"


def _is_bare_thanks(text: str) -> bool:
    if len(text) > 160 or re.search(r"[?¿\d]", text):
        return False
    lines = [re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]", line) for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(map(_could_be_name, lines[-1])) and len(lines[-1]) <= 2:
        lines.pop()  # the signature
    return any(word.lower() in _GRATEFUL for line in lines for word in line) and all(map(_only_thanks, lines))


def _only_thanks(line: list[str]) -> bool:
    """Whether a line consists of words of thanks only; names may follow a greeting or a word of thanks."""
    addressed, names, given_for = False, 0, False
    for word in line:
        low = word.lower()
        if not word[0].isalpha():
            addressed = addressed and word == ","
        elif low in _GRATEFUL or low in _GREETING:
            addressed = True
        elif low in _BESIDES:
            if low in _GIVEN and not given_for:
                return False
            addressed, given_for = False, given_for or low in _FOR
        elif addressed and names < 2 and _could_be_name(word):
            names += 1
        else:
            return False
    return True


def _could_be_name(word: str) -> bool:
    return word.istitle()
