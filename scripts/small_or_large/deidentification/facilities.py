"""Hospitals, clinics, laboratories and institutes, by the word that ends or begins their names, or by their initials."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from bisect import bisect_left

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.words import Tokens, near_vocabulary, tokens_of, word

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
_QUALIFIERS = {
    "centre": frozenset(
        "medical cancer health sciences science care surgical surgery oncology hospital clinical research regional comprehensive breast tumor tumour heart trauma children's pathology diagnostic community wellness imaging endoscopy treatment healthcare veterans".split()
    ),
    "health": frozenset(),
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


class FacilityRecognizer(EntityRecognizer):
    """Names of institutions that received, sent or reported a specimen."""

    def __init__(self) -> None:
        super().__init__(["FACILITY"], name="FacilityRecognizer")

    def load(self) -> None:
        """Nothing to load."""

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
        for match in tokens.anchors.finditer(_PRACTICE):
            if self._named(tokens, match):
                found.append((*match.span("value"), 0.7))
        for match in _HOUSE_NAME.finditer(text):
            found.append((*match.span("value"), 0.8))
        for match in tokens.anchors.finditer(_SAINT):
            found.append((match.start(), match.end(), 0.85))
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

    def _around(self, tokens: Tokens, head: int):
        w = tokens.words[head]
        if head + 1 < len(tokens) and (
            tokens.words[head + 1].plain in ("no", "number", "id", "course") or tokens.texts[head + 1] == "#"
        ):
            return None  # a label: Hospital No
        capital = w.shape != "lower"
        key = w.plain.replace("center", "centre").rstrip("s") if w.plain.startswith("cent") else w.plain
        before = tokens.words[head - 1] if head else None
        if key == "centre" and (before is None or before.plain not in _QUALIFIERS["centre"]):
            return None
        if key == "home" and (before is None or before.plain not in _QUALIFIERS["home"]):
            return None
        if (
            not capital
            and w.plain not in _STRONG_HEADS
            and w.plain not in ("clinic", "laboratories", "labs", "laboratory", "institute", "university")
            and key != "centre"
        ):
            return None
        weak = (
            w.plain not in _STRONG_HEADS
            and w.plain
            not in (
                "clinic",
                "clinics",
                "laboratories",
                "labs",
                "institute",
                "infirmary",
                "university",
                "associates",
            )
            and key != "centre"
        )
        i, proper, pieces = head, 0, 0
        while i > 0 and pieces < 7:
            k = i - 1
            v = tokens.words[k]
            gap = tokens.gap(k)
            if "\n" in gap or len(gap) > 2:
                break
            text = tokens.texts[k]
            if v.shape == "mark":
                if text in "&-'’":
                    i = k
                    continue
                if (
                    text == "."
                    and k
                    and tokens.words[k - 1].plain
                    in ("st", "ste", "mt", "sc", "ft", "univ", "mem", "gen", "reg")
                ):
                    i = k
                    continue
                break
            if v.plain in (
                "the",
                "a",
                "an",
                "our",
                "this",
                "outside",
                "from",
                "at",
                "to",
                "by",
                "in",
                "with",
                "is",
                "was",
                "on",
                "or",
                "dr",
            ):
                break
            if v.plain in ("of", "and", "for", "de", "la", "du", "des"):
                if (
                    k
                    and (tokens.words[k - 1].shape in ("title", "upper") or text == "&")
                    and (
                        v.plain != "of"
                        or tokens.words[k - 1].plain in HEADS
                        or tokens.words[k - 1].plain in ("college", "school", "city")
                    )
                ):
                    i = k
                    continue
                break
            if self._proper(tokens, k):
                proper += 1
                pieces += 1
                i = k
                continue
            if v.plain in INSIDE and (v.shape != "lower" or (not capital and v.word)):
                pieces += 1
                i = k
                continue
            # a scanner's fragment of a name: "Mo ore Clinic", "Cance Institute", "Unive rsity of"
            if (
                v.shape == "lower"
                and pieces < 5
                and k
                and tokens.words[k - 1].shape in ("title", "upper")
                and len(v.plain) <= 8
                and (v.word == 0 or (v.word < 4 and word(tokens.texts[k - 1] + tokens.texts[k]).surname > 1))
            ):
                i = k
                pieces += 1
                proper += 1
                continue
            if v.shape == "lower" and not capital and (max(v.surname, v.place) > 0 and v.word < 3):
                proper += 1
                pieces += 1
                i = k
                continue
            break
        while i < head and (
            tokens.texts[i] in "&-.'’" or tokens.words[i].plain in ("of", "and", "for", "the", "de", "dr")
        ):
            i += 1
        # forward: Hospital of Eastern Ontario, University of X Medical Center, Clinic, Inc.
        j = head + 1
        if (
            j < len(tokens)
            and tokens.words[j].plain in ("of", "de", "du", "notre", "saint", "st")
            or (
                j < len(tokens)
                and tokens.words[j].shape in ("title", "upper")
                and (
                    tokens.words[j].plain in INSIDE or tokens.words[j].plain in HEADS or w.plain == "hopital"
                )
                and tokens.texts[j - 1] not in "."
            )
        ):
            end = self._forward(tokens, j, 8)
            tail = [k for k in range(j, end) if self._proper(tokens, k)]
            if end > j and (tail or tokens.words[j].plain not in ("of", "for")):
                if tokens.words[j].plain in ("of", "for") and not tail and w.plain != "university":
                    pass
                else:
                    if w.plain not in ("department",) or tail:
                        proper += len(tail)
                        j = end
        elif w.plain == "university" and not proper:
            return None
        if not proper or (i == head and j == head + 1):
            if (
                pieces >= 1
                and capital
                and not tokens.capitals[head]
                and tokens.words[i].shape in ("title", "upper")
                and i < head
                and any(
                    tokens.words[k].plain
                    in (
                        "general",
                        "memorial",
                        "regional",
                        "children's",
                        "womens",
                        "women's",
                        "veterans",
                        "district",
                        "county",
                        "central",
                        "provincial",
                        "national",
                        "university",
                        "northern",
                        "southern",
                        "eastern",
                        "western",
                        "valley",
                        "lakeside",
                        "riverside",
                        "river",
                        "lake",
                        "hill",
                        "heights",
                        "coast",
                        "coastal",
                        "holy",
                        "lady",
                        "good",
                        "park",
                        "bay",
                        "island",
                        "green",
                        "cross",
                        "heart",
                    )
                    for k in range(i, head)
                )
                and (w.plain in _STRONG_HEADS or key == "centre" or w.plain in ("clinic", "institute"))
            ):
                before = tokens.words[i - 1] if i else None
                if (
                    before is not None
                    and before.shape == "title"
                    and before.surname == 3
                    and tokens.gap(i - 1) == " "
                ):
                    i -= 1  # Gross University Hospital
                start = tokens.starts[i]
                prefix = _DEPARTMENT.search(tokens.text, max(0, start - 60), start)
                return prefix.start() if prefix else start, tokens.ends[j - 1], 0.75
            return None
        if weak:
            lead = tokens.text[max(0, tokens.starts[i] - 24) : tokens.starts[i]]
            if w.plain in (
                "department",
                "foundation",
                "college",
                "health",
                "group",
                "practice",
                "partners",
                "home",
                "trust",
                "village",
                "residence",
                "gp",
                "medicine",
                "surgery",
                "imaging",
                "histology",
                "cytology",
            ) and not _CUE.search(lead):
                return None
            if not (
                w.plain in ("laboratory", "diagnostics", "genomics", "healthcare", "hospice")
                or _CUE.search(lead)
            ):
                return None
            if tokens.capitals[head] and w.plain not in (
                "laboratory",
                "diagnostics",
                "genomics",
                "healthcare",
                "hospice",
            ):
                return None
        start = tokens.starts[i]
        prefix = _DEPARTMENT.search(tokens.text, max(0, start - 60), start)
        if prefix:
            start = prefix.start()
        if tokens.texts[j - 1] in "-&":
            j -= 1
        return start, tokens.ends[j - 1], 0.88


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
_PRACTICE = re.compile(
    rf"(?:(?<=from )|(?<=at )|(?<=of )|(?<=with )|(?<=, )|(?<=by )|(?<=\())(?P<value>(?:{_CAP} ){{1,2}}(?:Surgical|Urology|Dermatology|Oncology|GI|Endoscopy|Medical|Imaging|Gynecology|Gynaecology|Orthopedics|ENT|Pathology|Path|Labs?|Derm|Dental))(?=[.,;)/]|\s*$| (?:wants|called|asks|and|on|for|is|has|to|in|re|who|will|phoned|rang)\b)"
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
_SAINT = re.compile(
    r"(?:(?<=from )|(?<=at )|(?<=to )|(?<=by )|(?<=with )|(?<=of )|(?<=in )|(?<=via ))(?:St|Ste|Saint)\.? [A-Z][a-z]{2,15}['’]s(?! (?:disease|sign|syndrome))|"
    r"(?<![\w-])(?:St|Ste|Saint|Sainte|ST|SAINT|Mount|Mt)\.? (?-i:[A-Z])[\w'’-]{2,20}(?: (?:General|Regional|Memorial|Medical|Health|Hospital|GENERAL|REGIONAL|HOSPITAL|Centre|Center|Campus))+"
    r"|(?<![\w-])(?:[A-Z][\w'’-]{2,20} ){1,3}(?:General|Regional|Memorial|Children's|Methodist|Baptist|Presbyterian|District|County|Community)(?=[,.;)\n]| (?:on|in|for|with|and|who|where|by|to|last|at|breast|clinic)\b|$)(?=.{0,3})"
)
