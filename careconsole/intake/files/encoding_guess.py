"""Guesses the encoding of text that is neither UTF-8 nor UTF-16; the caller must tell the user that it is a guess.

charset-normalizer says in which encodings the text looks like writing at all. Many single-byte encodings pass that
test. Of those, the guess is the one whose letters fit one language; among equals, the most common one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

USUAL = {
    "cp1252": "Western European",
    "cp1251": "Cyrillic",
    "cp932": "Japanese",
    "cp1250": "Central European",
    "gb18030": "Chinese",
    "cp949": "Korean",
    "big5": "Traditional Chinese",
    "cp1254": "Turkish",
    "cp1253": "Greek",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp874": "Thai",
    "cp1257": "Baltic",
    "iso8859_15": "Western European",
    "iso8859_2": "Central European",
    "euc_jp": "Japanese",
    "koi8_r": "Cyrillic",
    "koi8_u": "Ukrainian",
    "mac_roman": "Western European, of a Mac",
    "cp850": "Western European, of DOS",
    "cp437": "American, of DOS",
    "cp852": "Central European, of DOS",
    "cp866": "Cyrillic, of DOS",
    "iso8859_5": "Cyrillic",
    "iso8859_7": "Greek",
    "iso8859_8": "Hebrew",
    "iso8859_6": "Arabic",
    "iso8859_9": "Turkish",
    "cp857": "Turkish, of DOS",
    "mac_latin2": "Central European, of a Mac",
    "mac_cyrillic": "Cyrillic, of a Mac",
    "mac_greek": "Greek, of a Mac",
    "mac_turkish": "Turkish, of a Mac",
}
"""The encodings that exports are written in by what they cover, the most usual ones first."""

# The letters beyond ASCII of one language each, the most frequent ones first.
_ALPHABETS = (
    "üäöß",
    "éèàêçôùîâûëïœæüÿ",
    "óáíéñúü¿¡ºª",
    "ãçáéíóêõâúàôüºª",
    "èàòùéìóíîú",
    "øåæéü",
    "äöåéà",
    "ëéïèöüóáê",
    "íáéóðþúýæö",
    "łęążśóćńź",
    "íáéěžýšřčůúťňóď",
    "áíéýčžšúľťôňäďóĺŕ",
    "áéöóőüíúű",
    "ăîâșțşţ",
    "šžčćđ",
    "ıüşçöğiâîû",
    "ėšųžąįūčę",
    "āīēšņļūčžķģ",
    "äõüöšž",
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "оаинвтеріслкдумпязьбгчхйїжєцюшщґф",
    "аоиенрстјувкдпмлзгбчшцжњћљђхџф",
    "αοιετσνηυρπκμλςωδγθφχβξζψίάόέύήώϊϋΐΰ",
    "יוהלאתרבמשנחקדפכעטםגצסזןךףץ",
    "اليمنوترهعبدسفكقحةجىأشصطخإذضغئزثآءؤظ،؟؛ًٌٍَُِّْ",
    "านรอก่้เงมยลวดิีทัสตะปบคหแจพชขใไืุูถโณ็ึผซศญฟธภฉษ์ๆฐฎฝำฤฮฆฏฑฒฬฌ฿",
)
_FREQUENT = 0.6
"""How much it counts, beside whether the letters are a language's own, whether they are its frequent ones."""
_RANKS = [
    {char: 1 + _FREQUENT * (1 - rank / len(alphabet)) for rank, char in enumerate(alphabet)} for alphabet in _ALPHABETS
]
_SIGNS = frozenset("\xa0–—‘’“”„«»…€£§°©®™·½²³×№•")
_SIGN = 1.4
"""A sign in its place counts as much as a letter that is neither frequent nor rare in its language."""
_IN_WORDS = frozenset("’")
"""The signs that stand between letters, too."""
_RARE = {"iso": 0.02, "mac_roman": 0.08, "mac_cyrillic": 0.08, "mac": 0.15, "cp437": 0.12, "cp85": 0.1, "cp8": 0.05}
"""What an encoding loses that hardly any export has nowadays, by how its name begins."""
_CHAOS = 0.25
"""How much more like noise than the best reading a text may look and still be compared by its letters."""
_MOST = 8 * 1024
_NEARLY = 0.02


def guess_encoding(sample: bytes) -> str:
    """The likeliest encoding of a text that begins with `sample`, one of `USUAL`; empty if it reads in none."""
    telling = _telling(sample)
    if name := _guess(telling):
        return name
    return next((name for cut in range(1, 4) if (name := _guess(telling[:-cut]))), "")


def _guess(telling: bytes) -> str:
    from charset_normalizer import from_bytes  # only files that are not UTF-8 pay for it

    matches = list(from_bytes(telling, cp_isolation=list(USUAL), threshold=0.5))
    best = min((match.chaos for match in matches), default=0.0)
    scores: dict[str, float] = {}
    for match in matches:
        if match.chaos <= best + _CHAOS and (name := _first_that_reads(telling, text := str(match))):
            rare = next((loss for start, loss in _RARE.items() if name.startswith(start)), 0.0)
            scores[name] = likeness(text) - match.chaos / 2 - rare
    highest = max(scores.values(), default=0.0)
    return next((name for name in USUAL if scores.get(name, -1.0) >= highest - _NEARLY), "")


def _telling(sample: bytes) -> bytes:
    """The lines that have bytes beyond ASCII, for only they tell encodings apart; each once, some thousand bytes.

    The last line is left out, since the sample may end inside one of its characters.
    """
    lines = sample.splitlines()
    if len(lines) > 1 and not sample.endswith((b"\n", b"\r")):
        lines.pop()
    found: dict[bytes, None] = {}
    size = 0
    for line in lines:
        if not line.isascii() and line not in found and size < _MOST:
            found[line] = None
            size += len(line)
    return b"\n".join(found) or sample[:_MOST]


def _first_that_reads(data: bytes, text: str) -> str:
    """The most usual encoding in which `data` is `text`."""
    for name in USUAL:
        try:
            if data.decode(name) == text:
                return name
        except UnicodeDecodeError:
            continue
    return ""


def likeness(text: str) -> float:
    """How much the characters beyond ASCII are those of one language: 0 to 1, more if they are its frequent ones."""
    high = [place for place, char in enumerate(text) if char > "\x7f"]
    if not high:
        return 0.0
    weights = [(text[place].lower(), weight) for place in high if (weight := _in_place(text, place))]
    signs = sum(char in _SIGNS for char, _ in weights)
    best = max(*(_of_alphabet(weights, ranks) for ranks in _RANKS), _of_east_asia(char for char, _ in weights))
    return (best + _SIGN * signs) / len(high)


def _in_place(text: str, place: int) -> float:
    """How much a character stands where such ones do, from 0 for a sign or capital inside a word of small letters."""
    char, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if not char.isalpha():
        return 1.0 if char in _IN_WORDS or not (before.isalpha() and after.isalpha()) else 0.0
    if char >= "\u0250" and any(other.isascii() and other.isalpha() for other in (before, after)):
        return 0.0  # two scripts in one word
    if not char.isupper():
        return 1.0
    if before.islower() or not (before.isalpha() or after.isalpha()) or (before.isalpha() and after.islower()):
        return 0.0
    return 0.9 if before.isalpha() else 1.0


def _of_alphabet(weights: list[tuple[str, float]], ranks: dict[str, float]) -> float:
    return sum(weight * ranks.get(char, 0.0) for char, weight in weights)


_KANA = re.compile("[ぁ-ヾ]")
_HANGUL = re.compile("[가-힣]")
_HAN = re.compile("[一-鿿]")
_WIDE = re.compile("[、。「」『』【】・ー〜！？，．：；（）￥　]")
_FREQUENT_IN = {"euc_jp": (0xB0, 0xCF), "gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "euc_kr": (0xB0, 0xC8)}
"""The standards list frequent characters first: those with these first bytes."""


def _of_east_asia(letters: Iterable[str]) -> float:
    """The same for Japanese, Korean and Chinese, which mix no scripts but kana and Chinese characters."""
    text = "".join(letters)
    kana, wide, han, hangul = (
        len(_KANA.findall(text)),
        len(_WIDE.findall(text)),
        _HAN.findall(text),
        _HANGUL.findall(text),
    )
    japanese = kana + _frequent(han, "euc_jp") if kana > 0.2 * len(han) else 0
    chinese = max(_frequent(han, "gb2312"), _frequent(han, "big5")) if kana == len(hangul) == 0 else 0
    return 1.4 * max(japanese, _frequent(hangul, "euc_kr"), 0.95 * chinese) + 1.2 * wide


def _frequent(chars: list[str], standard: str) -> int:
    """How many of the characters are among the frequent ones of a standard."""
    first, last = _FREQUENT_IN[standard]
    return sum(first <= char.encode(standard, "replace")[0] <= last for char in chars)
