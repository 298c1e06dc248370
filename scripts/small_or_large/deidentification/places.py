"""Postal addresses, towns, and the hospitals and laboratories that a report names."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.patterns import DIGIT, PatternRecognizer, digits, pattern, sign
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.words import Tokens, lexicons, plain, tokens_of, word

_SUFFIX = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|drive|dr|lane|ln|way|court|ct|crescent|cres|place|pl|terrace|ter|parkway|pkwy|highway|hwy|"
    r"circle|cir|trail|trl|square|sq|squares|plaza|close|gate|grove|groves|heights|hts|hill|hills|ridge|row|walk|walks|mews|quay|loop|point|pt|bay|common|"
    r"alley|annex|arcade|bayou|beach|bend|bluff|bluffs|bottom|branch|bridge|brook|brooks|burg|burgs|bypass|camp|canyon|cape|causeway|center|centers|"
    r"circles|cliff|cliffs|club|commons|corner|corners|course|courts|cove|coves|creek|crest|crossing|crossroad|crossroads|curve|dale|dam|divide|drives|"
    r"estate|estates|expressway|extension|extensions|fall|falls|ferry|field|fields|flat|flats|ford|fords|forest|forge|forges|fork|forks|fort|freeway|garden|"
    r"gardens|gateway|glen|glens|green|greens|harbor|harbors|haven|highlands|hollow|inlet|island|islands|isle|junction|junctions|key|keys|knoll|knolls|lake|lakes|"
    r"land|landing|light|lights|loaf|lock|locks|lodge|mall|manor|manors|meadow|meadows|mill|mills|mission|motorway|mount|mountain|mountains|neck|orchard|oval|"
    r"overpass|park|parks|parkways|pass|passage|path|pike|pine|pines|plain|plains|plazas|points|port|ports|prairie|radial|ramp|ranch|rapid|rapids|rest|ridges|"
    r"river|roads|route|rue|run|shoal|shoals|shore|shores|skyway|spring|springs|spur|spurs|station|stravenue|wynd|brae|strand|esplanade|parade|terr|rise|circuit|vale|mead|spinney|boreen|tce|cct|pde|stream|streets|summit|throughway|trace|track|trafficway|"
    r"tunnel|turnpike|underpass|union|unions|valley|valleys|via|viaduct|view|views|village|villages|ville|vista|wall|ways|well|wells|chemin|ch|allee|cote|line|concession|range|sideroad)"
)
_UNIT = r"(?i:,? {0,2}(?:apt|app|appt|apartment|suite|ste|unit|room|rm|floor|fl|level|bldg|building|bureau|flat|lot|#|no|po box|box|dept)\.? ?#?[A-Z0-9]{1,6}(?:st|nd|rd|th)?(?: floor)?)"
_CAPWORD = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}|\d{1,3}(?:st|nd|rd|th)|of|the|de|la|du|des|le|O)"
_NO = rf"(?:(?:No|H\.? ?No|House No|Plot(?: No)?|Door No)\.? {{0,2}})?(?:#? ?\d{{1,5}}[A-Z]? {{0,2}}[-–] {{0,2}})?{DIGIT}{{1,6}}[A-Za-z]?(?: ?1/2)?"
_CLINICAL_STREET = re.compile(
    r"(?i)\b(?:lymph|node|nodes|cm|mm|right|left|lower|upper|lobe|margin|tumor|level|specimen|part|slides?|block|received|labeled|biopsy|section|grade|portion|segment|report|page|x|lung|stage|pt|cell|tissue|wall|type|total|pieces?|fragments?|neck|positive|negative|anterior|posterior|medial|lateral|distal|proximal|superior|inferior|deep|point|line|bridge|field|stations?|run|date|time)\b"
)


_PLAIN_STREETS = frozenset(
    "street avenue ave road rd lane drive crescent cres close terrace terr court boulevard blvd highway hwy parade place square".split()
)


def _named_street(words: str) -> bool:
    """Whether what stands after a low number is a street's name: no clinical words, in capitals no short suffix."""
    *named, suffix = re.findall(r"[^\W\d_][\w'’]*", words) or [""]
    if (
        suffix.lower()
        in ("north", "south", "east", "west", "n", "s", "e", "w", "ne", "nw", "se", "sw", "ouest", "est")
        and named
    ):
        *named, suffix = named
    if words.isupper() and suffix.lower() not in _PLAIN_STREETS | {"way", "ct", "ln", "st", "dr"}:
        return False
    known = [word(w) for w in named if len(w) > 2]
    return (
        suffix.lower() in _PLAIN_STREETS
        and not words.isupper()
        or any(w.word < 3 or max(w.surname, w.given, w.place) > 1 for w in known)
    )


_DIRECTION = re.compile(r" (?:[NSEW]{1,2}|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est)\b\.?$")


def _street(match: re.Match) -> bool:
    words = match.group("street")
    number = match.group("no")
    if not any(c.isdigit() for c in number) or len(number) > 3 and set(number) <= set("1Il0O|"):
        return False
    bare = _DIRECTION.sub("", words)
    strong = re.search(
        r"(?i)\b(?:street|avenue|ave|road|rd|blvd|boulevard|drive|parkway|pkwy|crescent|cres|highway|hwy|lane|ln|court|close|terrace|terr|grove|gardens|mews|parade|pde|place|esplanade|trail|square|sq|circle|spur|loop|row|walk|st|way|quay|strand|rise|wynd)\.?$",
        bare,
    )
    strong = strong or re.search(r"\b(?:Ct|Cir|Wy|Pl|Tce|Cct|Blvd|Dr)\.?$", bare)
    if len(digits(number)) < 3 and not _named_street(words):
        return False
    found = _CLINICAL_STREET.search(re.sub(r"\W?\w+$", "", words) if not strong else words)
    if strong is None and len(digits(number)) < 3:
        return False
    return not found or (
        strong is not None
        and " " in words
        and (len(number) >= 3 or _SITE.search(words) is None and not words.isupper())
    )


_SITE = re.compile(
    r"(?i)\b(?:lymph|nodes?|rt|lt|ln|lns|quality|control|case|cm|mm|lobe|margin|tumor|specimen|part|slides?|block|received|labeled|biopsy|section|grade|segment|lung|stage|cell|tissue|pieces?|fragments?|neck|anterior|posterior|medial|lateral|superior|inferior|mediastinal|hilar|paratracheal|subcarinal|axillary|cervical)\b"
)
_TITLED = r"[A-Z][\w'’-]{1,20}"
_DWELLING = (
    r"(?:Cottages?|Croft|Farm(?:house)?|Manse|Rectory|Vicarage|Steading|Barn|Bungalow|Mews|Villas?|Mansions?|(?:Industrial|Trading|Business|Retail) (?:Estate|Park)|Estate|Terrace|"
    r"Steps|Row|Lane|Road|Rd|Street|Avenue|Ave|Crescent|Cres|Drive|Close|Gardens|Wynd|Parade|Boulevard|Blvd|Highway|Hwy|Quay|Mobile Home Park|Trailer Park|Reserve|Townhouses|Apartments|Towers?)"
)
_ROOM = r"(?i:flat|unit|apt|apartment|suite|ste|level|lvl|floor|flr|rm|blk|lot|shop|plot|bldg|building|pod|studio|cabin|trailer|space|door|villa|bureau|appt|app|dept|stop|bay|ward)"


def _no_site(match: re.Match) -> bool:
    """A dwelling or a street without a number: no part of a body in it."""
    text = match.group("value")
    return _SITE.search(text) is None and not text.isupper()


_DWELLS = re.compile(
    rf"{_DWELLING}\b|(?i:\b(?:court|st|way|place|hall|house|lodge|heights|drive|rue|av|ave|blvd|plaza|square|tower|tce|terr|cct|circuit|esplanade|jalan|lorong)\b)|\d [A-Z]"
)


_KIND = (
    r"(?:Grove|Green|Avenue|Close|Crescent|Drive|Mews|Paddock|Square|Street|Terrace|Mount|Rise|Bank|Orchard|Lane|Park|Parade|Ridge|Quay|Meadows?|Hill|Yard|Fold|Garth|Wharf|Gate|"
    r"Croft|Copse|Spinney|Nook|View|Vale|Reach|Alley|Wood|Dene|Leys|End|Court|Place|Road|Way|Walk|Row|Gardens|Heights|Circuit|Esplanade|Boulevard|Lea|Warren|Common|Strand)"
)


def _named_street_of(text: str) -> bool:
    """Whether words between a number and a street's kind name a street: one that is no everyday word, or a name."""
    named = [word(w) for w in re.findall(r"[^\W\d_][\w'’]+", text)[:-1]]
    return any(w.word < 3 or max(w.surname, w.given, w.place) > 1 for w in named)


_NUMBERED = re.compile(r"\d[A-Z]? [A-Z][a-z]")
_NUMBER_BEFORE_NAME = sign(r"\d[A-Z]? [A-Z]", reach=14)


class AddressRecognizer(PatternRecognizer):
    """Street addresses, post boxes and rural routes."""

    PATTERNS = (
        # a highway: 1502 Hwy 61 South, Apt. 7B; mile marker 114, US-191; Route 4 Box 219-A
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])(?:\d{{1,6}} )(?:(?:Old|US|State|County|N|S|E|W) )?(?i:hwy|highway|route|rte|cr|co rd|county road|state road) ?[A-Z]?\d{{1,4}}(?: (?:North|South|East|West|[NSEW])\b\.?)?{_UNIT}?",
            0.9,
            hint=_NUMBERED,
            sign=sign(r"\d [A-Za-z]", reach=8),
        ),
        pattern(
            "ADDRESS",
            r"(?i)\b(?:mile ?(?:marker|post)|km) ?\d{1,4}(?:\.\d)?,? (?:(?:of|on) )?(?-i:US|I|SR|Hwy|Highway|Route|Rte|Interstate)[- ]?\d{1,4}(?: [NSEW]\b)?",
            0.9,
        ),
        pattern(
            "ADDRESS", r"(?<!\w)(?:Route|Rt|Rte|RR)\.? ?\d{1,3},? [B8]ox [\dlOI]{1,5}(?:-[A-Z])?(?!\w)", 0.92
        ),
        # 12 The Grove; 1/43 Banksia Parade; 3 Baker's Yard, before a town
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])\d{{1,4}}[A-Z]? The {_KIND}\b(?=[,.;\n]|\s*$)",
            0.85,
            hint=_NUMBERED,
            sign=_NUMBER_BEFORE_NAME,
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])\d{{1,4}}[A-Z]?/\d{{1,5}}[A-Z]? (?:{_TITLED} ){{1,3}}{_KIND}\b",
            0.9,
            hint=_NUMBERED,
            sign=_NUMBER_BEFORE_NAME,
            check=lambda m: _SITE.search(m.group()) is None,
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])\d{{1,4}}[A-Z]? (?:{_TITLED} ){{1,2}}{_KIND}(?=, ?[A-Z][a-z])",
            0.85,
            hint=_NUMBERED,
            sign=_NUMBER_BEFORE_NAME,
            check=lambda m: _SITE.search(m.group()) is None and _named_street_of(m.group()),
        ),
        # South Asia: House 14, Road 7, Sector 4; B-204, Shanti Apartments; Plot 17,
        pattern(
            "ADDRESS",
            r"(?<![\w-])(?:House|Plot|Flat|Door|Shop|Villa|H)\.?(?: No\.?)? ?#?[A-Z]?-?\d{1,4}[A-Z]?(?:/\d{1,3})?,? (?:(?:Road|Street|Lane|Sector|Phase|Ward|Cross|Main|Stage|Gali|Block)(?: No\.?)? ?#?[A-Z]?-?\d{1,3}[A-Z]?,? ?){1,3}",
            0.9,
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w-])[A-Z]?-?\d{{1,4}},? (?:{_TITLED} ){{1,3}}(?:Apartments?|Towers?|Society|Enclave|Residency|Nagar|Colony|Complex|Mansions?|Flats|Chambers|Bhavan|Niwas|Vihar)\b",
            0.9,
        ),
        pattern("ADDRESS", r"(?<![\w-])Plot(?: No\.?)? \d{1,4}[A-Z]?(?=, [A-Z][a-z])", 0.85),
        # the number announced and before a comma: No. 202, Station Road
        pattern(
            "ADDRESS",
            rf"(?<![\w.])(?:No\.?|House|Plot|Door No\.?|H\. ?No\.?|#) ?\d{{1,5}}[A-Z]?,? (?:{_TITLED} ){{1,3}}{_DWELLING}\b",
            0.9,
        ),
        # the blank lost before the street's kind, or a digit read as a letter
        pattern(
            "ADDRESS",
            r"(?<![\w.,/:-])[0-9SOIl]{1,5} (?:[A-Z][a-z]{2,15} )?[A-Z][a-z]{2,15}(?:Street|Road|Lane|Avenue|Drive|Close|Court|Crescent|Terrace|Way)(?= ?,)",
            0.85,
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])\d{{1,5}}[A-Z]? (?:{_TITLED} ){{1,3}}(?:Ct|St|Rd|Ave|Dr|Ln|Cres|Cir|Pl|Blvd|Tce|Way)\b\.?(?: [NSEW]\b\.?)?(?:,? (?i:suite|ste|apt|unit|flat|#)\.? ?#?\w{{1,6}})?(?=[ ,;.\n]|$)",
            0.9,
            hint=_NUMBERED,
            sign=_NUMBER_BEFORE_NAME,
            check=lambda m: _SITE.search(m.group()) is None,
        ),
        # a flat, a level or a lot before a street or a house
        pattern(
            "ADDRESS",
            rf"(?<![\w-])(?P<value>{_ROOM}\.? ?#?[A-Z]?[-\dOl]{{1,6}}[A-Z]?(?:,? (?:Floor|Level)?)?,? (?:[\dOl]{{1,5}}[A-Za-z]?(?:[-/]\d{{1,5}})? )?(?:(?:{_TITLED}|de|du|des|la|le|of|the) ){{0,4}}{_TITLED}(?: \d{{1,3}})?(?: #[\d-]{{2,8}})?)",
            0.85,
            "value",
            check=lambda m: _DWELLS.search(m.group("value")) is not None and _no_site(m),
        ),
        # a street or a house that has a name and no number
        pattern(
            "ADDRESS",
            rf"(?:(?<=[a-z,:;(\"] )|^|(?<=\n)|(?<=\"))(?P<value>(?:[Tt]he )?[\"“]?(?:(?:Upper |Lower |Old |New |Nether )?{_TITLED}[\"”]?,? ){{1,3}}{_DWELLING}\b\.?)(?! (?:Hospital|Clinic|Surgery|Practice|Medical|Health|Infirmary|Laborator))",
            0.7,
            "value",
            check=_no_site,
            sign=sign(rf"(?<= ){_DWELLING}\b", reach=120, walked=True),
        ),
        pattern(
            "ADDRESS",
            r"(?<![\w-])(?:The )?(?:Old|Wester|Easter|Nether|Mains of) (?:[A-Z][\w'’-]{2,20} ?){1,2}(?=,)",
            0.6,
        ),
        pattern(
            "ADDRESS",
            r"(?i)(?<![\w-])(?:(?:locked|private|mail|postal) ?bag|g\.?p\.?o\.? box|p ?[o0] b[o0]x|p\. ?[o0]\. ?b[o0]x|postbus|postfach|apartado|case postale|casilla|bo[iî]te postale|b\.?p\.?|cedex)[ #:]{1,2}[A-Z]?[\dOl ]{1,7}(?:,? (?:stn|station) [a-z]+)?(?!\w)",
            0.9,
            check=lambda m: any(c.isdigit() for c in m.group(0)),
        ),
        pattern(
            "ADDRESS",
            r"(?i)(?<![\w-])(?:r\.?r\.?|rural route|hc|rte|route|star route) ?#? ?\d{1,3},? (?:(?:site|box|comp|compartment|stn|group|grp) ?\d{1,5},? ?){1,3}",
            0.9,
        ),
        pattern(
            "ADDRESS",
            r"(?i)(?<![\w-])lot \d{1,4},? (?:con(?:c(?:ession)?)?\.?|plan|block) \d{1,3}(?!\w)",
            0.9,
        ),
        pattern(
            "ADDRESS",
            r"(?<![\w-])(?:\d{1,6} )?(?:Township|Twp|Range|Rge|County|TWP|RGE|Concession|Side) ?(?:Road|Rd|RD) ?\d{1,4}[A-Z]?(?!\w)",
            0.85,
        ),
        # a house on a numbered road: 1502 Hwy 61 South, Apt. 7B; the blank in the street lost: 7 WharfLane; 54 Hospitaal Rylaan
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])(?=[OIl]{{0,2}}\d){DIGIT}{{1,6}}[A-Za-z]?,? ?(?:"
            rf"(?:(?:US|State|County|Old) )?(?:Highway|HIGHWAY|Hwy|HWY|Route|Rte|State Road|County Road|SR|CR|FM|US|Interstate)\.?[ -]{{0,2}}{DIGIT}{{1,4}}[A-Z]?(?: (?:North|South|East|West|[NSEW]\b)\.?)?{_UNIT}?"
            r"|[A-Z][a-z]{2,14}(?:Street|Avenue|Road|Lane|Drive|Close|Court|Crescent|Terrace|Place|Gardens|Grove|Square|Way|Blvd|Boulevard|Hill|Parade|Walk|Rise|Row)"
            r"|(?:[A-Z][\w'’-]{1,24} ){0,2}(?:[A-Z][a-z]{2,20}(?:straat|laan|weg|singel|plein)|[A-Z][\w'’-]{1,24} (?:[Rr]ylaan|[Ss]traat|[Ll]aan|[Ww]eg|[Ss]ingel|[Hh]of|[Pp]lein|Nagar|Marg|Salai|Chowk|Bazaar))"
            r")(?!\w)",
            0.9,
        ),
        pattern(
            "ADDRESS",
            r"(?i)\bmile(?: ?marker| ?post|post) \d{1,4}(?:\.\d)?(?:,? (?:on )?(?:US|I|SR|CR|hwy|highway|route|interstate)[ -]?\d{1,4})?(?!\w)",
            0.9,
        ),
        pattern(
            "ADDRESS",
            rf"(?i)(?<![\w-])(?:r\.?r\.?|rural route|rte|route|star route) ?#? ?{DIGIT}{{1,3}},? [b8][o0]x {DIGIT}{{1,5}}(?:-[A-Z0-9]{{1,2}})?(?!\w)",
            0.9,
        ),
        # whatever a road is called, between a number and a town with its postal code
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])(?P<value>(?=[OIlSBZ]{{0,2}}\d)[\dOIlSBZ]{{1,5}}[A-Za-z]?(?:-\d{{1,5}})? (?:(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{{1,24}}|of|the|de|la|du|des) ){{0,3}}[A-ZÀ-ÖØ-Þ][\w'’.-]{{1,24}}{_UNIT}?)(?=,\s{{1,2}}(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{{1,20}},?[ \n]){{1,3}} ?(?:[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}|[A-Z]\d[A-Z] ?-?\d[A-Z]\d|\d{{5}}(?:-\d{{4}})?)(?!\w))",
            0.9,
            "value",
            check=lambda m: _SITE.search(m.group("value")) is None,
        ),
        # streets of other languages, the number after the name
        pattern(
            "ADDRESS",
            r"(?<!\w)[A-ZÄÖÜ][a-zäöüßé-]{2,24}(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|laan|straat|gade|vej|vägen|gatan|katu|utca) ?\d{1,4} ?[a-z]?(?!\w)",
            0.9,
        ),
        pattern(
            "ADDRESS",
            r"(?<!\w)(?:Calle|C/|Av\.?|Avenida|Avda\.?|Paseo|Carrera|Cra\.?|Via|Viale|Piazza|Corso|Rua|Rue|Jalan|Jl\.|Ulica|ul\.|Boul\.) (?:[\w'’.-]{1,20} ){0,3}[A-Z][\w'’.-]{1,20},? (?:n[ºo°.]{0,2} ?|#)?\d{1,5}[A-Za-z]?(?:-\d{1,4})?(?!\w)",
            0.85,
        ),
        # small letters before a town and its state
        pattern(
            "ADDRESS",
            r"(?<![\w.,/:-])(?:\d{1,5} ?- ?)?\d{2,5} (?:[a-z][a-z'’]{2,15} ){1,3}(?:street|st|avenue|ave|road|rd|lane|drive|dr|crescent|cres|court|place|terrace|way|blvd|boulevard)\.?(?=, [a-z'’. ]{3,20}, [a-z]{2}\b)",
            0.9,
        ),
        # small letters, after a word of dwelling
        pattern(
            "ADDRESS",
            r"(?i)\b(?:lives?|living|resid(?:es|ing)|moved|address|addr|mail(?:ed)?|send|sent|home|located|from|forward)(?: (?:is|at|to|on|now|2|@|it|from|copy|in)){0,2}[ :]{1,2}(?P<value>(?:[\dOl]{1,5}[a-z]? (?:[\w'.]{1,20} ){1,3}(?:st|street|ave|avenue|rd|road|ln|lane|ct|court|dr|drive|blvd|way|cres|crescent|pl|place|terrace|ter|close|hwy|pkwy|cir|trail)\b\.?(?: (?:apt|unit|#|ste|suite) ?\w{1,5})?))",
            0.85,
            "value",
            check=lambda m: (
                re.search(r"(?i)\b(?:cm|mm|x|of|the|and|slides?|blocks?|o.clock)\b", m.group("value")) is None
            ),
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])(?P<no>{_NO})(?:,? {{1,2}}|(?<=\d\d)(?=[A-Z][a-z]{{3}}))(?P<street>(?:{_CAPWORD} {{1,2}}){{1,4}}(?i:{_SUFFIX})\b\.?(?: (?:[NSEWO]|NE|NW|SE|SW|North|South|East|West|Ouest|Est)\b\.?)?){_UNIT}?",
            0.9,
            check=_street,
            sign=sign(rf"(?i:{_SUFFIX})\b", reach=170, walked=True),
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])(?P<no>{_NO}),? (?:bis,? |ter,? |[a-z]{{1,3}} )?(?i:rue|chemin|boul\.?|avenue|av\.?|via|calle|place|rang|mont[ée]e) (?:(?:de|du|des|la|le|l'|d') ?){{0,2}}[A-ZÀ-ÖØ-Þ][\w'’-]{{1,24}}(?: [A-ZÀ-ÖØ-Þ][\w.'’-]{{0,24}}){{0,2}}{_UNIT}?",
            0.9,
            sign=sign(
                r"(?i)(?:rue|chemin|boul\.?|avenue|av\.?|via|calle|place|rang|mont[ée]e) ",
                reach=60,
                walked=True,
            ),
        ),
        pattern(
            "ADDRESS",
            rf"(?<![\w.,/:-])\d{{2,5}} (?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th) (?i:{_SUFFIX})\b\.?(?: [NSEW]{{1,2}}\b)?{_UNIT}?",
            0.9,
        ),
        pattern(
            "ADDRESS",
            r"(?i)\b(?:p[.,]? ?o\.?|post(?:al)?)(?: office)? ?box[ #:]{0,3}\d{1,6}(?:,? (?:stn|station) [a-z]\b)?",
            0.97,
        ),
        pattern(
            "ADDRESS",
            r"(?i)\b(?:addr(?:ess)?|mail(?:ing)?|c/o|general delivery|home)[ :,]{1,3}(?P<value>box[ #:]{1,2}\d{1,6})",
            0.9,
            "value",
        ),
        pattern(
            "ADDRESS",
            r"(?<=\n)box \d{1,5}(?=,)|\bBox \d{1,5}(?=,? [A-Z][a-z]{2,20},? (?:[A-Z]{2}\b|[A-Z]\d[A-Z]))",
            0.85,
        ),
        pattern(
            "ADDRESS",
            r"\b(?:R\.?R\.?|Rural Route|RURAL ROUTE) ?#? ?\d{1,2}(?:,? (?:Site|SITE|Box|BOX|Comp|COMP) ?\d{1,4}){0,3}",
            0.9,
        ),
        pattern(
            "ADDRESS",
            rf"(?i)\b(?:unit|apt|apartment|suite|flat|room) ?#? ?\w{{1,5}}[,-] ?{DIGIT}{{1,6}} (?-i:[A-Z])[\w'’-]{{1,24}}(?: (?-i:[A-Z])[\w'’-]{{1,24}}){{0,3}}",
            0.85,
        ),
        pattern(
            "ADDRESS",
            rf"(?i)\b(?:home )?address(?: given as| is)?[ :#]{{1,3}}(?P<value>#?{DIGIT}{{1,6}}[^,;\n]{{3,60}}?)(?=,|;|\n|\. | {{2}}|$)",
            0.9,
            "value",
            check=lambda m: len(set(re.sub(r"\D", "", m.group("value")))) > 1 or len(m.group("value")) > 30,
        ),
        pattern(
            "ADDRESS",
            rf"(?i)\b(?:lives? at|living at|resid(?:es?|ing) at|home at|of no|mailed? to|located at|moved to) (?P<value>#?{DIGIT}{{1,6}}[a-z]? [a-z][^,;.\n]{{2,50}}?)(?=,|;|\n|\.|$)",
            0.85,
            "value",
        ),
    )


_PROVINCE = (
    r"(?:A\.?[LKZRB]|B\.?C|C[AOT]|D\.?C|DE|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSTOB]|N[EVHJMYCDBSTL]|NU|O[HKRN]|P[AERQ]|P\.?E\.?I|QC|Q[LU]E|RI|S[CDK]|T[NX]|UT|V[TA]|W[AVIY]|YT|NSW|VIC|QLD|Alta|Ont|Que|Sask|Man|Mass|Calif|Penn|Conn|Wash|"
    r"alberta|ontario|british columbia|quebec|manitoba|saskatchewan|nova scotia|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland(?: and Labrador)?|Nova Scotia|Ontario|Prince Edward Island|Quebec|Québec|Saskatchewan|Yukon|Nunavut|"
    r"Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|"
    r"Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|"
    r"South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Australia|Canada|England|Scotland|Ireland|Wales|Germany|France|Italy|India|Japan|USA|U\.S\.A\.?|UK)"
)
_TOWN = r"[A-Z][\w'’.-]{1,24}(?:[ -](?:[A-Z][\w'’.-]{1,24}|de|la|du|sur|upon|of|the|am|en|on)){0,3}"
_STATE_NEAR = rf"(?P<state>{_PROVINCE})(?![\w/-])"
# what follows a town that is named in four words of 25 characters at most
_STATE_SIGN = sign(rf"(?<=[, ]){_PROVINCE}(?![\w/-])", reach=135, walked=True)
_CODE_SIGN = sign(r" (?=[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{5})", reach=135)
_CODE_READ_SIGN = sign(rf" (?=[A-Z][0-9OIl][A-Z] ?[0-9OIl][A-Z][0-9OIl]|{DIGIT} ?{DIGIT}{{4}})", reach=75)
_CLINICAL_TOWN = re.compile(
    r"(?i)\b(?:breast|lobe|lung|node|nodes|right|left|tumor|carcinoma|biopsy|margin|colon|specimen|mass|dr|md|report|section|lymph|stage|type|grade|diagnosis|tissue|anterior|posterior|kidney|liver|skin|excision|resection|negative|positive|date|name|age|sex|received|hospital|clinic|center|centre|laborator\w{1,4}|institute|associates|department|pathology|medical|university|wall|uterus|ovary|patient|soft|bone|brain|bladder|prostate|medial|lateral|superior|inferior|upper|lower|deep)\b"
)


def _town(match: re.Match) -> bool:
    # Smith, MD is a physician, not a town of Maryland
    if re.search(r", ?(?:MD|DO|PA)\.?$", match.group(0)) and plain(match.group("town")) not in lexicons()[3]:
        return False
    town = match.group("town")
    if match.group("state") and len(re.sub(r"\W", "", town.split(" ")[-1])) < 3 or _MARKS_INSIDE.search(town):
        return False
    # BLUE, IN VIVO; VESICLE, OR: a word follows, where a town's state ends the phrase
    unlikely = _GOES_ON.match(match.string, match.end("state")) or lexicons()[0].get(plain(town), 0) >= 3
    if unlikely and match.group("state") in _STATES_LIKE_WORDS and plain(town) not in lexicons()[3]:
        return False
    return _CLINICAL_TOWN.search(town) is None


_STATES_LIKE_WORDS = frozenset(
    "IN OR ME HI OH OK MA PA PR AL LA DE AR CO ID IL MD MS MT ND NE SD AK CT Man Wash".split()
)
_GOES_ON = re.compile(r" [A-Za-z]")
_MARKS_INSIDE = re.compile(
    r"[A-Za-z]{3}\. |(?<![SsMF])[A-Za-z](?<!St)\.{1,2}[a-zA-Z]|\.\.|['’][a-z]{0,2}[.'’]"
)


class TownRecognizer(PatternRecognizer):
    """Towns that stand with a province, a postal code, an address or a word of dwelling."""

    PATTERNS = (
        pattern(
            "CITY",
            rf"(?<![\w-])(?P<place>(?P<town>{_TOWN}) ?, ?{_STATE_NEAR})",
            0.93,
            "place",
            check=_town,
            sign=_STATE_SIGN,
        ),
        # a damaged town before its state, where a letterhead goes on or a code follows: FIAGST4FF, AZ |
        pattern(
            "CITY",
            r"(?<![\w-])(?P<place>(?=[^,]{0,24}[A-Za-z]{2})[A-Z0-9][A-Za-z0-9'’.-]{2,18}(?: [A-Z0-9][A-Za-z0-9'’.-]{0,18}){0,2}, (?:A[BKLRZ]|BC|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ABDEINOST]|N[BCDEHJLMSTVY]|O[HKNR]|P[AE]|QC|RI|S[CDK]|T[NX]|UT|V[AT]|W[AIVY]))(?=  ?\||  +PC\b|  ?(?:Phone|PHONE|Tel|TEL|Ph|PC)\b|,? {1,2}(?:\d{5}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\d))",
            0.97,
            "place",
            check=lambda m: _CLINICAL_TOWN.search(m.group("place")) is None,
            sign=sign(
                r", (?=[A-Z]{2}(?:  ?\||  +PC\b|  ?(?:Phone|PHONE|Tel|TEL|Ph|PC)\b|,? {1,2}(?:\d{5}|[A-Z]\d[A-Z] ?\d)))",
                reach=64,
            ),
        ),
        # Montréal H3G 1R1; 69003 Lyon
        pattern(
            "CITY",
            rf"(?<=[,;] )(?P<place>(?P<town>{_TOWN}))(?=,? {{1,2}}[A-Z]\d[A-Z] ?\d[A-Z]\d(?!\w))",
            0.9,
            "place",
            check=lambda m: _CLINICAL_TOWN.search(m.group("town")) is None,
            sign=_CODE_SIGN,
        ),
        pattern(
            "CITY",
            rf"(?<=, )(?P<place>(?:[A-Z]{{1,2}}-)?\d{{4,5}} (?P<town>{_TOWN}))(?=[,.;\n]|$)",
            0.85,
            "place",
            check=lambda m: plain(m.group("town")) in lexicons()[3],
        ),
        # between a street and a postal code stands the town, however damaged
        pattern(
            "CITY",
            rf"(?<=, )(?P<place>[A-Z][A-Za-z'’.\- ]{{1,36}}?(?:,| ) ?{_PROVINCE})(?=,? {{1,2}}(?:[A-Z][0-9OIl][A-Z] ?[0-9OIl][A-Z][0-9OIl]|{DIGIT} ?{DIGIT}{{4}}))",
            0.95,
            "place",
            sign=_CODE_READ_SIGN,
        ),
        pattern(
            "CITY",
            rf"(?i:\b(?:street|st|avenue|ave|road|rd|drive|dr|blvd|parkway|lane|way|crescent|court|apt|suite|box)\b\.? ?[\w#]{{0,6}}), (?P<place>(?P<town>{_TOWN})(?:,? {_STATE_NEAR})?)(?=[,.;\n]|$| {{1,2}}[A-Z]\d| \d{{5}})",
            0.85,
            "place",
            check=_town,
        ),
        pattern(
            "CITY",
            rf"(?<![\w-])(?P<place>(?P<town>{_TOWN}),? {_STATE_NEAR})(?=,? {{1,2}}(?:[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{{5}}))",
            0.95,
            "place",
            check=_town,
            sign=_CODE_SIGN,
        ),
        pattern(
            "CITY",
            rf"(?P<lead>(?i:\b(?:resident of|resid(?:es?|ing|ed) in|residing near|liv(?:es?|ing|ed) (?:in|near|outside|by)|moved (?:to|from|here from)|relocated (?:to|from)|native of|born in|from the town of|from the city of|hails from|originally from|formerly of|travel(?:s|ed|led)? from|town of|city of|village of|emigrated from|immigrated from|visiting from|returned (?:to|from)|home in|comes from|raised in|grew up in|drove from|flown from|flew from|airlifted from|worked in|farm(?:s|ed|er)? (?:in|near|outside)|retired (?:to|in)))) (?P<place>(?P<town>{_TOWN})(?:,? {_STATE_NEAR})?)",
            0.85,
            "place",
            check=_town,
        ),
        pattern(
            "CITY",
            rf"(?i)\b(?:city|town|municipality|place of (?:birth|residence)|birthplace|residence|hometown)(?: ?/ ?(?:state|prov(?:ince)?))?[ ]?:[ ]?(?P<place>(?-i:(?P<town>{_TOWN})(?:,? {_STATE_NEAR})?))",
            0.9,
            "place",
            check=_town,
        ),
    )


_TOWARDS = frozenset("in from near to at outside of around via through".split())


class GazetteerRecognizer(EntityRecognizer):
    """Towns of the gazetteer that are no words: after a word of place, or large and unlike a person's name."""

    def __init__(self) -> None:
        super().__init__(["CITY"], name="GazetteerRecognizer")

    def load(self) -> None:
        """The gazetteer is read when the first report is."""

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of towns in `text` as RecognizerResult."""
        if entities is not None and "CITY" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        _, _, _, places, starts = lexicons()
        found = []
        for i, w in enumerate(tokens.words):
            if w.shape not in ("title", "upper") or not (w.place or w.plain in starts):
                continue
            length = self._longest(tokens, i, places)
            if not length or not self._town(tokens, i, length, places):
                continue
            found.append(RecognizerResult("CITY", tokens.starts[i], tokens.ends[i + length - 1], 0.7))
        return found

    @staticmethod
    def _longest(tokens: Tokens, i: int, places: dict[str, int]) -> int:
        for length in (3, 2, 1):
            if i + length <= len(tokens):
                words = tokens.words[i : i + length]
                if (
                    all(w.shape in ("title", "upper") for w in words)
                    and " ".join(w.plain for w in words) in places
                ):
                    return length
        return 0

    @staticmethod
    def _town(tokens: Tokens, i: int, length: int, places: dict[str, int]) -> bool:
        words = tokens.words[i : i + length]
        tier = places[" ".join(w.plain for w in words)]
        before = tokens.words[i - 1].plain if i else ""
        after = tokens.words[i + length].plain if i + length < len(tokens) else ""
        if words[0].eponym and i + length < len(tokens) and tokens.texts[i + length] in "-'’":
            return False
        if after in EPONYM_AFTER or after in ("system", "classification", "score", "criteria", "type"):
            return False
        if length > 1:
            titles = all(w.shape == "title" for w in words) and not tokens.capitals[i]
            return all(w.word < 3 for w in words) or (
                before in _TOWARDS and (any(w.word < 3 for w in words) and tier > 1 or titles)
            )
        w = words[0]
        if (
            before in ("in", "near", "from", "to")
            and w.shape == "title"
            and not tokens.capitals[i]
            and len(w.plain) > 3
            and w.word < 4
            and not w.eponym
            and w.given < 2
            and tokens.words[i - 2].shape == "lower"
            and i > 1
            and not _CLINICAL_TOWN.search(w.plain)
        ):
            return True  # a town that is a word: Trail, Split, Reading
        if w.word >= 2 or len(w.plain) < 4 or (w.word and tokens.capitals[i]):
            return False
        if before in _TOWARDS and before != "of":
            return not (w.eponym and before in ("to", "at")) and not (tokens.capitals[i] and tier < 2)
        return tier == 3 and not w.eponym and w.surname < 2 and w.given < 2 and not tokens.capitals[i]
