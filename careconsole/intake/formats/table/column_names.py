"""The usual names of columns in seven languages, and which column has which role.

Names are compared folded: without case, accents and punctuation, and the same however they join words ("createdAt",
"created_at" and "Created At").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from unicodedata import combining, normalize

ROLES = (
    "case",
    "subject",
    "customer",
    "address",
    "owner",
    "status",
    "priority",
    "opened",
    "updated",
    "resolved",
    "closed",
    "channel",
    "tags",
    "description",
    "note",
)
"""What a column can be, in the order in which a guess is shown."""

TIMES = ("opened", "updated", "resolved", "closed")
"""The roles that are times."""

_OWN_WORDS = {
    "id": "case",
    "email": "address",
    "assignee": "owner",
    "title": "subject",
    "created": "opened",
    "tag": "tags",
}
"""Further words that the user may type for a role."""

# In each list, the names that say most come first; a role takes the column with the best name.
_USUAL: dict[str, str] = {
    "case": """
        case id|case number|case no|ticket id|ticket number|ticket no|ticket nr|ticket|case|issue key|issue id
        |key|number|id|reference|ref|request id|incident id|incident number|conversation id|no|nr|ticketnummer
        |fallnummer|vorgangsnummer|fall nr|vorgang|vorgangsnr|nummer|fall|numero du ticket|no du ticket
        |numero de dossier|dossier|numero de ticket|numero de la demande|numero|numero de caso|caso|id del caso
        |numero ticket|numero caso|numero richiesta|pratica|n ticket|codice|numero do chamado|chamado
        |numero do ticket|protocolo|id do ticket|zaaknummer|zaak|melding|meldingsnummer|ticket id number
        |bug id|bug|complaint id|complaint number|unique key|display id|ticket mask id|mask id|service request id
        |work order id|work order|external id
    """,
    "subject": """
        subject|title|summary|short description|short desc|ticket name|ticket title|request title|topic|issue
        |headline|name of case|name|complaint type|betreff|titel|thema|kurzbeschreibung|zusammenfassung|sujet
        |objet|titre|resume|asunto|titulo|tema|oggetto|titolo|assunto|onderwerp|samenvatting
    """,
    "customer": """
        customer|customer name|client|client name|requester name|requester|requester requester|requestor
        |requestors|requested by|requested for|reporter|reported by|contact name|contact|associated contact
        |customer user|caller|caller name|caller id|from|from name|sender|end user|consumer|submitter|submitted by
        |author|creator|full name|user name|user|customer email|requester email|contact email|contact handle
        |email address|from email|email|kunde|kundin|kundenname|kundenbenutzer|melder|anfrager|absender
        |anforderer|autor|cliente|nombre del cliente|nome cliente|nom du client|demandeur|demandeur demandeur
        |auteur|solicitante|richiedente|nome do cliente|requerente|klant|klantnaam|aanvrager|company|company name
        |organization|organisation|organization name|account|account name|associated company|firma|auftraggeber
        |entreprise|societe|empresa|azienda|ragione sociale|bedrijf|opened by|created by|customer id|client id
        |requester id|contact id
    """,
    "address": """
        customer email|customer e mail|customer email address|requester email|requester e mail|requester email address
        |contact email|contact e mail|client email|caller email|reporter email|reporter email address|sender email
        |from email|email address|e mail address|email|e mail|mail|kunden e mail|e mail kunde|e mail adresse
        |mail address|mailadresse|adresse e mail|courriel|email client|correo electronico|correo|email cliente
        |indirizzo email|posta elettronica|endereco de email|e mailadres|emailadres|klant email
    """,
    "owner": """
        owner|assignee|assigned to|assignee name|agent|assigned agent|agent assigned|assigned to technician
        |assigned to assigned to|owner name|case owner|ticket owner|agent owner|assignee user|assigned user
        |assigned technician|assigned staff|responsible|handled by|technician|technician name|support agent
        |assigned|assignee email
        |besitzer|agent besitzer|zugewiesen an|zugewiesen|bearbeiter|bearbeiterin|zustandig|verantwortlich
        |sachbearbeiter|agent name|proprietaire|assigne a|attribue a|responsable|affecte a|attribue a technicien
        |propietario|asignado a|asignado|agente|proprietario|assegnatario|assegnato a|operatore|incaricato
        |responsabile|responsavel|atribuido a|atendente|eigenaar|toegewezen aan|behandelaar|medewerker|assignee id
        |owner id|assigned to id
    """,
    "status": """
        status|ticket status|case status|status name|current status|request status|bug status|ticket status name
        |state|incident state|stage|pipeline stage|company response to consumer|zustand|bearbeitungsstand|statut
        |etat|estado|stato|situacao|toestand|stand
    """,
    "priority": """
        priority|priority name|urgency|severity|impact|prioritat|dringlichkeit|wichtigkeit|priorite|urgence
        |prioridad|urgencia|priorita|urgenza|prioridade|prioriteit|urgentie
    """,
    "opened": """
        opened|opened at|opened on|date time opened|opened date|created at|created|created on|created date
        |created time|create date|create time|created datetime|date time created|creation date|creation time
        |creation datetime|date created|date opened|opening date|open date|open time|opendate|start date|received
        |received at|date received|received date|received on|submitted at|submitted|submitted on|date submitted
        |submit date|reported|reported on|reported date|date reported|logged|logged at|logged on|date logged
        |log date|request date|date|timestamp|time|angelegt|angelegt am|erstellt|erstellt am|erstellungsdatum
        |eroffnet|eroffnet am|eingang|eingangsdatum|eingegangen|datum|cree|cree le|date de creation
        |date d ouverture|ouvert le|creado|creado el|creada|fecha de creacion|fecha de apertura|fecha|creato
        |creato il|data di creazione|data creazione|aperto il|data apertura|data|criado em|criado|data de criacao
        |data de abertura|aberto em|aangemaakt|aangemaakt op|aanmaakdatum|geopend op|gemeld op
    """,
    "updated": """
        updated|updated at|updated on|last updated|last update|last updated at|modified|modified at
        |last modified|last modified date|modified time|modified date|modified on|changed|changed at|last changed
        |changeddate|delta ts|last updated time|last activity|last activity date|update date|date updated
        |updated time|updated datetime|last change|last change date|date time last modified|last message date
        |geandert|geandert am|zuletzt geandert|aktualisiert|aktualisiert am|letzte anderung|modifie|modifie le
        |mis a jour|mis a jour le|derniere modification|date de modification|date de mise a jour|actualizado
        |actualizado el|modificado|ultima actualizacion|fecha de actualizacion|fecha de modificacion|aggiornato
        |aggiornato il|ultimo aggiornamento|modificato|data modifica|data aggiornamento|atualizado|atualizado em
        |ultima atualizacao|data de atualizacao|bijgewerkt|bijgewerkt op|gewijzigd|gewijzigd op|laatst gewijzigd
    """,
    "resolved": """
        resolved|resolved at|resolved on|resolution date|resolved date|resolution time|resolve time|resolved time
        |date resolved|date time resolved|resolved datetime|solved|solved at|solved on|solve date|solved date
        |date solved|completed at|completed time|completed date|completion date|date completed|done at|fixed at
        |last resolved|gelost|gelost am|behoben am|erledigt am|losungsdatum
        |resolu|resolu le|date de resolution|resuelto|resuelto el|fecha de resolucion|risolto|risolto il
        |data risoluzione|data di risoluzione|resolvido em|resolvido|data de resolucao|opgelost|opgelost op
        |afgehandeld op
    """,
    "closed": """
        closed|closed at|closed on|date time closed|close date|closed date|date closed|closing date|closed time
        |close time|last closed at|ticket closed time|closed datetime|closure date|close datetime|end date|finished
        |geschlossen|geschlossen am|abgeschlossen am|schliessdatum|enddatum|ferme|ferme le|date de fermeture
        |cloture le|date de cloture|cerrado|cerrado el|fecha de cierre|chiuso|chiuso il|data chiusura
        |data di chiusura|fechado em|fechado|encerrado em|data de fechamento|data de encerramento|gesloten
        |gesloten op|sluitingsdatum
    """,
    "channel": """
        channel|source|via|origin|contact channel|contact method|contact type|case origin|request source
        |request mode|mode|received via|submitted via|created via|initial channel|source type|medium
        |open data channel type|kanal|quelle|eingangskanal|canal
        |origine|origen|medio|canale|fonte|provenienza|origem|meio|kanaal|bron
    """,
    "tags": """
        tags|labels|tag|label|keywords|categories|category|schlagworte|schlagworter|kategorie|kategorien
        |stichworte|etiquettes|mots cles|categorie|etiquetas|palabras clave|categoria|etichette|parole chiave
        |palavras chave|marcadores|trefwoorden
    """,
    "description": """
        description|details|body|message|problem|question|content|text|long description|problem description
        |consumer complaint narrative|narrative
        |beschreibung|nachricht|anfrage|inhalt|problembeschreibung|contenu|demande|detail|descripcion|mensaje
        |detalle|detalles|descrizione|messaggio|dettagli|testo|descricao|mensagem|detalhes|omschrijving
        |beschrijving|bericht
    """,
    "note": """
        note|notes|internal notes|internal note|comment|comments|remarks|remark|bemerkung|bemerkungen|notiz
        |notizen|kommentar|kommentare|anmerkung|interne notiz|commentaire|commentaires|remarque|remarques|notas
        |comentarios|nota|observaciones|commenti|commento|osservazioni|comentario|observacoes|opmerking
        |opmerkingen|notitie|notities
    """,
}
_TAILS = ("name", "display name", "value", "title", "label", "full name", "date", "time", "utc", "gmt", "s")
"""What may follow a usual name without changing its role: assignee.name, status.value, created date."""
_COMPANIES = frozenset(
    (
        *("company", "organization", "organisation", "account", "firma", "unternehmen", "entreprise", "societe"),
        *("empresa", "azienda", "ragione", "bedrijf", "organisatie"),
    )
)
"""Words for customers that are companies: an address is one of their people's, and tells no two of them apart."""
_HEADS = ("ticket", "case", "issue", "request", "conversation", "incident", "fields", "the", "sys", "attributes")
"""What may precede a usual name: ticket.subject, fields.summary."""


@cache
def _names() -> dict[str, dict[str, int]]:
    """The rank of every usual name, by role: the lower, the better."""
    return {role: {" ".join(one.split()): n for n, one in enumerate(text.split("|"))} for role, text in _USUAL.items()}


def fold_name(name: str) -> str:
    """The name of a column for comparison: words of plain letters and digits, in lower case."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name[:200])
    name = name.casefold().replace("n°", "no ").replace("nº", "no ").replace("#", " no ")
    plain = "".join(char for char in normalize("NFKD", name) if not combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain)) or ("no" if "№" in name else "")


def role_named(word: str) -> str:
    """The role that the user calls `word`; empty if there is none."""
    folded = fold_name(word)
    return folded if folded in ROLES else _OWN_WORDS.get(folded, "")


def fit(role: str, column: str) -> int:
    """How well the name of a column says that it has this role: 1000 at best, 0 or less for not at all."""
    names, folded = _names()[role], fold_name(column)
    for lost, name in _shorter(folded):
        if name in names:
            return 1000 - names[name] - 200 * lost
    return 0


def _settle_address(chosen: dict[str, str], given: dict[str, str]) -> None:
    """Leaves out an address that does not tell customers apart; it may be the best name that a customer has."""
    address, customer = chosen.get("address", ""), chosen.get("customer", "")
    if not address or "address" in given or (customer and not _COMPANIES & set(fold_name(customer).split())):
        return
    del chosen["address"]
    if "customer" not in given and fit("customer", address) > (fit("customer", customer) if customer else 0):
        chosen["customer"] = address


def _shorter(name: str) -> list[tuple[int, str]]:
    """`name`, then without what may precede and follow it; each after the number of words left out."""
    found, at = [(0, name)], 0
    while at < len(found) and len(found) < 20:
        lost, one = found[at]
        at += 1
        found += [(lost + 1, one.removesuffix(f" {tail}")) for tail in _TAILS if one.endswith(f" {tail}")]
        found += [(lost + 1, one.removeprefix(f"{head} ")) for head in _HEADS if one.startswith(f"{head} ")]
    return found


def guess_roles(
    columns: Sequence[str], given: dict[str, str], refused: Collection[tuple[str, str]] = ()
) -> dict[str, str]:
    """The columns by roles: those `given`, then for each role the one whose name fits best; a column has one role.

    A role and a column that are `refused` do not go together.
    """
    chosen = dict(given)
    taken = set(given.values())
    fits = [
        (fit(role, column), -place, role, column)
        for role in ROLES
        for place, column in enumerate(columns)
        if (role, column) not in refused
    ]
    for score, _, role, column in sorted(fits, key=lambda one: one[:2], reverse=True):
        if score > 0 and role not in chosen and column not in taken:
            chosen[role] = column
            taken.add(column)
    _settle_address(chosen, given)
    return {role: chosen[role] for role in ROLES if chosen.get(role)}
