"""A firm's name as words that can be compared: legal forms off, scripts made one, spellings forgiven; not for scoring.

Ukrainian, Russian and their many romanisations meet in one skeleton: what may be written two ways is written one way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from cleanco.termdata import terms_by_type

from secondsource.market.meanings import meanings, stem

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "",
    "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_LOOK_ALIKES = str.maketrans("aceiopxyktmhb", "асеіорхуктмнв")
# What romanisers write in several ways, made one; the order counts.
_SPELLINGS = [(re.compile(pattern), instead) for pattern, instead in (
    (r"shch|stch", "sch"), (r"tech", "teh"), (r"tion|ssion", "tsi"),
    (r"tch", "ch"), (r"kh|x", "h"), (r"ph", "f"), (r"w", "v"), (r"tz|ts|cz", "c"),
    (r"ck|q", "k"),
    (r"ks", "h"), (r"[jy]", "i"), (r"ie|io", "e"), (r"c(?=[eihs])", "s"), (r"c", "k"), (r"h(?=$|[^aeiou])", "h"),
    (r"g", "h"), (r"ii+", "i"), (r"([^\W\d])\1+", r"\1"), (r"(?<=[^aeiou])i(?=[aou])", ""), (r"ei$|ii?$|oi$", "i"),
)]  # fmt: skip
_BETWEEN = frozenset("of for the and after named in on at to by и й та в у на по за с з для имени імені им ім".split())
_TWICE = re.compile(r"(.)\1+")
_ONE_LETTER = re.compile(r"(?<=[sz])h")
_VOWELS = re.compile(r"[aeiou]")
_FIRST_VOWELS = frozenset("aeiou")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th|й|я|ой|ый|ая|го)$")
_OWN_FORMS = (
    "тов тзов тдв фоп пп ат пат прат зат ват дп кп ко нвп нвф пвкп кнп дптл ооо оао зао пао ао нао ип чп нпп нпо "
    "фгуп гуп муп тоо одо уп чуп оо llc ltd pjsc jsc ojsc cjsc pao oao zao ooo ao tov fop prat pat dp kp pp fgup "
    "jsco company companies компания компании компанія компанії corporation корпорация корпорація лимитед лімітед "
    "мкао мкпао фкп fkp fse гбоу гбу гбук фгбу фгбук фгбоу fgbu фгау гуп муп кдп пкк icc mkao pjsco sc sue fsue "
    "limited incorporated corporation liability joint stock public private open closed the of and und et i та и"
).split()
_OWN_PHRASES = (
    "товариство з обмеженою відповідальністю", "товариство з додатковою відповідальністю", "приватне підприємство",
    "публічне акціонерне товариство", "приватне акціонерне товариство", "акціонерне товариство",
    "фізична особа підприємець", "державне підприємство", "комунальне підприємство", "мале приватне підприємство",
    "закрите акціонерне товариство", "відкрите акціонерне товариство", "общество с ограниченной ответственностью",
    "публичное акционерное общество", "закрытое акционерное общество", "открытое акционерное общество",
    "непубличное акционерное общество", "акционерное общество", "индивидуальный предприниматель",
    "федеральное государственное унитарное предприятие", "limited liability company", "public joint stock company",
    "joint stock company", "societe anonyme", "gesellschaft mit beschrankter haftung",
)  # fmt: skip


class _Letters(dict[int, str]):
    """What each letter becomes, worked out when it is first met: marks off (й and ї stay letters), the rest spaces."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        bare = letter if "\u0400" <= letter <= "\u04ff" else unicodedata.normalize("NFKD", letter)[0]
        self[code] = found = "" if letter in "’'ʼ`" else bare if bare.isalnum() or bare == "." else " "
        return found


_BARE = _Letters()
_MIXED = re.compile(r"\w*[\u0400-\u04ff]\w*")
_LATIN = re.compile(r"[a-z]")
_DOTTED = re.compile(r"\b(\w)\.\s?(?=\w\b)")


def plain(text: str) -> str:
    """Return a text in lower case, marks and punctuation off, dotted initials joined.

    >>> plain("Société «Alfa», S.A.")
    'societe alfa sa'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    bare = text.casefold().translate(_BARE)
    if not bare.isascii() and _LATIN.search(bare):
        # Latin letters that look Cyrillic slip into Cyrillic words: OОО with a Latin O first.
        bare = _MIXED.sub(lambda word: word[0].translate(_LOOK_ALIKES), bare)
    if "." in bare:
        bare = _DOTTED.sub(r"\1", bare).replace(".", " ")
    return " ".join(bare.split())


@lru_cache(maxsize=1 << 18)
def skeleton(word: str) -> str:
    """Return a word in one Latin spelling.

    >>> skeleton("Київ".casefold()) == skeleton("kyiv"), skeleton("группа") == skeleton("gruppa") == skeleton("група")
    (True, True)
    """
    text = "".join(_LETTERS.get(each, each) for each in word)
    for pattern, instead in _SPELLINGS:
        text = pattern.sub(instead, text)
    return text


@cache
def _forms() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    """Words that only say a legal form, the first words of phrases that do, and those phrases, cleanco's and ours."""
    listed = {plain(term) for terms in terms_by_type.values() for term in terms}
    words = {each for each in listed if " " not in each} | set(_OWN_FORMS)
    phrases = sorted({each for each in listed if " " in each} | set(_OWN_PHRASES), key=len, reverse=True)
    first = frozenset(each.partition(" ")[0] for each in phrases)
    return frozenset(words), first, re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")


def _without_form(name: str) -> tuple[list[str], list[str]]:
    """The words of a name without its legal form, and with it."""
    forms, first, phrases = _forms()
    text = plain(name)
    whole = text.split()
    left = whole if first.isdisjoint(whole) else phrases.sub(" ", text).split()
    return [each for each in left if each not in forms], whole


@lru_cache(maxsize=1 << 18)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others, each once, in order of the alphabet.

    Legal forms go; where nothing else is there, they stay. Words of known meaning become `=meaning`.

    >>> words("ТОВ «Київські будівельні системи»") == words("KYIVSKI BUDIVELNI SYSTEMY, LLC")
    True
    """
    kept, whole = _without_form(name)
    return tuple(sorted({word for each in kept for word in _meant(each)})) or tuple(
        sorted({skeleton(each) for each in whole} - {""})
    )


@lru_cache(maxsize=1 << 18)
def _meant(word: str) -> tuple[str, ...]:
    """The words that a word stands for: its meanings where they are known, else itself without its ending."""
    spelt = skeleton(_ORDINAL.sub(r"\1", word))
    known = meanings(spelt, skeleton)
    return tuple(f"={each}" for each in known) if known is not None else (stem(spelt),) if spelt else ()


@lru_cache(maxsize=1 << 18)
def sounds(word: str) -> str:
    """Return what is left of a word when its vowels go, as romanisers agree on the rest; z is s, short words stay.

    >>> sounds("hazprom"), sounds("hazprim"), sounds("tula"), sounds("=plant")
    ('hsprm', 'hsprm', 'tula', '=plant')
    """
    if word.startswith("="):
        return word
    bare = ("a" if word[:1] in _FIRST_VOWELS else word[:1]) + _VOWELS.sub("", word[1:])
    return bare.replace("z", "s") if len(bare) >= (3 if len(word) >= 6 else 4) else word


def initials(name: str) -> tuple[str, str]:
    """Return the first letters of a name's words, and the name itself where it is so short that it may be such letters.

    >>> initials("АО «Национальная Медиа Группа»"), initials("АО «НМГ»")
    (('nmh', ''), ('', 'nmh'))
    """
    kept, _whole = _without_form(name)
    spelt = [each for each in map(skeleton, [word for word in kept if word not in _BETWEEN]) if each]
    whole = _ONE_LETTER.sub("", "".join(spelt))
    letters = _TWICE.sub(r"\1", "".join(each[0] for each in spelt))
    return letters if len(letters) >= 3 and len(spelt) > 1 else "", whole if 3 <= len(whole) <= 8 else ""


def compact(found: Iterable[str]) -> str:
    """Return the words as one text, for comparisons that ignore how a name is split.

    >>> compact(("dnepr", "tekh"))
    'dneprtekh'
    """
    return "".join(found)
