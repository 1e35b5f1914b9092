"""What the usual values mean, in seven languages: words for a status, a priority, a channel, nobody, and a system.

Values are compared folded: without case, accents and punctuation. A map's own lists come first.
"""

from __future__ import annotations

import re
from functools import cache

from careconsole.intake.formats.table.column_names import fold_name

_STATUS = {
    "open": """
        open|new|active|in progress|assigned|reopened|re opened|todo|to do|started|opened|pending agent|ongoing
        |unresolved|acknowledged|accepted|unassigned|backlog|in review|triage|escalated|working|awaiting agent
        |answered by customer|customer replied|customer responded|waiting for support|waiting for agent
        |work in progress|registered|submitted|received|created|processing|processing assigned|processing planned
        |investigating|under investigation|under review|in process|in queue|queued|dispatched|allocated|confirmed
        |unconfirmed|customer reply|customer has replied|customer updated|not started|overdue|waiting on us
        |waiting on you|open reply|offen|neu|in bearbeitung|in arbeit|zugewiesen|wieder geoffnet|wiedereroffnet
        |laufend|angenommen|eroffnet|aktiv|ouvert|ouverte|nouveau|nouvelle|en cours|assigne|rouvert|en traitement
        |en cours attribue|en cours planifie|a traiter|abierto|abierta|nuevo|nueva|en curso|en progreso|asignado
        |reabierto|en proceso|aperto|aperta|nuovo|nuova|in corso|assegnato|riaperto|in lavorazione|aberto|aberta
        |novo|nova|em andamento|em progresso|atribuido|reaberto|em atendimento|geopend|nieuw|in behandeling
        |toegewezen|heropend|lopend
    """,
    "parked": """
        pending|on hold|hold|waiting|waiting on customer|waiting for customer|awaiting customer
        |waiting on third party|waiting for third party|pending customer|paused|snoozed|deferred|postponed
        |awaiting reply|awaiting response|waiting for reply|waiting for response|pending reminder|blocked
        |suspended|waiting on vendor|stalled|feedback|needinfo|needs info|need info|need more info
        |more info needed|more information required|info required|customer response requested
        |customer action required|user input required|with customer|with vendor|wartend|wartet|warten
        |warten auf kunde|wartet auf kunde|warten auf erinnerung|zuruckgestellt|pausiert|warten auf antwort
        |wartet auf antwort|in wartestellung|en attente|en attente client|en pause|suspendu|pendiente|en espera
        |esperando cliente|esperando respuesta|suspendido|in attesa|in sospeso|sospeso|in attesa del cliente
        |pendente|em espera|aguardando|aguardando cliente|wachtend|wacht op klant|in de wacht|aangehouden|wachten
    """,
    "resolved": """
        resolved|solved|done|fixed|completed|complete|finished|answered|fulfilled|closed successful
        |closed resolved|resolved by caller|closed fixed|closed complete|closed completed|closed solved
        |closed successfully|closed with explanation|closed with monetary relief|closed with non monetary relief
        |closed with relief|verified|auto resolved|answer provided|gelost|erledigt|behoben|fertig|abgeschlossen
        |beantwortet|resolu|resolue|termine|terminee|traite|resuelto|resuelta|terminado|solucionado|completado
        |risolto|risolta|completato|concluso|concluido|resolvido|resolvida|solucionado|finalizado|opgelost
        |afgehandeld|afgerond|voltooid|klaar
    """,
    "closed": """
        closed|closed unsuccessful|closed unresolved|archived|cancelled|canceled|duplicate|spam|deleted|rejected
        |declined|invalid|merged|closed incomplete|closed skipped|closed rejected|closed cancelled|closed canceled
        |closed no response|closed without relief|no response|unsuccessful|expired|worksforme|wontfix
        |cannot reproduce|not reproducible|not a bug|wont fix|won t fix|withdrawn|abandoned|not planned|removed
        |trash|void|closed duplicate|geschlossen|storniert|abgebrochen|duplikat|geloscht|abgelehnt|verworfen
        |ungultig|archiviert|zusammengefuhrt|ferme|fermee|clos|close|cloture|annule|annulee|doublon|rejete
        |supprime|archive|cerrado|cerrada|cancelado|cancelada|duplicado|rechazado|eliminado|archivado|anulado
        |chiuso|chiusa|annullato|duplicato|rifiutato|eliminato|archiviato|fechado|fechada|encerrado|encerrada
        |rejeitado|excluido|arquivado|gesloten|geannuleerd|duplicaat|afgewezen|verwijderd|gearchiveerd
    """,
}
DONE = frozenset(
    (
        *("closed", "geschlossen", "gesloten", "chiuso", "chiusa", "cerrado", "cerrada", "fechado", "fechada"),
        *("encerrado", "encerrada", "ferme", "fermee", "clos", "close", "cloture"),
    )
)
"""Words for an end that may well be a resolution: in a table without a column for its time, they mean one."""

_WAITING = re.compile(r"(?:awaiting|waiting|pending|on hold|hold)\b(?: (?:for|on|with|to))?\b ?(.*)")
_US = re.compile(
    r"\b(?:us|our|you|agents?|support|staff|technician|assignment|team|helpdesk|desk|internal|triage|analyst)\b"
)
_OTHERS = re.compile(
    r"\b(?:customers?|users?|client|caller|request[eo]r|consumer|contact|member|vendor|supplier|third|3rd|party|partner"
    r"|external)\b"
)
_THINGS = re.compile(
    r"\b(?:info|information|reply|response|feedback|input|confirmation|approval|change|problem|evidence|parts?|delivery"
    r"|payment|release|close|closure|auto)\b"
)
_GIVEN_UP = re.compile(
    r"\b(?:cancell?ed|withdrawn|rejected|declined|abandoned|duplicate|invalid|wont ?fix|worksforme)\b"
)
_ENDED = re.compile(r"(?:resolved|solved|fixed|completed)\b")


_PRIORITY = {
    "low": """
        low|lowest|minor|trivial|p4|p5|very low|niedrig|gering|sehr niedrig|basse|faible|tres basse|baja|bajo
        |muy baja|bassa|basso|baixa|baixo|laag|zeer laag|planning
    """,
    "normal": """
        normal|medium|default|moderate|standard|none|p3|mittel|normale|moyen|moyenne|media|medio|mittlere
        |normaal|gemiddeld|middel
    """,
    "high": """
        high|major|important|p2|hoch|wichtig|haute|elevee|eleve|alta|alto|elevata|hoog|belangrijk
    """,
    "urgent": """
        urgent|critical|highest|blocker|emergency|immediate|severe|p1|p0|very high|dringend|kritisch|sehr hoch
        |sofort|urgente|critique|tres haute|immediate|critica|critico|muy alta|inmediata|molto alta|immediata
        |muito alta|kritiek|spoed|zeer hoog
    """,
}
_CHANNEL = {
    "email": "email|e mail|mail|incoming email|courriel|correo|correo electronico|posta elettronica|per e mail|mail in",
    "phone": "phone|telephone|telefon|call|phone call|inbound call|telefono|telefone|telefoon|tel|anruf|appel|llamada"
    "|voice|voicemail|telefonisch",
    "chat": "chat|live chat|messaging|messenger|whatsapp|sms|web chat|text message",
    "web": "web|website|web form|form|portal|webformular|formular|formulaire|formulario|web widget|widget|site web|api"
    "|sito web|kundenportal|help center|mobile app|app|web service|online|self service|modulo web|webformulier",
    "letter": "letter|post|brief|lettre|carta|lettera|fax|courrier|brev|per post",
    "visit": "visit|walk in|in person|besuch|vor ort|visite|visita|bezoek|personlich|sur place|front desk",
    "social": "social|twitter|facebook|instagram|x|social media|soziale medien|twitter dm|linkedin",
    "other": "other|sonstige|sonstiges|autre|otro|altro|outro|anders|andere",
}
NOBODY = (
    "",
    "-",
    "?",
    "0",
    "null",
    "none",
    "nobody",
    "unknown",
    "unassigned",
    "not assigned",
    "n/a",
    "na",
    "nan",
    "nil",
    "(null)",
    "\\N",
    "--",
    "nicht zugewiesen",
    "niemand",
    "keiner",
    "unbekannt",
    "non assigné",
    "personne",
    "aucun",
    "inconnu",
    "sin asignar",
    "nadie",
    "desconocido",
    "non assegnato",
    "nessuno",
    "sconosciuto",
    "não atribuído",
    "ninguém",
    "desconhecido",
    "niet toegewezen",
    "onbekend",
)
"""The words for "nobody owns it", unless a map lists others."""

_SYSTEM = re.compile(
    r"\b(bot|robot|system|sistema|systeme|systeem|automat\w*|api|noreply|no reply|daemon|mailer|script|integration"
    r"|gateway|webhook|cron|monitor\w*|import|service account|admin|administrator|root|nagios|zapier|siebel|trigger)\b"
)


@cache
def _table(what: str) -> dict[str, str]:
    words = {"status": _STATUS, "priority": _PRIORITY, "channel": _CHANNEL}[what]
    table: dict[str, str] = {}
    for meaning, text in words.items():
        for word in text.split("|"):
            table.setdefault(" ".join(word.split()), meaning)
    return table


def meaning(what: str, value: str) -> str | None:
    """Our word for a value of `what` (status, priority, channel); None if it is unknown."""
    folded = fold_name(value)
    found = _table(what).get(folded) or (_phrase(folded) if what == "status" else None)
    if found is None and what != "channel":
        # "1 - Critical", "P2 High", "3. Normal (default)": the number only orders them.
        shorter = re.sub(r"^(?:p|prio|sev|priority)?\s?\d+\s+| default$", "", folded)
        found = _table(what).get(shorter) if shorter != folded else None
    return found


def _phrase(status: str) -> str | None:
    """What a status of several words says by how it begins: who is waited for, or that the matter was given up."""
    if waiting := _WAITING.fullmatch(status):
        rest = waiting[1]
        if _US.search(rest):
            return None if _OTHERS.search(rest) else "open"  # "pending user support" says neither
        known = status.startswith(("on hold", "hold")) or _OTHERS.search(rest) or _THINGS.search(rest)
        return "parked" if known else None
    if _GIVEN_UP.match(status):
        return "closed"
    if _ENDED.match(status):
        return "closed" if _GIVEN_UP.search(status) else "resolved"
    return None


def is_done(value: str) -> bool:
    """Whether a status value is a plain "closed", which may well mean a resolution (see DONE)."""
    return fold_name(value) in DONE


def sounds_like_a_system(name: str) -> bool:
    """Whether an owner's name is more likely a program's than a person's."""
    return _SYSTEM.search(fold_name(name)) is not None
