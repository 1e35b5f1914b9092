"""Words that say nothing about what a case is about: those of grammar, of greeting and of asking.

How rare a word is tells as much in a database with thousands of cases. In one with a few dozen, "please" and "gasket"
are equally rare, so the everyday words of the languages that teams write most are listed here.
"""

from __future__ import annotations

from careconsole.domain.terminal_text import search_key

_ENGLISH = """
    a able about after again all already also always am an and another any anyone anything are around as ask asked asks
    at away back be because been before being best both but by call called came can can't cannot come comes could day
    days dear did didn't do does doesn't doing don't done down each either else ever every everything few first for
    from get gets getting give given go goes going gone good got great had has hasn't have haven't he hello help her
    here hi him his hope how i if i'd i'll i'm in into is isn't it it's its i've just kind know last later let like
    little long look looking lot made make many may maybe me mine more morning most much must my need needed needs
    never new next no none not nothing now of off ok old on once one only or other our out over own people please
    possible put question really regards regarding said same say says see seems send sends sent she should since so
    some somebody someone something soon sorry still such sure take takes tell than thank thanks that that's the their
    them then there these they thing things think this those though three through time times to today told tomorrow too
    tried try trying two under until up urgent us use used using very want wanted wants was wasn't way we week weeks
    well went were what what's when where whether which while who why will wish with within without won't would write
    wrote yes yesterday yet you your yours
"""
_GERMAN = """
    ab aber alle alles als also am an andere auch auf aus bei beim bekommen beste bin bis bitte brauche brauchen da
    danke dann darf das dass dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort drei du
    durch ein eine einem einen einer eines einfach er es etwas euch frage frau für ganz geben gegen gehen geht gern
    gerne gestern gibt grüße gruß gut guten habe haben hallo hat hatte hätte herr heute hier hilfe ich ihm ihn ihnen
    ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jetzt kann kein keine keinen kommen kommt können könnte
    lange leider liebe lieber machen man mehr mein meine meinem meinen meiner mich mir mit morgen muss müssen nach neu
    neue neuen nicht nichts noch nochmal nun nur ob oder ohne schon sehr seit sein seine sich sie sind so soll sollte
    sowie tag tage tagen über um und uns unser unsere unter vielen vom von vor wann war waren warum was weil wenn
    werden wie wieder wir wird wo woche wochen wollen würde würden zu zum zur zwei
"""
_FRENCH = """
    ai aide aider aimerais aller alors après as au aussi autre aux avais avait avant avec avez avoir avons besoin bien
    bonjour bonsoir c'est ça car ce cela ces cet cette chez comme comment cordialement dans de déjà demain depuis des
    deux dois dont du elle elles en encore entre est et était êtes être eu fait faire fois hier il ils j'ai j'aimerais
    je jour jours la le les leur lui m'aider ma madame mais me merci mes moi mon monsieur ne nos notre nous on ont ou
    où par pas peu peut peux plus pour pourquoi pouvez pouvoir pourriez près qu'il quand que quel quelle qui quoi sa
    sans se semaine ses si s'il son sont sous sur ta te tes toujours tous tout toute très trop tu un une veux voir vos
    votre voudrais vous y
"""
_SPANISH = """
    a ahora al algo alguna antes aquí así aún ayer ayuda bien buenas buenos cada como cómo con cual cuál cuando cuándo
    de del desde después día días donde dónde dos el ella ellos en entre era es esa ese eso esta está estaba están
    estar este esto estoy favor fue gracias ha hace hacer hacia han hasta hay he hola hoy la las le les lo los más
    mañana me mi mis muchas mucho muy nada necesito ni no nos nosotros nuestra nuestro o otra otro para pero poco por
    porque puede puedo que qué quería quiero quisiera saludos se semana ser si sí sido sin sobre solo sólo son soy su
    sus también tan tengo tiene todavía todo todos tu tus un una uno usted ustedes va ver vez y ya yo
"""
_ITALIAN = """
    a abbiamo adesso ai aiuto al alla alle allo anche ancora avere avete bene buona buongiorno c'è che chi ci ciao come
    con cosa così cui da dai dal dalla degli dei del della delle di dopo dove due e è era essere fa fare favore fra già
    giorni giorno gli gentile grazie ha hanno ho i ieri il in io l la le lei loro lo lui ma me mi mia mio molto ne nei
    nel nella no noi non nostra nostro o oggi ogni per perché però più poco poi posso potete prego prima può qualche
    quale quando quanto quella quello questa questo qui saluti salve se sempre senza sia siamo sono sta stato su sua
    sul sulla suo tra troppo tutti tutto un una uno va vi voi volta vorrei vostra vostro
"""
_PORTUGUESE = """
    a agora ainda ajuda ao aos aquela aquele as até boa bom com como da das de depois dia dias do dois dos e é ela ele
    eles em então era essa esse esta está estão estava este estou eu favor fazer foi há hoje isso isto já lhe mais mas
    me mesmo meu minha muito na nada não nas no nos nós nossa nosso o obrigada obrigado olá onde ontem os ou para pela
    pelo por porque porquê posso pode preciso quando que quem quero são se sem sempre ser seu sim só sobre sua também
    tem tenho ter tudo um uma vez você vocês
"""
_DUTCH = """
    aan al alle als alstublieft andere bedankt ben bij daar dag dagen dan dank dat de deze die dit doen door dus een en
    er even gaan gaat geen geachte gisteren goed graag groet groeten haar had hallo heb hebben heeft heel hem het hier
    hij hoe hulp iets ik in is ja jaar je jij jullie kan keer komen kunnen kunt kwam maar maken mee meer met mij mijn
    moet moeten morgen na naar niet niets nieuw nieuwe nog nu of om omdat ons onze ook op over te tegen toch toen tot
    twee u uit uw van vandaag veel voor vraag waar wanneer waarom was wat we week weer wel welke werd wie wil willen
    wij worden wordt zal ze zeer zich zij zijn zo zonder zou
"""

EVERYDAY = frozenset(
    search_key(word)
    for words in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH)
    for word in words.split()
)
"""The words, folded as the search folds them."""
