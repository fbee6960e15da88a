"""A firm's name as words that can be compared: legal forms off, scripts made one, spellings forgiven; not for scoring.

Ukrainian, Russian and their many romanisations meet in one skeleton: what may be written two ways is written one way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from cleanco.termdata import terms_by_type

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "",
    "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_LOOK_ALIKES = str.maketrans("aceiopxyktmhb", "асеіорхуктмнв")
# What romanisers write in several ways, made one; the order counts.
_SPELLINGS = [
    (r"shch|stch", "sch"), (r"tch", "ch"), (r"kh|x", "h"), (r"ph", "f"), (r"w", "v"), (r"tz|ts|cz", "c"),
    (r"ck|q", "k"),
    (r"ks", "h"), (r"[jy]", "i"), (r"ie|io", "e"), (r"c(?=[eihs])", "s"), (r"c", "k"), (r"h(?=$|[^aeiou])", "h"),
    (r"g", "h"), (r"ii+", "i"), (r"(.)\1+", r"\1"), (r"(?<=[^aeiou])i(?=[aou])", ""), (r"ei$|ii?$|oi$", "i"),
]  # fmt: skip
_OWN_FORMS = (
    "тов тзов тдв фоп пп ат пат прат зат ват дп кп ко нвп нвф пвкп кнп дптл ооо оао зао пао ао нао ип чп нпп нпо "
    "фгуп гуп муп тоо одо уп чуп оо llc ltd pjsc jsc ojsc cjsc pao oao zao ooo ao tov fop prat pat dp kp pp fgup "
    "jsco company "
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


def _plain(text: str) -> str:
    """Lower case, marks off (but й and ї stay letters), punctuation to spaces, dotted initials joined."""
    text = text.casefold().replace("’", "").replace("'", "").replace("ʼ", "").replace("`", "")
    letters = []
    for each in unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)):
        bare = each if "\u0400" <= each <= "\u04ff" else unicodedata.normalize("NFKD", each)[0]
        letters.append(bare if bare.isalnum() else "." if bare == "." else " ")
    # Latin letters that look Cyrillic slip into Cyrillic words: OОО with a Latin O first.
    mixed = re.sub(r"\w*[\u0400-\u04ff]\w*", lambda word: word[0].translate(_LOOK_ALIKES), "".join(letters))
    joined = re.sub(r"\b(\w)\.\s?(?=\w\b)", r"\1", mixed)
    return " ".join(joined.replace(".", " ").split())


@lru_cache(maxsize=1 << 18)
def skeleton(word: str) -> str:
    """Return a word in one Latin spelling.

    >>> skeleton("Київ".casefold()) == skeleton("kyiv"), skeleton("группа") == skeleton("gruppa") == skeleton("група")
    (True, True)
    """
    text = "".join(_LETTERS.get(each, each) for each in word)
    for pattern, instead in _SPELLINGS:
        text = re.sub(pattern, instead, text)
    return text


@cache
def _forms() -> tuple[frozenset[str], re.Pattern[str]]:
    """Words and phrases that only say a legal form: cleanco's and our own."""
    listed = {_plain(term) for terms in terms_by_type.values() for term in terms}
    words = {each for each in listed if " " not in each} | set(_OWN_FORMS)
    phrases = sorted({each for each in listed if " " in each} | set(_OWN_PHRASES), key=len, reverse=True)
    return frozenset(words), re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")


@lru_cache(maxsize=1 << 18)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others, each once, in order of the alphabet.

    Legal forms go; where nothing else is there, they stay.

    >>> words("ТОВ «Київські будівельні системи»") == words("KYIVSKI BUDIVELNI SYSTEMY, LLC")
    True
    """
    found, phrases = _forms()
    plain = _plain(name)
    kept = [each for each in phrases.sub(" ", plain).split() if each not in found]
    kept = kept or plain.split()
    return tuple(sorted({skeleton(each) for each in kept} - {""}))


def compact(found: Iterable[str]) -> str:
    """Return the words as one text, for comparisons that ignore how a name is split.

    >>> compact(("dnepr", "tekh"))
    'dneprtekh'
    """
    return "".join(found)
