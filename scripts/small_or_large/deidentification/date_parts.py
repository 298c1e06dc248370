"""Parts that dates of several forms share: months' names, worn years, where a date ends."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

from small_or_large.deidentification.patterns import DAMAGED

# a month in English, whole or short, with a scanner's commonest damage, and in the languages of neighbours
MONTH_NAME = (
    r"(?:j[ao]n(?:u ?a ?r ?y)?|fe[bh](?:r ?u ?a ?r ?y)?|ma[rc](?:c ?h)?|apr(?:[il1] ?[l1I])?|ma[yv]|jun[e]?|ju[l1I]y?|"
    r"aug(?:u ?s ?t)?|sep(?:t(?:e ?m ?b ?e ?r)?)?|[o0]ct(?:[o0]be ?r)?|n[o0]v(?:e ?m ?b ?e ?r)?|dec(?:e ?m ?b ?e ?r)?|"
    r"janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre|januar|februar|dezember|desember|oktober|juni|juli|enero|febrero|marzo|abril|"
    r"mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|maart|augustus|janeiro|fevereiro|maio|junho|julho|setembro|outubro|novembro|dezembro)"
)
YEAR_SPLIT = rf"(?:[1Il] ?9|2 ?[0Oo]) ?{DAMAGED} ?{DAMAGED}(?<![S|])"  # a year of four figures, with a scanner's blanks
NTH = r"[0-3]?\d(?:st|nd|rd|th)"
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
UNTOLD = r"(?:[Xx]{2}|[?_*#]{2}|--|00)"  # where a day or a month is not told
# no word, percentage or decimal goes on
END = r"(?![\w%]|\.\d)"
END_OR_TIME = rf"(?:{END}|(?=T\d))"
# what follows is no unit of measurement and nothing that is counted
NOT_UNIT = (
    r"(?!\s?(?:cm|mm|x|of|nodes?|cores?|lymph|blocks?|slides?|hpf|positive|negative|[o0]\W{0,2}clock)\b)"
)


def in_year(a: int, b: int) -> bool:
    """Whether two numbers are a day and a month, in either order."""
    return 1 <= min(a, b) <= 12 and max(a, b) <= 31
