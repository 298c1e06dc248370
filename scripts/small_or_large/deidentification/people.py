"""Names of patients, physicians and relatives where titles, labels, credentials and signatures announce them.

Names that nothing announces are the tagger's part (tagger.py).
"""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.words import Tokens, Word, near_vocabulary, tokens_of, word

TITLES = frozenset(
    "dr drs mr mrs ms miss mx prof professor doctor doctors mme mlle madame monsieur sister rev reverend sir dame nurse pastor rabbi fr hon capt sgt doc docteur dre herr frau senor senora sra".split()
)
PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le al el bin bint ibn ben abu st mc mac o ter ten zu af av y e san dela bar d".split()
)
CREDENTIALS = frozenset(
    """md m.d mbbs mb mbchb bch do phd ph.d frcpc frcp frcs frcsc facs fcap frcpath rn np pa pac msc bsc dds dmd dvm mph ct ht htl mt ascp
    esq jr sr ii iii iv pgy crnp aprn lpn rpn dnp od pharmd ccfp fracs facp ma ba bs ms mrcp mrcs""".split()
)
STOP = frozenset(
    """novo the a an and or of in on at by for from to with is are was were be been has have had not no nor as if it its this that these those which who whom whose
    her his their our your my he she they we you i mr mrs ms dr date time dob mrn age sex gender tel phone fax pager ssn hcn phn case accession specimen address city
    facility hospital clinic laboratory institution department physician surgeon pathologist resident attending patient name number procedure diagnosis
    clinical history gross microscopic comment addendum report final result received collected signed copies copy to cc page ward room rm bed location male female
    right left upper lower please see also when then than there here will would may can could should shall but so via per re left
    tumor tumour mass breast lung colon kidney liver prostate skin node nodes lymph biopsy excision resection specimen's telephone telephoned
    department service unit clinic mrn# encounter dictated transcribed reviewed verified electronically seen called notified agree agrees concur concurs ordering
    requesting referring submitting performed reported ext extension email e-mail birthdate birth zip postal code medical record acct visit
    operating primary secondary provider none n/a unknown nil same above below attn attention oncology surgery surgical pathology radiology medicine
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
    phy nam key list lint dos ort info information data initials initial signature authorising authorizing authorised authorized verifying signing et al reg rec hcn sin plan part block slide slides sent office hospital's health care centre center regional general memorial university""".split()
)
# what announces a name, each tried in this order
_LABELS = tuple(
    re.compile(rf"(?i)(?:{announcement})[ \t]{{0,3}}")
    for announcement in (
        # fields of a header
        r"\b(?:patient(?:'?s)?(?: ?full)?[ _]?name|pt\.? ?name|full name|last name|first name|given names?(?:\(s\))?|forenames?|surname|family name|maiden name|legal name|name(?: of patient)?|nom|pr[ée]nom|m[ée]decin)\b[ .]{0,20}[:=#>\-]{0,2}",
        r"\b(?:patient|pt|client|mother|father|husband|wife|spouse|guardian|next of kin|nok|emergency contact|contact(?: person)?|employer)\b ?[:=]",
        r"\b(?:pt|patient|subject)[ ]?[-–](?= ?[A-Z])",
        r"\b(?:(?:requesting|referring|ordering|attending|admitting|submitting|consulting|family|primary(?: care)?|operating|responsible|treating|reporting|signing|resident|staff|supervising|covering|reviewing|interpreting|assisting|collecting|performing|ref(?:erred)?|req|att|surgical|copy|copies|senior|junior|chief|assigned|authorizing|authorising|second|outside) ?)?"
        r"(?:physicians?|surgeons?|doctors?|dr|md|m\.d|pathologists?|providers?|clinicians?|consultants?|residents?|fellows?|assistants?|oncologists?|urologists?|gynecologists?|dermatologists?|gp|gps|pcp|mrp|radiologists?|cytotechnologists?|technologists?|technicians?|prosectors?|attending|staff|nurse|operator|dictator|transcriptionist|typist|histotech|pa|coroner|anesthetist|anes|surg|phys|path|prosected|author|ct)(?:\(s\))?(?: of record| name)?'?s? ?[:=]",
        r"\breg dr ?[:=]?|\b(?:attending|requesting|ordering|referring|submitting|operating|admitting|family|resident|primary|staff|consulting|reporting) (?:physician|surgeon|doctor|pathologist|provider|md|m\.d\.|dr)\b\.?[ :]{0,2}(?=[A-Z])",
        r"\b(?:copies|copy|distribution|cc|c\.c\.|bcc|c/o|c/c|attn|attention|faxed|forward(?:ed)?|report|results?|slides|sent|mail(?:ed)?|letter)(?: (?:also |sent )?(?:to|cc))?(?::|(?<=to)(?= ?[A-Z])|(?<=c/o)|(?<=attention)(?= [A-Z])|(?<=attn)\.?(?= [A-Z]))",
        # signatures
        r"\b(?:electronically |digitally |e-?)?(?:signed|verified|authenticated|approved|released|authorized|authorised|validated|finalized|finalised|certified|attested|signed out|signed off|reported|dictated|transcribed|typed|reviewed|interpreted|read|prepared|examined|diagnosed|screened|entered|completed|edited|performed|written|prosected|grossed|gross|frozen|cut|stained|received|accessioned|checked|trimmed|dissected|abstracted|coded|orientated|countersigned|counter-signed|ratified|confirmed|collected|obtained|submitted|requested|referred|ordered|seen|evaluated|assessed|excised|removed|resected|done|operated on|taken|inked|brought|delivered|called|paged|faxed|identified|witnessed|countersigned|given|biopsied|drawn|treated|followed|managed|marked|oriented|labell?ed|consented|asked|discussed|provided|arranged|booked|organi[sz]ed|attended|admitted|accepted|processed|embedded|sectioned|recut|photographed|supervised|assisted|reviewed and (?:agreed|signed)|signed out)(?: out| off| up| in| again| together| back| down)?(?: (?:in consultation|electronically|today|yesterday|independently|jointly|intraoperatively|originally|previously|also|initially))?(?: (?:by|per|with|:))(?: (?:me|us|our|the|her|his|my|both|attending|resident|staff|pathologist|surgeon|physician|nurse|doctor|colleague|fellow|family|patient'?s|consultant|chief|senior|junior|urologist|oncologist|dermatologist|gynecologist|gp|pa)){0,4}[,:]? ?",
        r"\b(?:signed|verified|dictated|released|approved|transcribed|signature|sgd|grossed|prosected|reviewed|authenticated|screened|validated|checked|reported)\b\)? ?[:\-–=]",
        r"(?<!\w)/s/",
        # saying and sending in running text
        r"\b(?:communicated|conveyed|reported|telephoned|phoned|released|faxed|given|relayed|sent|referred|forwarded|paged out|called|handed|addressed|presented|shown|transferred|mailed|notified|conveyed by (?:phone|telephone)|spoke|speaking|discussed|reviewed|shared|consulted|correlated|met|appointment|follow[- ]?up|visit|conversation|conferred|spoken|agreed|care of|concordance|consultation|meeting|clinic|seen|confirmed|talked|met)(?: (?:by (?:phone|telephone)|directly|verbally|over|back|again|together|today|yesterday|this morning|this afternoon|the (?:case|findings?|results?|slides)|case|findings|results?|urgently|immediately|via (?:phone|fax)))? (?:to|with|by|between)(?: (?:the|her|his|our|my))?(?: (?:surgeon|pathologist|physician|attending|resident|nurse|oncologist|urologist|colleague|daughter|son|wife|husband|brother|sister|mother|father|patient|fellow|dermatologist|consultant|niece|nephew|partner|friend|secretary|assistant|gp|doctor))?,? (?=[A-Z])",
        r"\b(?:please (?:page|call|contact|notify|inform|ask|let|copy)|per|thanks?(?: you)? to|courtesy of|on behalf of|under the care of|under|in care of|consultation (?:requested|from)(?: (?:by|from))?|notify|notified|informed|paged|telephoned|contacted|alerted|called|thank|thanking|according to|spoke to|as per|history from|opinion of|cared for by|patient of|office of|service of|clinic of|care of|behalf of|letter from|request of|call from|advice of|requested from|supervision of|agreement with|presence of|help of|hands of|attention of) (?:the (?:attending |surgeon |pathologist ))?(?=[A-Z])",
        r"\b(?:daughter|son|wife|husband|brother|sister|mother|father|spouse|partner|niece|nephew|cousin|aunt|uncle|grandson|granddaughter|neighbou?r|friend|fianc[ée]e?|caregiver|guardian|colleague|prosector|registrar|houseman|trainee|locum|biomedical scientist|phlebotomist|porter|receptionist|carer|surgeon|urologist|oncologist|pathologist|gynecologist|dermatologist|resident|nurse|assistant|secretary|coordinator|fellow|physician|clinician|doctor|consultant|hematologist|gastroenterologist|dr|(?:histo|cyto)?technologist|technician|director|chairman|chief|dietitian|pharmacist|operator|therapist|radiologist|neurosurgeon|anesthesiologist|anaesthetist|internist|intern|midwife)(?:[- ]in[- ]law)?(?: (?:is|named|called|was|,|\())?,? ?\(?(?=[A-Z][a-z])",
        r"(?:\b(?:labell?ed|designated|marked|identified|tagged|stamped|named|titled|inscribed)(?: (?:as|with|the|name|patient'?s|her|his|and|number|last|first|full|only|on|requisition|container|jar|identification))*[, :]{0,3}[\"'“‘«(]{1,2} ?)",
        r"\b(?:labell?ed|designated|marked) (?:with the (?:patient'?s )?name(?:,| of| as)? ?|as (?:from |belonging to )?|for |from )?(?=[A-Z])",
        r"\b(?:known to (?:us|staff|friends|family|everyone|him|her) as|nicknamed|goes by|prefers to be called|answers to|better known as|also known as|signs as)(?: the name)?,? [\"'“‘]?(?=[A-Z])",
        r"\bdictated (?:but|and) not (?:read|reviewed|signed|proofread)(?: by)?[ :,.)-]{1,3}",
        r"\b(?:faxed|sent|phoned|mailed|e-?mailed|relayed|conveyed|given|reported|called|forwarded|read|handed)[^.\n;:]{1,30} to (?=[A-Z][a-z])",
        r"\b(?-i:COPY|COPIES|CC|SURGEON|PHYSICIAN|PATHOLOGIST|ATTENDING|RESIDENT|CONSULTANT|Copy|Surgeon|Physician|Pathologist|Attending|Resident|Consultant|Surname|Forename|Forenames|FORENAME)(?: (?:to|TO))? {1,3}(?=[A-Z])",
        r"(?<!\d )(?<!\d)\bcc:? (?=[A-Z])",
        r"\b(?:his|her|their|whose) (?:husband|wife|son|daughter|mother|father|sister|brother|niece|nephew|cousin|aunt|uncle|grandson|granddaughter|partner|neighbou?r|friend),? (?=[a-z])",
        r"\b(?:baby|infant|twin|newborn)(?: (?:girl|boy|of|a|b))? (?=[A-Z])",
        r"\b(?:(?:best|kind|kindest|warm|warmest) (?:wishes|regards)|regards|sincerely|yours (?:sincerely|faithfully|truly)|cheers),? (?=[A-Z])",
        r"\b(?:i|we),(?= [A-Z])",
        r"\b(?:the )?undersigned[ ,(]{1,3}",
        r"\b(?:the patient|patient|this patient|pt|my name is|named|known as|a\.?k\.?a\.?|n[ée]e|formerly|alias|called),? (?=[A-Z])",
        r"\b(?:d/w|t/w|spoke w/|disc(?:ussed)? w/|rev(?:iewed)? w/|w/) ?(?=[A-Z])",
        r"(?<=[a-z](?:ed|en|id) )by:? (?=[A-Z][a-z])",
    )
)
_STRONG = re.compile(
    r"(?i)(?:[:=>]|not (?:read|reviewed|signed|proofread)(?: by)?|name[ .\-]{0,20}|\"|“|/s/|c/o|reg dr)[ \t]{0,3}$"
)


def _ok(tokens: Tokens, i: int, strong: bool, first: bool, lone: bool = True) -> bool:
    """Whether token i may be part of a name after an announcement (`strong`: a title or a field label)."""
    w = tokens.words[i]
    if w.shape in ("mark", "number", "code"):
        return False
    if w.plain in PARTICLES and w.shape != "initial":
        return True
    listed = max(w.surname, w.given)
    if w.shape == "initial":
        return True
    if w.plain in STOP or w.plain in CREDENTIALS or w.plain in TITLES:
        # Ward, Page, March: names where nothing but an end follows
        after = tokens.texts[i + 1] if i + 1 < len(tokens) else "."
        return (
            strong
            and first
            and listed >= 2
            and w.shape in ("title", "upper")
            and after in ".,;\n"
            and w.plain not in TITLES
        )
    if w.shape == "lower":
        if strong and first:
            return (listed > 0 and w.word < 4) or w.word == 0 and len(w.plain) > 2
        return listed > 0 and w.word <= 1 and len(w.plain) > 2
    if strong and not first and w.shape in ("title", "upper") and w.word >= 3:
        before = tokens.words[i - 1]
        after = tokens.words[i + 1] if i + 1 < len(tokens) else None
        if (
            before.given >= 2
            and (before.word < 4 or before.given == 3)
            and (after is None or after.shape in ("mark", "number") or after.plain in STOP)
        ):
            return True
    if strong and first and w.shape in ("title", "upper") and _given_follows(tokens, i):
        return True
    if w.word >= 4 and listed < 2:
        return False
    if w.word >= 3 and listed == 0:
        return False
    return strong or listed > 0 or w.word == 0


def _given_follows(tokens: Tokens, i: int) -> bool:
    """Whether a comma and a given name that is no word follow token i: Duct, Andrew."""
    if i + 2 >= len(tokens) or tokens.texts[i + 1] != ",":
        return False
    w = tokens.words[i + 2]
    return w.given > 1 and w.word < 3 and w.shape in ("title", "upper")


def take(tokens: Tokens, i: int, strong: bool, longest: int = 5) -> int:
    """The end (token index) of the name that starts at token i, or i where none does."""
    count, j, parts, comma, full = len(tokens), i, 0, False, 0
    lower_start = i < count and tokens.words[i].shape == "lower"
    while j < count and parts < longest:
        w, text = tokens.words[j], tokens.texts[j]
        if j > i and _parted(tokens.gap(j - 1), comma):
            break
        if text in ".-'’`" and j > i and tokens.words[j - 1].shape != "mark":
            if not _mark_inside(tokens, j, strong):
                break
            j += 1
            continue
        if text == "," and not comma and full and j + 1 < count:
            if not _given_follows_comma(tokens, j, strong):
                break
            comma = True
            j += 1
            continue
        ends_broken = j > i and w.shape == "lower" and _joined(tokens, j)
        if ends_broken or _begins_broken(tokens, j):
            j += 1 if ends_broken else 2
            full += 1
            parts += not ends_broken
            continue
        if not _ok(tokens, j, strong, j == i):
            # a name in two pieces in capitals, as scanners make them
            if j == i or w.shape != "upper" or not _joined(tokens, j):
                break
            j += 1
            continue
        if w.shape == "lower" and not lower_start and w.plain not in PARTICLES:
            break
        parts += w.plain not in PARTICLES
        full += w.shape != "initial"
        j += 1
        possessive = text.endswith(("'s", "’s")) and w.shape != "upper"
        if possessive or not strong and parts >= 4:
            break
    return _trimmed(tokens, i, j) if full else i


def _parted(gap: str, comma: bool) -> bool:
    """Whether the white space before a token ends a name; a single new line does not after a comma."""
    return len(gap) > 3 or "\n\n" in gap or "\n" in gap and not comma


def _mark_inside(tokens: Tokens, j: int, strong: bool) -> bool:
    """Whether a full stop, a hyphen or an apostrophe at token j goes on a name: J. Kjeldsen, Anne-Marie."""
    if tokens.texts[j] == "." and not _is_shortened(tokens.words[j - 1]):
        return False
    if j + 1 >= len(tokens) or tokens.words[j + 1].shape == "mark":
        return False
    return _ok(tokens, j + 1, strong, False) or j + 2 < len(tokens) and _joined(tokens, j + 2)


def _is_shortened(w: Word) -> bool:
    """Whether a full stop after a word ends no sentence: an initial, St, Wm."""
    return len(w.plain) == 1 or w.shape == "initial" or len(w.plain) <= 2 and w.shape != "lower"


def _given_follows_comma(tokens: Tokens, j: int, strong: bool) -> bool:
    """Whether a given name, an initial or a particle follows the comma at token j."""
    w = tokens.words[j + 1]
    if w.plain in CREDENTIALS or w.shape == "lower" or not _ok(tokens, j + 1, strong, False):
        return False
    if w.shape == "initial" or w.given > 0 and w.word < 4:
        return True
    if strong and (w.given or w.surname or w.word == 0):
        return True
    return w.plain in PARTICLES and j + 2 < len(tokens) and tokens.words[j + 2].surname > 0


def _begins_broken(tokens: Tokens, j: int) -> bool:
    """Whether token j and the next make one listed name that a scanner broke."""
    if j + 1 >= len(tokens):
        return False
    w = tokens.words[j]
    if w.shape not in ("title", "upper") or w.plain in STOP or w.plain in TITLES:
        return False
    return _joined(tokens, j + 1)


def _trimmed(tokens: Tokens, i: int, j: int) -> int:
    """The end of a name without particles and marks that stand last, but with the full stop of an initial."""
    while j > i and (tokens.texts[j - 1] in ",-'’`" or is_lower_particle(tokens.words[j - 1])):
        j -= 1
    stopped = j < len(tokens) and tokens.texts[j] == "." and tokens.words[j - 1].shape == "initial"
    return j + 1 if stopped and j - i > 1 else j


def is_lower_particle(w: Word) -> bool:
    """Whether a word is a particle of names in lower case: van, de la."""
    return w.plain in PARTICLES and w.shape == "lower"


def _joined(tokens: Tokens, j: int) -> bool:
    """Whether token j and the one before it make one listed name that a scanner broke."""
    before, here = tokens.words[j - 1], tokens.words[j]
    if before.shape == "mark" or here.shape not in ("lower", "upper", "initial") or tokens.gap(j - 1) != " ":
        return False
    ends = j + 1 < len(tokens) and tokens.texts[j + 1] in ".,;)"
    if (
        ends
        and before.shape != "lower"
        and here.plain in ("is", "in", "on", "an", "or", "as", "at", "to")
        and word(tokens.texts[j - 1] + tokens.texts[j]).surname
    ):
        return True  # Franc is. - a verb or a preposition would go on
    if (before.word >= 3 and before.shape == "lower") or here.plain in (
        "and",
        "of",
        "the",
        "on",
        "at",
        "to",
        "is",
        "in",
        "md",
    ):
        return False
    whole = word(tokens.texts[j - 1] + tokens.texts[j])
    if here.plain in STOP and here.plain != "ms":
        return False
    if here.word == 0 and len(here.plain) < 4 and whole.given > 1 and here.shape == "lower":
        return True
    if (
        max(before.surname, before.given) >= 2
        and len(before.plain) > 2
        and not (len(here.plain) <= 2 and whole.surname >= 2)
    ):
        return False
    return max(whole.surname, whole.given) > 0 and (whole.word < 3 or whole.surname >= 2)


def _end_char(tokens: Tokens, j: int) -> int:
    end = tokens.ends[j - 1]
    return end - 2 if tokens.text[end - 2 : end] in ("'s", "’s") else end


def _is_medicine(tokens: Tokens, i: int) -> bool:
    """Whether a name after a weak announcement is an eponym or a state: sent to Bouin's, cleared by the U.S. Food ..."""
    w = tokens.words[i]
    if w.plain == "u" and any(tokens.words[k].plain == "s" for k in range(i, min(len(tokens), i + 3))):
        return True
    if not w.eponym:
        return False
    if (
        tokens.texts[i].endswith(("'s", "’s")) or i + 1 < len(tokens) and tokens.texts[i + 1] in "'’-"
    ) or any(tokens.words[k].plain in EPONYM_AFTER for k in range(i + 1, min(len(tokens), i + 4))):
        return True
    return max(w.surname, w.given) < 2


def _past_titles(tokens: Tokens, i: int) -> int:
    """The first token at or after i that is no title and no full stop after one."""
    for k in range(i, min(len(tokens), i + 4)):
        stop = tokens.texts[k] == "." and k > 0 and tokens.words[k - 1].plain in TITLES
        if not stop and tokens.words[k].plain not in TITLES:
            return k
    return min(len(tokens), i + 4)


def _past_credentials(tokens: Tokens, i: int, j: int) -> int:
    """The first token at or after j that is none of the credentials, commas and full stops after the name from i to j."""
    while j < len(tokens) and j - i < 12:
        mark = tokens.texts[j] in ".,"
        if not mark and tokens.words[j].plain not in CREDENTIALS:
            break
        more = j + 1 < len(tokens) and tokens.words[j + 1].plain in CREDENTIALS
        if tokens.texts[j] == "." and not more:
            break
        j += 1
    return j


def _next_listed(tokens: Tokens, j: int, strong: bool) -> tuple[int, bool] | None:
    """Where the next name of a list begins, if a list goes on at token j, and whether it is announced as strongly."""
    if j >= len(tokens):
        return None
    text, after_comma = tokens.texts[j], tokens.texts[j - 1] == ","
    joins = text in ";/&|" or tokens.words[j].plain == "and"
    if not joins and not after_comma and text != ",":
        return None
    i = j + 1 if joins or not after_comma else j
    if i >= len(tokens):
        return None
    if tokens.words[i - 1].plain != "and":
        return i, strong and tokens.texts[i - 1] in ";/&|"
    w = tokens.words[i]
    return i, strong and w.shape in ("title", "upper") and max(w.surname, w.given) > 0


def _is_piece(tokens: Tokens, i: int, j: int, strong: bool) -> bool:
    """Whether a name of tokens i to j is one unlisted piece: a scanner's, rather than a name."""
    w = tokens.words[i]
    if j != i + 1 or w.surname or w.given:
        return False
    return len(w.plain) < 4 or not strong and near_vocabulary(w.plain)


def _is_eponym(tokens: Tokens, j: int) -> bool:
    """Whether a name that ends before token j is a disease's or a stain's: Hodgkin | lymphoma."""
    return j < len(tokens) and tokens.words[j].plain in EPONYM_AFTER and tokens.words[j - 1].eponym


def _signed_names(text: str, signed: re.Match) -> list[tuple[int, int, float]]:
    """Names made of an initial and any word, one or two, that are no site and no part of a list of specimens."""
    return [
        (*signed.span(part), 0.92)
        for part in ("one", "two")
        if signed.group(part)
        and not _names_site(signed.group(part))
        and not (text[signed.end(part) : signed.end(part) + 1] == "," and _names_organ(signed.group(part)))
    ]


def _names_site(name: str) -> bool:
    """Whether a word that is in no name is among the words: block A, level B."""
    words = [w for w in re.findall(r"[a-z]+", name.lower()) if len(w) > 1]
    return any(w in STOP or w in _SITES or w in CREDENTIALS for w in words)


def _names_organ(name: str) -> bool:
    """Whether an everyday clinical word that is no surname is among the words: L. Peritoneum, bladder."""
    words = map(word, re.findall(r"\w{2,}", name))
    return any(w.word >= 4 and not w.surname for w in words)


class PeopleRecognizer(EntityRecognizer):
    """Names that a title, a label, a credential or a signature announces."""

    def __init__(self) -> None:
        super().__init__(["NAME"], name="PeopleRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin; the word lists are read when the first report is."""
        for expression in (_LABELS, _PIECES, _CREDENTIAL):
            register(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of names in `text` as RecognizerResult."""
        if entities is not None and "NAME" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        found = []
        self._titles(tokens, found)
        self._labels(tokens, found)
        self._credentials(tokens, found)
        self._lines(tokens, found)
        self._broken(tokens, found)
        self._initialed(tokens, found)
        self._bracketed(tokens, found)
        self._quoted(tokens, found)
        for k, (start, end, score) in enumerate(found):
            child = _CHILD.match(text, end)
            if child:
                found[k] = (start, child.end(), score)
        return [RecognizerResult("NAME", a, b, s) for a, b, s in found]

    def _initialed(self, tokens: Tokens, found: list) -> None:
        """An initial with a full stop and a listed surname that is no word: A. Kjeldsen (not a part's letter: A. Colon)."""
        if tokens.junk > 0.05:
            return
        for i in range(len(tokens) - 2):
            if tokens.words[i].shape == "initial" and tokens.texts[i + 1] == ".":
                w = tokens.words[i + 2]
                if (
                    w.shape == "title"
                    and w.surname
                    and w.word < 2
                    and not w.eponym
                    and len(w.plain) > 3
                    and not tokens.capitals[i]
                    and not near_vocabulary(w.plain)
                    and tokens.ends[i] == tokens.starts[i + 1]
                ):
                    after = tokens.words[i + 3] if i + 3 < len(tokens) else None
                    if after is None or after.plain not in EPONYM_AFTER:
                        found.append((tokens.starts[i], _end_char(tokens, i + 3), 0.7))

    def _quoted(self, tokens: Tokens, found: list) -> None:
        """Quotation marks that hold a given name and a surname, or a surname, a comma and a given name, and nothing else."""
        for match in _IN_QUOTES.finditer(tokens.text):
            i = tokens.at(match.start("name"))
            last = tokens.at(match.end("name")) - 1
            first = tokens.words[i]
            if tokens.texts[i + 1] == ",":
                given = tokens.words[i + 2]
                if first.surname > 1 and (given.given > 1 or given.word == 0 and len(given.plain) > 3):
                    found.append((*match.span("name"), 0.92))
            elif first.given > 1 and tokens.words[last].surname > 1:
                found.append((*match.span("name"), 0.92))

    def _bracketed(self, tokens: Tokens, found: list) -> None:
        """Brackets that hold nothing but a listed name that is no word: (Whelan)."""
        for match in _IN_BRACKETS.finditer(tokens.text):
            i, j = tokens.at(match.start("name")), tokens.at(match.end("name"))
            words = [w for w in tokens.words[i:j] if w.shape != "mark"]
            if (
                all(
                    w.shape == "title"
                    and max(w.surname, w.given) > 1
                    and w.word == 0
                    and not w.eponym
                    and not near_vocabulary(w.plain)
                    for w in words
                )
                and not tokens.capitals[i]
                and tokens.junk <= 0.05
            ):
                found.append((*match.span("name"), 0.7))

    def _lines(self, tokens: Tokens, found: list) -> None:
        """A line that begins with names alone and goes on with a date, a sex, an age or a number: a header's."""
        for match in _LINE.finditer(tokens.text):
            i = tokens.at(match.start("name"))
            j = tokens.at(match.end("name"))
            words = [w for w in tokens.words[i:j] if w.shape not in ("mark", "initial")]
            if (
                len(words) > 1
                and all(
                    (w.surname or w.given or w.word == 0) and w.word < 4 and w.plain not in STOP
                    for w in words
                )
                and (
                    sum(max(w.surname, w.given) > 1 for w in words) > 1
                    or all(w.surname or w.given for w in words)
                    and words[0].surname == 3
                    or all(w.word < 2 for w in words)
                    and any(w.surname or w.given for w in words)
                )
            ):
                found.append((match.start("name"), match.end("name"), 0.85))

    def _broken(self, tokens: Tokens, found: list) -> None:
        """A surname and a given name with a comma between, one of them broken in two by a scanner."""
        for match in tokens.anchors.finditer(_PIECES):
            sides = [part.split(" ") for part in (match.group("last"), match.group("first"))]
            wholes = [word("".join(side)) for side in sides]
            pieces = [word(p) for side in sides if len(side) > 1 for p in side]
            if (
                pieces
                and all(w.surname > 1 or w.given > 1 for w in wholes)
                and any(p.word < 3 for p in pieces)
            ) and all(w.word < 3 for w in wholes):
                found.append((match.start(), match.end(), 0.85))

    def _list(
        self, tokens: Tokens, i: int, strong: bool, score: float, found: list, signs: bool = True
    ) -> None:
        """The name at token i and those joined to it by ; / & and 'and'."""
        for _ in range(8):
            name = _past_titles(tokens, i)
            strong = strong or name > i
            i, j = name, take(tokens, name, strong)
            if j == i or j == i + 1 and tokens.words[i].shape == "lower":
                # an initial makes a name of any word: J. Duct, lruz J
                signed = _SIGNED.match(tokens.text, tokens.starts[i]) if signs and i < len(tokens) else None
                if signed is not None:
                    found += _signed_names(tokens.text, signed)
                if signed is not None or j == i:
                    return
            if score < 0.95 and (_is_piece(tokens, i, j, strong) or _is_eponym(tokens, j)):
                return
            found.append((tokens.starts[i], _end_char(tokens, j), score))
            following = _next_listed(tokens, _past_credentials(tokens, i, j), strong)
            if following is None:
                return
            i, strong = following

    def _titles(self, tokens: Tokens, found: list) -> None:
        for i, w in enumerate(tokens.words):
            if w.plain not in TITLES or (
                w.plain == "mx" and _STAGED.search(tokens.text, max(0, tokens.starts[i] - 12), tokens.ends[i])
            ):
                continue
            j = i + 1
            if j < len(tokens) and tokens.texts[j] in ".:":
                j += 1
            if j >= len(tokens) or "\n" in tokens.gap(j - 1) and tokens.words[j].shape == "initial":
                continue
            if w.plain in (
                "sister",
                "nurse",
                "doctor",
                "doctors",
                "miss",
                "father",
                "ms",
                "fr",
                "doc",
                "sir",
                "hon",
                "do",
                "professor",
                "rev",
                "pastor",
            ):
                shape, listed = tokens.words[j].shape, max(tokens.words[j].surname, tokens.words[j].given)
                if shape == "lower" and not (
                    listed and tokens.words[j].word < 2 + (w.plain == "doctor" and listed > 1)
                ):
                    continue
                if tokens.capitals[i] and not listed:
                    continue
            self._list(tokens, j, True, 0.95, found)

    def _labels(self, tokens: Tokens, found: list) -> None:

        for match in tokens.anchors.finditer(_LABELS):
            i = tokens.at(match.end())
            if i >= len(tokens) or tokens.starts[i] - match.end() > 3:
                continue
            label = match.group()
            strong = _STRONG.search(label) is not None
            if not strong and _is_medicine(tokens, i):
                continue
            if "\n" in tokens.text[match.end() : tokens.starts[i]] and not self._below(tokens, i):
                continue
            quoted = label.rstrip()[-1:] in "\"'“‘(" and not label.rstrip().endswith("s'")
            if quoted:
                k = take(tokens, i, False)
                after = tokens.words[k] if k < len(tokens) else None
                lone = k == i + 1 and max(tokens.words[i].surname, tokens.words[i].given) < 3
                if lone and after is not None and after.shape == "lower" and after.word >= 3:
                    continue  # labeled "<damaged word> margin"
            if quoted or label.lower().startswith(("report", "result", "slide", "specimen")):
                # a container's label holds sites as often as names
                w = tokens.words[i]
                if not (
                    max(w.surname, w.given)
                    and w.word < 3
                    and not w.eponym
                    or (w.word == 0 and len(w.plain) > 3)
                ) and not (
                    i + 2 < len(tokens)
                    and tokens.texts[i + 1] == ","
                    and max(w.surname, w.given)
                    and tokens.words[i + 2].given
                    and tokens.words[i + 2].word < 4
                ):
                    continue
                strong = False
            elif tokens.capitals[i] and not strong:
                w = tokens.words[i]
                following = tokens.words[i + 1] if i + 1 < len(tokens) else w
                if (
                    not (
                        max(w.surname, w.given) > 0
                        and (w.word < 3 or following.surname and following.word < 3)
                    )
                    and not _given_follows(tokens, i)
                    and w.shape != "initial"
                    and w.plain not in TITLES
                ):
                    continue
            signs = not quoted and label.rstrip().lower().endswith((" by", ":", ";"))
            self._list(tokens, i, strong, 0.9 if strong else 0.8, found, signs)

    @staticmethod
    def _below(tokens: Tokens, i: int) -> bool:
        """Whether what stands in the line below a label is a name: an empty field is followed by the next one's label."""
        w = tokens.words[i]
        if w.plain in TITLES:
            return True
        listed = max(w.surname, w.given)
        if not listed or w.shape == "lower":
            return False
        return w.word < 3 or (i + 1 < len(tokens) and tokens.texts[i + 1] == ",")

    def _credentials(self, tokens: Tokens, found: list) -> None:
        for match in tokens.anchors.finditer(_CREDENTIAL):
            j = tokens.at(match.start())
            i = j
            if i and tokens.texts[i - 1] == ",":
                i -= 1
            end = i
            parts = 0
            while i > 0 and parts < 5:
                w = tokens.words[i - 1]
                if "\n" in tokens.gap(i - 1) and i < end:
                    break
                if (
                    tokens.texts[i - 1] in ".-"
                    and i > 1
                    and (tokens.words[i - 2].shape == "initial" or tokens.texts[i - 1] == "-")
                ):
                    i -= 1
                    continue
                if (
                    tokens.texts[i - 1] == ","
                    and parts
                    and i > 1
                    and tokens.words[i - 2].shape in ("title", "upper")
                    and tokens.words[i - 2].surname
                    and tokens.words[i - 2].word < 3
                ):
                    i -= 1
                    continue
                if w.shape in ("title", "upper", "initial", "mixed") and _ok(tokens, i - 1, False, False):
                    i -= 1
                    parts += 1
                    continue
                if w.plain in PARTICLES and w.shape == "lower" and parts:
                    i -= 1
                    continue
                if (
                    not parts
                    and w.shape == "lower"
                    and w.word == 0
                    and len(w.plain) > 2
                    and i > 1
                    and tokens.words[i - 2].shape == "title"
                    and max(tokens.words[i - 2].surname, tokens.words[i - 2].given) > 1
                ):
                    i -= 1  # a surname whose capital the scanner lost
                    continue
                break
            while i < end and tokens.words[i].shape in ("mark",):
                i += 1
            if parts and any(tokens.words[k].shape not in ("initial", "mark") for k in range(i, end)):
                found.append((tokens.starts[i], tokens.ends[end - 1], 0.92))


_STAGED = re.compile(r"(?:\bMX$|N[0-9OoXxI][a-c]?[ ,;]{0,2}[pc]?Mx$)")
_NAME_SIGNED = (
    r"(?:[A-Z]\. ?(?:[A-Z]\. ?)?[A-Za-z](?:[^\W\d_]|['’-]){1,15}(?: [a-z]{2,4}(?=,? and |[.;]))?"
    r"|[A-Za-z](?:[^\W\d_]|['’-]){2,15} [A-Z](?:\.? ?[A-Z])?(?=,? and |[.;,]|$))"
)
_SIGNED = re.compile(rf"(?P<one>{_NAME_SIGNED})(?:,? (?:and|&) (?P<two>{_NAME_SIGNED}))?")
_SITES = frozenset(
    "block part specimen level grade stage type group slide cassette section figure vitamin hepatitis container jar protein cyclin kappa lambda".split()
)
_IN_QUOTES = re.compile(
    r"[\"“‘'«](?P<name>[A-Z][\w’-]{1,20}(?:,? [A-Z]\.?)?,? [A-Z][\w’-]{1,20})[,.]?[\"”’'»]"
)
_IN_BRACKETS = re.compile(
    r"\((?:Drs?\.? |Mr\.? |Mrs\.? |Ms\.? |Prof\.? )?(?P<name>[A-Z][\w'’-]{2,20}(?: [A-Z][\w'’-]{2,20})?)\)"
)
_CHILD = re.compile(r" (?:[sdw]/o|a/[lp]|bin|binti|bte|bint) [A-Z][\w'’-]{1,20}(?: [A-Z][\w'’-]{1,20})?")
_LINE = re.compile(
    r"(?:^|(?<=\n))[ \t]{0,8}(?P<name>[A-Z][\w'’-]{1,20}(?:,? {1,2}[A-Z][\w'’-]{0,20}\.?){1,3}?)(?= {0,3}(?:\||/ ?\d|\d{1,2}[/-]\d|(?:19|20)\d\d[-./]|[Ww]ard |D\.O\.B|\(?[MF]\b|\(?\d{2} ?[MFy]|\d{5}|- ?\d|,? ?(?:DOB|MRN|age|AGE|born|dob|mrn)))"
)
_PIECES = re.compile(
    r"(?<![\w-])(?P<last>[A-Z][A-Za-z]{0,12}(?: [A-Za-z]{2,12})?), (?P<first>[A-Z][A-Za-z]{0,12}(?: [A-Za-z]{2,12})?)(?![\w-])"
)
_CREDENTIAL = re.compile(
    r"(?<![\w.])(?:M\.? ?D\.?|MBBS|MB(?:,? ?B?[CS]h?B?)?|D\.O\.|Ph\.? ?D\.?|FRCP[CS]?|FRCS\(?C?\)?|FRCPC|FACS|FCAP|FRCPath|R\.?N\.?|N\.P\.|PA(?:-C|\(ASCP\))|MSc|DDS|DMD|MPH|CT\(ASCP\)|HT\(ASCP\)|HTL|CRNP|APRN|LPN|PharmD)(?![\w])"
)
