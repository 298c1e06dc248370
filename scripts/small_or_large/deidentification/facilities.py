"""Hospitals, clinics, laboratories and institutes, by the word that ends or begins their names, or by their initials."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from bisect import bisect_left

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register, register_places
from small_or_large.deidentification.words import Tokens, Word, near_vocabulary, tokens_of, word

HEADS = frozenset(
    """hospital hospitals hosp clinic clinics infirmary laboratories laboratory labs lab institute institutes hospice sanatorium sanitarium hopital klinik
    klinikum krankenhaus ziekenhuis university polyclinic polyclinique clinique associates healthcare medicine foundation diagnostics genomics college
    urology oncology dermatology pathology gastroenterology surgery radiology imaging endoscopy gynecology obgyn cytology histology dermatopathology
    lodge manor hermitage pharmacy pharma partners group practice consultants specialists centre center centers centres health home residence village
    department trust gp surgicenter policlinico hospitalet""".split()
)
_STRONG_HEADS = frozenset(
    "hospital hospitals hosp infirmary hopital klinikum krankenhaus ziekenhuis polyclinic clinique policlinico hospitaliere".split()
)
_CENTRES = frozenset("center centre centers centres".split())
# heads that may stand in lower case, that need no word of sending before them, that general words make a name with
_LOWER_HEADS = (
    _STRONG_HEADS | _CENTRES | frozenset("clinic laboratories labs laboratory institute university".split())
)
_SURE_HEADS = (
    _STRONG_HEADS
    | _CENTRES
    | frozenset("clinic clinics laboratories labs laboratory institute university associates".split())
    | frozenset("diagnostics genomics healthcare hospice".split())
)
_GENERAL_HEADS = _STRONG_HEADS | _CENTRES | frozenset("clinic institute".split())
# words that stand inside names of facilities and name nobody themselves
INSIDE = frozenset(
    """general memorial regional cancer medical health sciences science university community county district city central national provincial children
    children's childrens women women's womens veterans mental care centre center surgical surgery research diagnostic diagnostics pathology laboratory laboratories
    oncology clinical teaching royal saint st sainte ste mount north south east west northern southern eastern western northeast northwest southeast southwest
    and & of the for at de la le du des general's hospital hospitals clinic institute associates system services network foundation group
    catholic baptist methodist lutheran presbyterian jewish adventist mercy sacred heart our lady holy family good samaritan providence
    tri valley park lake river hill heights view bay coast coastal island metro metropolitan inc ltd llc corp pc plc kaiser permanente va army navy
    naval military specialty specialists digestive breast eye ear skin heart kidney lung brain rehabilitation college school medicine genomic genomics molecular
    reference consultation consultants urology dermatology physicians nursing home long term green red blue cross new old upper lower public ambulatory
    path outpatient endoscopy imaging comprehensive anatomic anatomical a private independent precision cytology histology women's& cytogenetics""".split()
)
_PROPER_INSIDE = frozenset(
    "saint st sainte ste mount royal mercy sacred providence kaiser permanente baptist methodist lutheran presbyterian adventist samaritan tri jewish".split()
)
_GENERIC = frozenset(
    """the this that our your their his her its a an outside other referring local another same any each every no original previous prior private which an
    reference clinical referral diagnostic submitting from in to at by of with for and or on via per near is was sent facility institution laboratory hospital department
    name address dr mr mrs ms phone fax patient attending surgeon physician date received breast oncology surgery surgical pathology cancer molecular
    anatomic histology cytology research medical health hospital's clinic's day inpatient outpatient pain flow cytometry hematology tumor genetics final gross
    bone histopathology pathology core frozen immunohistochemistry ihc hla main tcga missing entry histologic department's
    and/or rural urban tertiary community teaching university academic""".split()
)
# heads that name an institution only after one of these
_QUALIFIERS = {
    "centre": frozenset(
        "medical cancer health sciences science care surgical surgery oncology hospital clinical research regional comprehensive breast tumor tumour heart trauma children's pathology diagnostic community wellness imaging endoscopy treatment healthcare veterans".split()
    ),
    "home": frozenset("nursing care retirement group rest".split()),
}
_ACRONYM = re.compile(
    r"(?<![\w/.-])(?:VGH|UHN|PHSA|BCCA|BCCRC|BCCDC|UBCH|RCH|SPH|LGH|MSKCC|MSK|MGH|BWH|BIDMC|UCSF|UCLA|UPMC|OHSU|MDACC|MDA(?: CC)?|CHEO|CHUM|CHUS|MUHC|QEII|HSC|UAH|TBCC|CCI|JGH|KGH|LHSC|SMH|TGH|PMH|THP|DFCI|NIH|CCF|"
    r"UWMC|UNC|VUMC|UTSW|NYU|HUP|CHOP|PHC|VCH|IWK|FHA|VIHA|AHS|APL|UCSD|UIHC|USC|TOH|JHH|JHU|RGH|PAH|RVH|GRH|NSHA|CDHA|SUNY|VAMC|VA Hospital|BC Cancer(?: Agency)?|BC Children'?s(?: Hospital)?|LabCorp|Labcorp|LifeLabs|Dynacare|Quest(?: Diagnostics)?|Mayo(?: Clinic| Medical Laboratories)?|Genomic Health|Foundation Medicine(?:, Inc\.?)?|Myriad(?: Genetics)?|NeoGenomics|Caris(?: Life Sciences)?|ARUP(?: Laboratories)?|Princess Margaret|Sunnybrook|Dana[- ]Farber|Johns Hopkins|Sloan[- ]Kettering|Memorial Sloan[- ]Kettering|M\.? ?D\.? Anderson|Cross Cancer Institute|Tom Baker(?: Cancer Centre)?|Mount Sinai|Mt\.? Sinai|Cedars[- ]Sinai|Cleveland Clinic|Sick ?Kids|Karolinska(?: Institutet)?|Charit[ée]|Royal Marsden|Roswell Park|Fox Chase|Moffitt|City of Hope|Fred Hutch(?:inson)?|Mass General|Brigham(?: and Women'?s)?|Jewish General|Toronto General|Vancouver General|St\.? Paul'?s|Lions Gate|Stanford|Emory|Vanderbilt|Barnes[- ]Jewish|Geisinger|Kaiser(?: Permanente)?|Beth Israel(?: Deaconess)?|Mercy|Juravinski|Bellevue|NewYork-Presbyterian|Intermountain|Sutter(?: Health)?|Providence|Massachusetts General|AFIP)(?![\w/-])"
)
_SAFE_ACRONYM = re.compile(
    r"(?:VGH|UHN|PHSA|BCCA|MSKCC|MGH|BIDMC|UCSF|UCLA|UPMC|MDACC|CHEO|CHUM|MUHC|QEII|BC |LabCorp|LifeLabs|Dynacare|NeoG|ARUP|Princess|Sunny|Dana|Johns|Sloan|Memorial|M\.? ?D|Cross|Tom|Mount S|Mt|Cedars|Clev|Sick|Karol|Charit|Royal|Roswell|Fox|Moff|City|Fred|Mass|Brig|Jewish|Toronto|Vancouver|Barnes|Geis|Kaiser P|Beth|Jurav|Foundation M|Genomic H|Myriad|Caris|Mayo|Quest D|New|Inter|Sutter H|St)"
)
_CUE = re.compile(
    r"(?i)(?:\b(?:at|from|to|by|of|via|in|with|facility|laboratory|institution|hospital|site|lab|location|clinic|center|centre|organization|sent out to|performed|sender|source|received|referred|transferred|admitted|submitted|collected at|the)\b[ :,(]{1,3})$"
)
_LABELLED = re.compile(
    r"(?i)\b(?:facility|institution|hospital|laboratory|lab|performing (?:site|lab(?:oratory)?)|collection site|referring (?:hospital|facility|institution|clinic|centre|center)|ordering (?:facility|location)|sending (?:facility|institution)|organization|site of (?:service|collection)|source facility|referral (?:centre|center)|performed at)[ ]?[:=] {0,2}(?=[A-Z0-9])"
)
_TRANSFER = re.compile(
    r"\b(?:(?i:transferred|referred|received|sent|seen|treated|admitted|evaluated|performed|reviewed|done|consult(?:ed|ation)|biopsied|operated|forwarded|returned|submitted|collected|obtained|outside slides|slides|blocks|originated|diagnosed|followed|surgery|biopsy|resection|procedure|care|chemotherapy|radiation|tested|testing|workup|work-up|imaging|mammogram|studies|molecular|clinic visit|patient known|presented|interpreted|transfer|hospitali[sz]ed|discharged|delivered|couriered|shipped|working|staff|born|colleagues|retained|appointment|endoscopy|colonoscopy|referral)) (?:(?i:here |back |out |over |initially |originally |subsequently |previously |in consultation |for (?:review|consultation|second opinion|FISH) ))?(?i:from|to|at|by|with) (?i:the )?(?=[A-Z])"
)


# general words of which two make a name with a head: Central Valley Hospital
_GENERAL = frozenset(
    """general memorial regional children's womens women's veterans district county central provincial national university northern
    southern eastern western valley lakeside riverside river lake hill heights coast coastal holy lady good park bay island green cross
    heart""".split()
)
_NOT_INSIDE = frozenset("the a an our this outside from at to by in with is was on or dr".split())
_JOINING = frozenset("of and for de la du des".split())
_NO_FIRST = frozenset("of and for the de dr".split())
_HEADS_OF = HEADS | {"college", "school", "city"}  # University of, School of
_SHORTENED = frozenset("st ste mt sc ft univ mem gen reg".split())
_AFTER_HEADS = frozenset("of de du notre saint st".split())


class FacilityRecognizer(EntityRecognizer):
    """Names of institutions that received, sent or reported a specimen."""

    def __init__(self) -> None:
        super().__init__(["FACILITY"], name="FacilityRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin."""
        for expression in (_ACRONYM, _LABELLED, _TRANSFER, _SENT, _PLACED, _SAINT, _SPECIALTIES, _DISTRICTS):
            register(expression)
        for expression in (_PRACTICE, _DISTRICT):
            register_places(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of institutions in `text` as RecognizerResult."""
        if entities is not None and "FACILITY" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        found = []
        for i, w in enumerate(tokens.words):
            if w.plain in HEADS:
                span = self._around(tokens, i)
                if span:
                    found.append(span)
        for match in tokens.anchors.finditer(_ACRONYM):
            if _SAFE_ACRONYM.match(match.group()) or _CUE.search(
                text[max(0, match.start() - 24) : match.start()]
            ):
                found.append((match.start(), match.end(), 0.85))
        for match in tokens.anchors.finditer(_LABELLED):
            i = bisect_left(tokens.starts, match.end())
            j = self._forward(tokens, i, 7)
            named = any(
                self._proper(tokens, k)
                and len(tokens.words[k].plain) > 2
                and (tokens.words[k].word < 3 or tokens.words[k].place > 1 or tokens.words[k].surname > 1)
                for k in range(i, j)
            )
            if named and not (j < len(tokens) and tokens.texts[j] == ":"):
                found.append((tokens.starts[i], tokens.ends[j - 1], 0.85))
        for expression in (_LABELLED, _TRANSFER):
            for match in tokens.anchors.finditer(expression):
                damaged = _DAMAGED.match(text, match.end())
                if damaged and self._broken(damaged.group()):
                    found.append((damaged.start(), damaged.end(), 0.85))
        for match in tokens.anchors.finditer(_SENT):
            if not any(w.word >= 3 for w in Tokens(match.group("value")).words) and _CAPITALS.search(
                match.group("value")
            ):
                found.append((match.start("value"), match.end("value"), 0.8))
        for match in tokens.anchors.finditer(_PLACED):
            if self._named(tokens, match) and _PLACED_BEFORE.search(
                text[max(0, match.start() - 16) : match.start()]
            ):
                found.append((*match.span("value"), 0.7))
        for match in tokens.anchors.near(_PRACTICE, _SPECIALTIES, 60, walked=True):
            if self._named(tokens, match):
                found.append((*match.span("value"), 0.7))
        for match in _HOUSE_NAME.finditer(text):
            found.append((*match.span("value"), 0.8))
        found += ((*match.span(), 0.85) for match in tokens.anchors.finditer(_SAINT))
        districts = tokens.anchors.near(_DISTRICT, _DISTRICTS, 85, walked=True)
        found += ((*match.span(), 0.85) for match in districts)
        return [RecognizerResult("FACILITY", a, b, s) for a, b, s in found]

    @staticmethod
    def _named(tokens: Tokens, match) -> bool:
        """Whether what stands after "seen at", "transferred to the" and so on is a proper name and no clinical phrase."""
        i, j = tokens.at(match.start("value")), tokens.at(match.end("value"))
        words = [tokens.words[k] for k in range(i, j) if tokens.words[k].shape not in ("mark", "number")]
        if tokens.capitals[i] or not words or any(w.eponym or w.shape != "title" for w in words):
            return False
        named = words[:-1] if words[-1].plain in _SPECIALTY else words
        if any(w.plain in _NO_HOUSE or near_vocabulary(w.plain) and w.word == 0 for w in named):
            return False
        if words[-1].plain in _SPECIALTY:
            return len(words) > 1 and (
                any(w.word < 3 for w in words[:-1])
                or words[0].surname > 2
                or words[0].plain
                in (
                    "valley",
                    "lake",
                    "river",
                    "hill",
                    "park",
                    "bay",
                    "coast",
                    "island",
                    "north",
                    "south",
                    "east",
                    "west",
                )
            )
        if len(words) > 1 and all(w.plain in INSIDE for w in words):
            return words[-1].plain in ("north", "south", "east", "west", "central")
        return any(w.word < 3 for w in words) and all(
            w.word < 4 or w.surname or w.plain in INSIDE for w in words
        )

    @staticmethod
    def _broken(name: str) -> bool:
        """Whether what ends like an institution holds no clinical prose: capitals, joining words and a scanner's pieces."""
        words = Tokens(name).words
        return (
            words[0].shape != "lower"
            and all(
                w.shape in ("title", "upper", "mark", "initial", "mixed")
                or w.plain in ("of", "and", "for", "the", "de", "la", "du")
                or w.word < 4
                or len(w.plain) < 4
                for w in words
            )
            and not any(
                w.plain in ("right", "left", "breast", "biopsy", "specimen", "patient", "was", "is", "dr")
                for w in words
            )
        )

    @staticmethod
    def _proper(tokens: Tokens, i: int) -> bool:
        """Whether token i can be what makes an institution's name a name."""
        w = tokens.words[i]
        if w.shape in ("mark", "number", "code") or len(w.plain) < 2:
            return False
        if w.plain in _GENERIC:
            return False
        if w.plain in _PROPER_INSIDE:
            return True
        if w.plain in INSIDE:
            return False
        if tokens.capitals[i]:
            return bool(w.word < 3 and (w.surname or w.place)) or max(w.surname, w.place) > 1
        return w.shape in ("title", "upper", "mixed") and (w.word < 4 or max(w.surname, w.place) > 0)

    def _forward(self, tokens: Tokens, i: int, most: int) -> int:
        j = i
        while j < len(tokens) and j - i < most:
            w = tokens.words[j]
            gap = tokens.gap(j - 1) if j > i else ""
            if j > i and ("\n" in gap or len(gap) > 2):
                break
            if w.shape == "mark":
                if tokens.texts[j] in "&-'’" or (
                    tokens.texts[j] == "." and j > i and len(tokens.words[j - 1].plain) <= 2
                ):
                    j += 1
                    continue
                break
            if (
                self._proper(tokens, j)
                or (w.plain in INSIDE or w.plain in HEADS)
                and (w.shape != "lower" or w.plain in ("of", "and", "for", "the", "de", "la", "du", "des"))
            ):
                j += 1
                continue
            break
        while j > i and (
            tokens.words[j - 1].shape == "mark"
            or tokens.words[j - 1].plain in ("of", "and", "for", "the", "de")
        ):
            j -= 1
        return j

    def _around(self, tokens: Tokens, head: int) -> tuple[int, int, float] | None:
        """The institution whose name holds token `head`, a word of HEADS: first character, end and score."""
        if not _may_head(tokens, head):
            return None
        w = tokens.words[head]
        i, pieces, proper = self._backward(tokens, head)
        j, named_after = self._past(tokens, head)
        if not proper and not named_after or i == head and j == head + 1:
            if i == head or not pieces or not _is_general(tokens, i, head):
                return None
            if i and _adds_surname(tokens, i - 1):
                i -= 1  # Gross University Hospital
            return _with_department(tokens, i), tokens.ends[j - 1], 0.75
        if w.plain not in _SURE_HEADS:
            lead = tokens.text[max(0, tokens.starts[i] - 24) : tokens.starts[i]]
            if tokens.capitals[head] or not _CUE.search(lead):
                return None
        if tokens.texts[j - 1] in "-&":
            j -= 1
        return _with_department(tokens, i), tokens.ends[j - 1], 0.88

    def _backward(self, tokens: Tokens, head: int) -> tuple[int, int, int]:
        """Where the name that ends in a head begins, how many words it has before it, and how many proper ones."""
        i, pieces, proper = head, 0, 0
        while i > 0 and pieces < 7:
            taken = self._before_head(tokens, i - 1, head, pieces)
            if taken is None:
                break
            i -= 1
            pieces += taken[0]
            proper += taken[1]
        while i < head and (tokens.texts[i] in "&-.'’" or tokens.words[i].plain in _NO_FIRST):
            i += 1
        return i, pieces, proper

    def _before_head(self, tokens: Tokens, k: int, head: int, pieces: int) -> tuple[int, int] | None:
        """Whether token k goes on a name towards its beginning: words and proper words it adds, None where it does not."""
        gap, v = tokens.gap(k), tokens.words[k]
        if "\n" in gap or len(gap) > 2:
            return None
        if v.shape == "mark":
            return (0, 0) if _joins(tokens, k) else None
        if v.plain in _NOT_INSIDE:
            return None
        if v.plain in _JOINING:
            return (0, 0) if k and _is_joined(v, tokens.words[k - 1]) else None
        if self._proper(tokens, k):
            return 1, 1
        lower_head = tokens.words[head].shape == "lower"
        if v.plain in INSIDE and (v.shape != "lower" or lower_head and v.word):
            return 1, 0
        if v.shape != "lower":
            return None
        if k and pieces < 5 and _is_fragment(tokens, k):
            return 1, 1
        return (1, 1) if lower_head and v.word < 3 and max(v.surname, v.place) > 0 else None

    def _past(self, tokens: Tokens, head: int) -> tuple[int, int]:
        """Where a name goes on to after its head, and how many proper words it has there: Hospital of Ostermoor."""
        j = head + 1
        if not _goes_on(tokens, head):
            return j, 0
        end = self._forward(tokens, j, 8)
        proper = sum(self._proper(tokens, k) for k in range(j, end))
        general = tokens.words[j].plain not in ("of", "for") and tokens.words[head].plain != "department"
        return (end, proper) if end > j and (proper or general) else (j, 0)


def _may_head(tokens: Tokens, head: int) -> bool:
    """Whether a word of HEADS may be an institution's: no label (Hospital No), with what it needs before it."""
    w = tokens.words[head]
    if head + 1 < len(tokens) and _numbers(tokens, head + 1):
        return False
    key = "centre" if w.plain in _CENTRES else w.plain
    if key in _QUALIFIERS and (head == 0 or tokens.words[head - 1].plain not in _QUALIFIERS[key]):
        return False
    return w.shape != "lower" or w.plain in _LOWER_HEADS


def _numbers(tokens: Tokens, k: int) -> bool:
    """Whether token k makes a label of the word before it."""
    return tokens.words[k].plain in ("no", "number", "id", "course") or tokens.texts[k] == "#"


def _joins(tokens: Tokens, k: int) -> bool:
    """Whether a mark stands inside a name: Ear & Eye, St. Brannoc."""
    if tokens.texts[k] == ".":
        return k > 0 and tokens.words[k - 1].plain in _SHORTENED
    return tokens.texts[k] in "&-'’"


def _is_joined(joining: Word, before: Word) -> bool:
    """Whether a joining word goes on a name: College of, Ear and; not carcinoma of."""
    return before.shape in ("title", "upper") and (joining.plain != "of" or before.plain in _HEADS_OF)


def _is_fragment(tokens: Tokens, k: int) -> bool:
    """Whether token k is a scanner's piece of the name before it: Mo ore Clinic, Cance Institute, Unive rsity of."""
    v, before = tokens.words[k], tokens.words[k - 1]
    if before.shape not in ("title", "upper") or len(v.plain) > 8:
        return False
    return v.word == 0 or v.word < 4 and word(tokens.texts[k - 1] + tokens.texts[k]).surname > 1


def _goes_on(tokens: Tokens, head: int) -> bool:
    """Whether what follows a head may be of its name: Hospital of, University Medical."""
    j = head + 1
    if j >= len(tokens):
        return False
    w = tokens.words[j]
    if w.plain in _AFTER_HEADS:
        return True
    of_houses = w.plain in INSIDE or w.plain in HEADS or tokens.words[head].plain == "hopital"
    return of_houses and w.shape in ("title", "upper")


def _is_general(tokens: Tokens, i: int, head: int) -> bool:
    """Whether capitals that are general words make a name with a strong head: Central Valley Hospital."""
    w = tokens.words[head]
    if w.plain not in _GENERAL_HEADS or w.shape == "lower" or tokens.capitals[head]:
        return False
    return tokens.words[i].shape in ("title", "upper") and any(
        w.plain in _GENERAL for w in tokens.words[i:head]
    )


def _adds_surname(tokens: Tokens, k: int) -> bool:
    """Whether token k is a common surname with a capital before the words of an institution."""
    w = tokens.words[k]
    return w.shape == "title" and w.surname == 3 and tokens.gap(k) == " "


def _with_department(tokens: Tokens, i: int) -> int:
    """The first character of a name that begins at token i, or of the department before it."""
    start = tokens.starts[i]
    department = _DEPARTMENT.search(tokens.text, max(0, start - 60), start)
    return department.start() if department else start


_SPECIALTY = frozenset(
    "surgical urology dermatology oncology gi endoscopy medical imaging gynecology gynaecology orthopedics orthopaedics ent pathology path labs lab surgery radiology dental derm neurosurgery hematology diagnostics".split()
)
_NO_HOUSE = frozenset(
    """dr dre drs mr mrs ms prof professor monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december patient specimen pathology tumor tumour department laboratory radiology surgery oncology medicine figure table part block level
    stage grade the this that these there our your internet federal food government""".split()
)
_CAP = r"[A-Z][\w'’-]{2,20}"
# an institution that no word of its own tells: seen at Foothills, the Jewish, Queen's, Saskatoon City, from Lakeview Surgical
_PLACED = re.compile(
    rf"(?:at|from|to|At|From) (?:the )?(?P<value>{_CAP}(?: {_CAP}){{0,2}})(?=[.,;)/]|\s*$|\n| (?:last|on|in|for|with|where|by|and|yesterday|today|who|as|to|this|since|via|wants|called|is|has|was|registry|clinic|team|hospital|ward)\b)"
)
_PLACED_BEFORE = re.compile(
    r"(?i)(?:^|[.;] |\b(?:material|specimens?|tissue|cytology|biopsies|letters?|request|referral|notes|films|records|biops(?:y|ied)|bx|scope|scoped|surgery|operated|seen|done|performed|given|treated|reviewed|consult(?:ation)?|slides?|blocks?|sent|received|returned|transferred|referred|admitted|followed|"
    r"appointment|imaging|mri|ct|mammogram|chemo(?:therapy)?|radio(?:therapy)?|radiation|whipple|resection|excised|removed|delivered|discharged|colonoscopy|endoscopy|opinion|report|"
    r"requested|collected|interpreted|diagnosed|clinic|kit|works?|worked|trained|rounds|theatre|tested|testing|ward|now|over|back|out|again|today|yesterday|week|was|is|he|she) )$"
)
_SPECIALTIES = re.compile(
    r"(?:Surgical|Urology|Dermatology|Oncology|GI|Endoscopy|Medical|Imaging|Gynecology|Gynaecology|Orthopedics|ENT|Pathology|Path|Labs?|Derm|Dental)"
)
_PRACTICE = re.compile(
    rf"(?:(?<=from )|(?<=at )|(?<=of )|(?<=with )|(?<=, )|(?<=by )|(?<=\())(?P<value>(?:{_CAP} ){{1,2}}{_SPECIALTIES.pattern})(?=[.,;)/]|\s*$| (?:wants|called|asks|and|on|for|is|has|to|in|re|who|will|phoned|rang)\b)"
)
_HOUSE_NAME = re.compile(
    r"(?<![\w-])(?P<value>H[ôo]tel[- ]Dieu(?: de [A-Z][\w'’-]{2,20})?|VA (?!Hosp|Med)[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?|(?:Royal|Queen|King|Prince|Princess|Lady|Lord|Our Lady of|Sacred Heart of) (?!Jelly)[A-Z][\w'’]{2,20}(?: (?:and|of|&) [A-Z][\w'’]{2,20}| [A-Z][\w'’]{2,20})?)(?=[.,;)\n]|\s*$| (?:on|in|for|with|and|who|where|by|to|last|is|was|has))"
)
_CAPITALS = re.compile(r"[A-Z].?[A-Z]")
# initials of an institution after words of sending
_SENT = re.compile(
    r"(?i:\b(?:(?:received|transferred|referred|sent|outside slides|slides|submitted|reviewed|performed|done|tested|treated|seen|biopsied|forwarded|consult(?:ation)?|followed|admitted|tissue was sent|underwent biopsy on [^.]{4,20}|patient known) (?:from|to|at|by)|facility:|institution:|laboratory:)) {1,2}(?P<value>[A-Za-z]{0,2}[A-Z][A-Za-z]?[A-Z]{0,4}(?: [A-Z]{2})?)(?=[ .,;)\n])"
)
_DAMAGED_HEADS = "|".join(
    " ?".join(head)
    for head in ("hospital", "clinic", "centre", "center", "laboratories", "institute", "associates")
)
_DAMAGED = re.compile(
    rf"[A-Za-z](?:[\w'’&\- ]|(?<=[Ss]t)\.|(?<=[Ss]c)\.){{2,60}}? (?:{_DAMAGED_HEADS})(?!\w)", re.IGNORECASE
)
_DEPARTMENT = re.compile(r"(?i)\b(?:department|dept\.?|division) of [a-z ]{4,30}, ?$")
_SAINT = tuple(
    map(
        re.compile,
        (
            r"(?:(?<=from )|(?<=at )|(?<=to )|(?<=by )|(?<=with )|(?<=of )|(?<=in )|(?<=via ))(?:St|Ste|Saint)\.? [A-Z][a-z]{2,15}['’]s(?! (?:disease|sign|syndrome))",
            r"(?<![\w-])(?:St|Ste|Saint|Sainte|ST|SAINT|Mount|Mt)\.? (?-i:[A-Z])[\w'’-]{2,20}(?: (?:General|Regional|Memorial|Medical|Health|Hospital|GENERAL|REGIONAL|HOSPITAL|Centre|Center|Campus))+",
        ),
    )
)
# how a region's or a church's hospital is called for short: seen at Ashford District
_DISTRICTS = re.compile(
    r"(?:General|Regional|Memorial|Children's|Methodist|Baptist|Presbyterian|District|County|Community)"
)
_DISTRICT = re.compile(
    rf"(?<![\w-])(?:[A-Z][\w'’-]{{2,20}} ){{1,3}}{_DISTRICTS.pattern}(?=[,.;)\n]| (?:on|in|for|with|and|who|where|by|to|last|at|breast|clinic)\b|$)(?=.{{0,3}})"
)
