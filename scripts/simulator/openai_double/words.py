"""Words of a text as the double compares them: lower case, crudely stemmed, without the small ones."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE = re.compile(r".+?(?:[.!?]+(?=\s|$)|[。！？।]+|\n|$)", re.S)  # "0.5" and "N.B.x" do not end one
_CJK = re.compile(r"[぀-ヿ㐀-鿿]")

# Function words, and the verbs with which a rubric introduces its point ("explains …", "names …"):
# neither says anything about the subject.
_SMALL_WORDS = """
a an the and or but if then than so as at by for from in into of off on onto out over to up with without
within about after before during until i you he she it we they me him her us them my your his its our their
this that these those is are was were be been being am do does did done doing have has had having will would
can could should may might must shall not no nor all any each some such very more most own same other there
here when where which who whom what why how also just only both because while once too get got go went one
candidate describe describes describing explain explains explaining explained say says saying said state
states stating name names naming give gives giving gave mention mentions show shows showing tell tells cover
covers answer answers includes include el la los las un una unos unas de del y o que en por para con se su sus
al lo es son le les des du et ou qui dans pour avec sur est sont au aux une ce cette der die das den dem ein
eine einen einem einer und oder zu mit für auf von im ist sind wie os um uma da dos em com não são na
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def tokens(text: str) -> list[str]:
    """The words of a text in order, lower case; Chinese and Japanese as pairs of characters."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    found: list[str] = []
    for word in _WORD.findall(folded):
        if _CJK.search(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word)
    return found


def stem(word: str) -> str:
    """A word without its commonest endings: ``checked``, ``checks`` and ``checking`` become ``check``."""
    word = word.removesuffix("'s")
    for ending in ("ing", "edly", "ed", "ies", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def content_words(text: str) -> frozenset[str]:
    """The stems that carry the meaning of a text."""
    return frozenset(stem(word) for word in tokens(text) if word not in _SMALL and (len(word) > 1 or word.isdigit()))


def word_count(text: str) -> int:
    """How many words a text has; in scripts without spaces two characters count as one."""
    return sum(
        (len(word) + 1) // 2 if _CJK.search(word) else 1 for word in _WORD.findall(unicodedata.normalize("NFKC", text))
    )


def sentences(text: str) -> list[str]:
    """The sentences of a text, each a verbatim piece of it."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    return [piece for piece in found if piece]
