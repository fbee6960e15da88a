"""How large a firm is, in one set of words; not where no record says it.

Records and lists say it by many words, or by how many are employed: micro fewer than 10, small fewer than 50, medium
fewer than 250, else large (Commission Recommendation 2003/361/EC, article 2, the headcount alone).
"""

from __future__ import annotations

SIZES = ("micro", "small", "medium", "large", "sme")
_WORDS = {
    "micro": "micro", "small": "small", "medium": "medium", "mid": "medium", "middle": "medium", "large": "large",
    "sme": "sme", "smes": "sme", "мікро": "micro", "микро": "micro", "малий": "small", "малый": "small",
    "мале": "small", "малое": "small", "середній": "medium", "средний": "medium", "середнє": "medium",
    "среднее": "medium", "великий": "large", "велике": "large", "крупный": "large", "крупное": "large",
    "мсп": "sme",
}  # fmt: skip


def size_of(text: str) -> str:
    """Return the size that a word or a number of employees says, "" where it says none.

    >>> [size_of(each) for each in ("SME", "mid", "9", "1 200", "49.0", "notSpecified", "")]
    ['sme', 'medium', 'micro', 'large', 'small', '', '']
    """
    plain = "".join(text.split()).casefold()
    if plain in _WORDS:
        return _WORDS[plain]
    whole, _point, rest = plain.partition(".")
    if not whole.isdecimal() or rest.strip("0"):
        return ""
    people = int(whole)
    return "micro" if people < 10 else "small" if people < 50 else "medium" if people < 250 else "large"


def found_by(text: str) -> list[str]:
    """Return the sizes under which a firm is found: its own, and `sme` for each of the three that are.

    >>> found_by("small"), found_by("large"), found_by("sme"), found_by("self-employed")
    (['small', 'sme'], ['large'], ['sme'], ['self-employed'])
    """
    size = size_of(text)
    if not size:
        return [text.casefold()] if text else []
    return [size, "sme"] if size in ("micro", "small", "medium") else [size]
