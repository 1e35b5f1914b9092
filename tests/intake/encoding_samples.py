"""Tables in many languages and encodings, invented, for the tests of what a file's encoding is taken for."""

from __future__ import annotations

TEXTS = {
    "German": (
        "Der Wasserkocher läuft über und die Küche ist naß – größere Schäden|Jürgen Köhler",
        "Rückerstattung für beschädigte Lieferung|Bärbel Schröder",
        "Können Sie die Rechnung über 25 € prüfen?|Özlem Weiß",
        "Gerät schaltet plötzlich ab|Günther Möller",
        "Schlüssel für das Gehäuse verloren|Käthe Grün",
    ),
    "French": (
        "La bouilloire est fêlée à l'arrivée, déjà réclamé deux fois|Hélène Lefèvre",
        "Où en est ma commande passée le mois dernier ?|François Gagné",
        "Remboursement refusé malgré la garantie prolongée|Zoé Béranger",
        "Problème de connexion à l'espace privé|Jérôme Crépin",
        "Pièce détachée à commander après l'été|Noël Desprès",
    ),
    "Spanish": (
        "La tetera llegó rota y el señor no contestó al teléfono|Íñigo Muñoz",
        "¿Cuándo llegará mi pedido de mañana?|Begoña Núñez",
        "Devolución del artículo dañado|José Ángel Peña",
        "No funciona la contraseña después del cambio|Inés Ibáñez",
        "Factura con dirección equivocada en España|Raúl Gómez",
    ),
    "Portuguese": (
        "A chaleira chegou com uma rachadura, não há reposição|João Conceição",
        "Não consigo alterar a minha senha|Inês Gonçalves",
        "Devolução da peça e reembolso até amanhã|Antônio Magalhães",
        "Atenção: cobrança em duplicidade no cartão|Conceição Araújo",
        "Instalação atrasada há três dias úteis|Sebastião Leitão",
    ),
    "Danish": (
        "Kedlen lækker på køkkenbordet og står stadig på gulvet|Søren Kjær",
        "Forkert størrelse på æsken, må jeg få pengene tilbage?|Bjørn Ågård",
        "Døren går ikke op efter flytningen|Åse Sørensen",
        "Hvornår kommer næste forsendelse fra Århus?|Jørgen Bæk",
        "Nøglen blev væk, ønsker en ny|Mærsk Østergård",
    ),
    "Polish": (
        "Czajnik przyszedł pęknięty, proszę o zwrot pieniędzy|Łukasz Wiśniewski",
        "Nie mogę się zalogować do sklepu od wczoraj wieczór, błąd hasła|Małgorzata Dąbrowska",
        "Paczka zaginęła w drodze, gdzie ją znaleźć?|Zbigniew Żółć",
        "Proszę o fakturę za ostatnie zamówienie|Agnieszka Świątek",
        "Uszkodzona część, źle dobrana śruba|Grażyna Wójcik",
    ),
    "Czech": (
        "Konvice dorazila prasklá, žádám vrácení peněz|Jiří Dvořák",
        "Nemohu se přihlásit k účtu, změněné heslo nefunguje|Božena Němcová",
        "Kdy přijde náhradní díl? Už čekám čtrnáct dní|Zdeněk Šťastný",
        "Špatná částka na faktuře za říjen|Kateřina Veselá",
        "Zásilka byla doručena do špatného města|Ondřej Růžička",
    ),
    "Hungarian": (
        "A vízforraló törötten érkezett, kérem a pénzem vissza|Gergő Kovács",
        "Nem tudok belépni, hibás jelszó a tegnapi frissítés óta|Zsófia Szűcs",
        "Mikor érkezik a következő szállítmány?|Győző Tóth",
        "Rossz összeg szerepel az októberi számlán|Ágnes Őri",
        "A csomag elveszett útközben, küldjenek újat|Jenő Lőrincz",
    ),
    "Russian": (
        "Чайник пришёл с трещиной, прошу вернуть деньги|Анна Иванова",
        "Не могу войти в личный кабинет после обновления|Сергей Петров",
        "Когда придёт следующая посылка?|Ольга Кузнецова",
        "Неверная сумма в счёте за октябрь|Дмитрий Соколов",
        "Потерян ключ от корпуса, пришлите новый|Наталья Фёдорова",
    ),
    "Greek": (
        "Ο βραστήρας έφτασε ραγισμένος και θέλω τα χρήματά μου πίσω|Γιώργος Παπαδόπουλος",
        "Δεν μπορώ να συνδεθώ μετά την ενημέρωση|Ελένη Νικολάου",
        "Πότε θα έρθει η επόμενη αποστολή;|Κώστας Αντωνίου",
        "Λάθος ποσό στο τιμολόγιο του Οκτωβρίου|Μαρία Δημητρίου",
        "Χάθηκε το κλειδί, στείλτε καινούργιο|Νίκος Ιωάννου",
    ),
    "Turkish": (
        "Su ısıtıcısı çatlak geldi, ücretin iadesini istiyorum|Ayşe Yıldız",
        "Güncellemeden sonra hesabıma giriş yapamıyorum|Çağlar Öztürk",
        "Sıradaki gönderi ne zaman ulaşacak?|İbrahim Şahin",
        "Ekim ayı faturasında yanlış tutar var|Gülşen Doğan",
        "Kutunun anahtarı kayboldu, yenisini gönderin|Işıl Kılıç",
    ),
    "Hebrew": (
        "הקומקום הגיע סדוק ואני מבקש החזר כספי|יעל כהן",
        "לא ניתן להתחבר לחשבון אחרי העדכון|משה לוי",
        "מתי יגיע המשלוח הבא?|רחל מזרחי",
        "סכום שגוי בחשבונית של אוקטובר|דוד פרץ",
        "המפתח אבד, נא לשלוח חדש|שרה ביטון",
    ),
    "Arabic": (
        "وصل الغلاي مكسورا وأريد استرداد المال|محمد العلي",
        "لا أستطيع الدخول إلى حسابي بعد التحديث|فاطمة حسن",
        "متى تصل الشحنة القادمة؟|أحمد منصور",
        "المبلغ في فاتورة أكتوبر غير صحيح|ليلى خوري",
        "ضاع مفتاح الصندوق، أرسلوا واحدا جديدا|يوسف سالم",
    ),
    "Japanese": (
        "やかんが割れて届きました。返金をお願いします|田中花子",
        "更新のあと、アカウントにログインできません|佐藤健一",
        "次の荷物はいつ届きますか|鈴木さくら",
        "十月の請求書の金額が間違っています|高橋直樹",
        "ケースの鍵をなくしました。新しいものを送ってください|渡辺ゆみ",
    ),
    "Simplified Chinese": (
        "水壶到货时已经破裂，请退款|王小明",
        "更新以后无法登录我的账户|李建国",
        "下一批货物什么时候到？|张丽华",
        "十月份的发票金额不对|刘海燕",
        "箱子的钥匙丢了，请寄一把新的|陈志强",
    ),
    "Traditional Chinese": (
        "水壺送到時已經破裂，請退款|林美玲",
        "更新之後無法登入我的帳戶|黃志明",
        "下一批貨物什麼時候到？|吳淑芬",
        "十月份的發票金額不對|蔡國華",
        "箱子的鑰匙丟了，請寄一把新的|許雅婷",
    ),
    "Korean": (
        "주전자가 깨진 채로 도착했습니다. 환불해 주세요|김민수",
        "업데이트 후 계정에 로그인할 수 없습니다|이영희",
        "다음 배송은 언제 도착하나요?|박지훈",
        "시월 청구서의 금액이 잘못되었습니다|최은지",
        "상자 열쇠를 잃어버렸으니 새것을 보내 주세요|정하늘",
    ),
}
"""Five rows for each language: a subject and a customer."""

PAIRS = (
    *(("German", name) for name in ("cp1252", "mac_roman", "cp437", "cp850", "iso8859-15", "iso8859-1")),
    *(("French", name) for name in ("cp1252", "mac_roman", "cp850")),
    *(("Spanish", name) for name in ("cp1252", "mac_roman", "cp850", "cp437")),
    *(("Portuguese", name) for name in ("cp1252", "cp850")),
    *(("Danish", name) for name in ("cp1252", "cp850", "mac_roman")),
    *(("Polish", name) for name in ("cp1250", "iso8859-2", "cp852")),
    *(("Czech", name) for name in ("cp1250", "iso8859-2", "cp852")),
    *(("Hungarian", name) for name in ("cp1250", "iso8859-2")),
    *(("Russian", name) for name in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")),
    *(("Greek", name) for name in ("cp1253", "iso8859-7")),
    *(("Turkish", name) for name in ("cp1254", "iso8859-9")),
    *(("Hebrew", name) for name in ("cp1255", "iso8859-8")),
    *(("Arabic", name) for name in ("cp1256", "iso8859-6")),
    *(("Japanese", name) for name in ("shift_jis", "euc-jp", "iso2022-jp")),
    ("Simplified Chinese", "gb18030"),
    ("Traditional Chinese", "big5"),
    ("Korean", "euc-kr"),
    *(
        (language, name)
        for language in ("German", "Russian", "Japanese")
        for name in ("utf-16", "utf-16-le", "utf-16-be")
    ),
    *((language, "utf-8") for language in ("German", "Korean")),
)
"""A language and an encoding that its tables are written in."""


def table(language: str, rows: int) -> str:
    """A table of cases in this language; those with more rows say the same again under other numbers."""
    lines = ["id;subject;customer;status;created"]
    texts = TEXTS[language]
    for number in range(rows):
        subject, customer = texts[number % len(texts)].split("|")
        lines.append(f"{1000 + number};{subject};{customer};Open;2024-03-{number % 28 + 1:02} 10:00")
    return "\n".join(lines) + "\n"


def written(language: str, encoding: str, rows: int) -> tuple[bytes, str]:
    """The table in this encoding, and its text; letters that the encoding lacks are left out of both."""
    text = table(language, rows).encode(encoding, "ignore").decode(encoding)
    return text.encode(encoding), text
