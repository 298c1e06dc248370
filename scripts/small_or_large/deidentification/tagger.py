"""Names, towns and institutions that no title or label announces, by a small linear model over words and their neighbours.

The model is a multinomial logistic regression on features of a token and three neighbours on each side: what the word
lists know of each, its shape, cue words, and its first and last letters. Its weights (tagger.json) are made by
benchmarks/train_tagger.py from invented sentences filled from the word lists, against real text without marked names.
"""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import json
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import NamedTuple

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.words import Tokens, near_vocabulary, tokens_of, word

CLASSES = ("NAME", "CITY", "FACILITY", "INITIALS", "ADDRESS")  # beside "none of them", whose weights are zero
WEIGHTS = Path(__file__).resolve().parent / "lexicons" / "tagger.json"

_CUES = {
    "by": "by per",
    "with": "with w",
    "to": "to",
    "from": "from",
    "at": "at",
    "in": "in near",
    "of": "of",
    "and": "and &",
    "for": "for",
    "the": "the a an",
    "be": "is was are were been be",
    "have": "has have had",
    "said": "reviewed reviews agrees agree agreed concurs concur concurred notified informed called calls performed did confirms confirmed requested requests "
    "asked asks wants thinks feels disagrees saw sees operated recommends recommended suggested suggests noted notes believes favours favors signed "
    "presented reports reported states stated underwent aware consented removed excised biopsied examined read gave took told spoke attended complained "
    "says requested dictated grossed verified interpreted telephoned phoned paged faxed discussed brought came went lives lived died presents denies",
    "told": "seen shown discussed spoke spoken speak conveyed telephoned phoned left message voicemail faxed emailed paged relayed given contacted consulted call "
    "notify inform ask tell let check contact fax page return forward send sent referred transferred reviewed referring referral",
    "will": "will would wants should can may to",
    "role": "surgeon pathologist resident fellow physician doctor nurse clinician urologist oncologist gp consultant dermatologist gynecologist attending staff "
    "technologist technician histotech secretary provider operator assistant colleague reviewer reader author transcriptionist interpreter coroner "
    "radiologist internist midwife practitioner pcp anesthesia",
    "kin": "husband wife son daughter mother father sister brother niece nephew aunt uncle cousin spouse partner friend family grandson granddaughter",
    "patient": "patient pt client mr mrs donor infant baby boy girl lady man woman gentleman",
    "copy": "cc copy copies attn re dear subject thanks thank sincerely regards courtesy truly",
    "paper": "name labeled labelled marked requisition label case slide slides container jar specimen block report note letter history",
    "live": "lives live living resides resident born moved travelled traveled grew relocated visiting farmer family town community home native works",
    "move": "transferred admitted treated referred sent surgery biopsy imaging mammogram appointment followed seen tested done read received chemotherapy",
    "road": "street st road rd avenue ave lane ln drive crescent cres close court terrace boulevard blvd highway hwy way",
    "house": "hospital clinic centre center laboratory lab department institute university health medical general regional memorial oncology surgery",
    "time": "today yesterday am pm morning afternoon evening tomorrow week month year",
    "poss": "her his their our my your",
}
CUE = {word: kind for kind, words in _CUES.items() for word in words.split()}


@lru_cache(maxsize=200_000)
def kind(text: str) -> str:
    """The class of a word that its neighbours see."""
    w = word(text)
    if w.shape == "mark":
        return text if text in ".,:;()/-\"'&|=[]?!<>" else "?"
    if w.shape == "number":
        return "9"
    if w.shape == "code":
        return "9a"
    if w.plain in CUE and not (w.shape == "title" and (w.surname > 1 or w.given > 1)):
        return CUE[w.plain]
    if w.plain in CREDENTIALS and w.shape == "upper":
        return "cred"
    if w.plain in TITLES:
        return "dr"
    if w.plain in PARTICLES and w.shape == "lower":
        return "van"
    if w.plain in STOP:
        return "stop"
    return f"{w.shape[0]}{min(w.word, 3)}{'n' if max(w.surname, w.given) else '-'}"


def candidate(tokens: Tokens, i: int) -> bool:
    """Whether token i could be part of a name at all."""
    return _may_be_name(tokens.texts[i], tokens.capitals[i], tokens.junk <= 0.05)


@lru_cache(maxsize=200_000)
def _may_be_name(text: str, capitals: bool, clean: bool) -> bool:
    """Whether a word could be part of a name, amid capitals or not, in a text that is no bad scan or in one."""
    w = word(text)
    shape = w.shape
    if shape in ("mark", "number", "code", "initial") or len(w.plain) < 2 or w.plain == "st":
        return False
    if shape in ("upper", "mixed") and len(w.plain) < 5 and not capitals:
        return w.plain not in ABBREVIATIONS
    listed = w.surname or w.given or w.place
    if shape == "lower":
        if not listed:
            return w.word == 0 and len(w.plain) > 3 and clean
        return w.word < 2 and len(w.plain) > 2 and w.plain not in STOP
    if w.plain in STOP and max(w.surname, w.given) < 3 or w.plain in TITLES or w.plain in CREDENTIALS:
        return False
    if w.word >= 3 and not listed:
        return False
    if capitals:
        return w.word < 4 and (bool(listed) or w.word == 0)
    return True


class _Look(NamedTuple):
    """What features of a word's surroundings hold of the word itself."""

    brief: str
    place: bool
    given: bool
    surname: bool


@lru_cache(maxsize=200_000)
def _look(text: str, caps: str) -> _Look:
    w = word(text)
    known = "w" if w.word > 2 else "v" if w.word else "-"
    named = "n" if max(w.surname, w.given) > 1 else "r" if w.surname or w.given else "-"
    return _Look(f"{caps}{w.shape[0]}{known}{named}", w.place > 0, w.given > 1, w.surname > 1)


def _own(text: str, caps: str) -> list[str]:
    """Features of a word alone."""
    w = word(text)
    key = w.plain
    return [
        "b",
        f"o{caps}{w.shape[0]}{w.word}{w.surname}{w.given}",
        f"p{caps}{w.shape[0]}{w.place}{min(w.word, 2)}",
        f"s{key[-3:]}{caps}",
        f"t{key[-2:]}{key[:1]}",
        f"u{key[:3]}",
        f"n{min(len(key), 10)}{w.shape[0]}",
    ]


def _before(look: _Look, a2: str, a1: str) -> list[str]:
    """Features of the two words before, by their kinds."""
    return [
        f"a1{a1}",
        f"a2{a2}",
        f"A{look.brief}{a1}",
        f"E{a2}|{a1}",
        f"G{look.brief}{a2}|{a1}",
        f"J{look.place}{a2}|{a1}",
        f"L{look.given}{look.surname}{a1}",
    ]


def _after(look: _Look, b1: str, b2: str) -> list[str]:
    """Features of the two words after, by their kinds."""
    return [
        f"b1{b1}",
        f"b2{b2}",
        f"B{look.brief}{b1}",
        f"F{b1}|{b2}",
        f"H{look.brief}{b1}|{b2}",
        f"K{look.given}{look.surname}{b1}",
    ]


def _between(brief: str, a1: str, b1: str) -> list[str]:
    """Features of the word before and the one after together."""
    first = "^" if a1 in "<.:;" else ""
    return [f"D{brief}{first}{b1}", f"I{brief}{a1}|{b1}"]


def _apart(a3: str, b3: str) -> list[str]:
    """Features of the third word before and the third after."""
    return [f"a3{a3}", f"b3{b3}"]


def _eponymous(medical: bool, a1: str) -> list[str]:
    """Features of an eponym."""
    return [f"e{medical}", f"ea{a1}"]


def _nearly_word(caps: str, listed: int, a1: str) -> list[str]:
    """Features of what may be a damaged clinical word."""
    return [f"r{caps}{listed}", f"ra{a1}"]


def _neighbour(kind: str, brief: str, key: str) -> list[str]:
    """Features of a clinical word beside."""
    return [f"{kind}{key}", f"{kind.upper()}{brief}{key}"]


def _itself(name: str) -> list[str]:
    return [name]


def parts(tokens: Tokens, i: int, kinds: list[str]) -> list[tuple]:
    """The features of token i in parts that come again: what makes each, and of what.

    `kinds` has three "<" before and three ">" after the tokens' kinds.
    """
    words, text = tokens.words, tokens.texts[i]
    w = words[i]
    caps = "C" if tokens.capitals[i] else "m"
    look = _look(text, caps)
    brief = look.brief
    a3, a2, a1, _, b1, b2, b3 = kinds[i : i + 7]
    made = [
        (_own, text, caps),
        (_before, look, a2, a1),
        (_after, look, b1, b2),
        (_between, brief, a1, b1),
        (_apart, a3, b3),
    ]
    following = words[i + 1] if i + 1 < len(words) else None
    medical = following is not None and following.plain in EPONYM_AFTER
    if w.eponym:
        made.append((_eponymous, medical, a1))
    if w.word < 2 and near_vocabulary(w.plain):
        made.append((_nearly_word, caps, max(w.surname, w.given), a1))
    if w.damaged:
        made.append((_itself, "damaged"))
    if medical:
        made.append((_itself, "m"))
    if i and words[i - 1].word >= 3:
        made.append((_neighbour, "v", brief, words[i - 1].plain))
    if i > 1 and words[i - 2].word >= 3:
        made.append((_itself, f"w{words[i - 2].plain}"))
    if following is not None:
        if following.word >= 3:
            made.append((_neighbour, "x", brief, following.plain))
        if i + 2 < len(words) and words[i + 2].word >= 3:
            made.append((_itself, f"y{words[i + 2].plain}"))
    return made


def features(tokens: Tokens, i: int, kinds: list[str]) -> list[str]:
    """The features of token i."""
    return [name for make, *of in parts(tokens, i, kinds) for name in make(*of)]


def kinds_of(tokens: Tokens) -> list[str]:
    """The kinds of all tokens, three ends before and after."""
    return [
        "<",
        "<",
        "<",
        *map(kind, tokens.texts),
        ">",
        ">",
        ">",
    ]


# short words in capitals that are tests, sites, specimens or units, and not a person's or an institution's initials
ABBREVIATIONS = frozenset(
    """er pr her her2 ck cd ct mri pet ihc pas gms afb he fna ldh psa cea dna rna pcr fish ngs tnm ajcc who figo cap asco isup fnclcc uicc clia icd cpt
    rul rml rll lul lll ruq llq rlq luq lad rca svc ivc cbd ln lns slns sln hpf hpfs lvi pni lvsi vpi dcis lcis idc ilc ild scc bcc gbm aml all cll cml mds dlbcl
    nhl mm cm ml kg mg mcg dl ul iu mmol rt lt bx dx hx rx tx sx fx pt pts yo yrs am pm est or icu er ed op opd mdt md do rn np pa bsc phd mph ms msc
    turp turbt tur leep lletz ercp eus ebus cabg tah bso lscs d&c emr esd wle slnb alnd sbrt xrt imrt hiv hpv hsv ebv cmv hbv hcv tb ca cis cin vin ain pin ain
    nos nec nil na n/a tbd qns ffpe ntf ok us usa uk eu bc dob mrn ssn sin phn hcn nhs ref acc attn cc re fyi asap stat prn gi gu ent obs gyn oncology ortho gp ap cp
    egfr alk ros kras nras braf idh mlh msh pms mmr msi mss tmb pdl tps cps ki ttf wt sox pax gata sma ema dog mib bcl muc ae cam hmb hep gfap nse cga syn
    and the for not with was has had but are our his her she him you who out off per see new old end top tip ink red fat may one two six ten no yes in on at to of by as an is it we he be so if up my me do
    left right upper lower mass skin node bone lung colon type part site size wall base apex deep pole cyst duct note date name case page spec pos neg pt mr mrs dr prof sr jr ii iii iv vi vii viii ix
    ast alt bun inr wbc rbc hgb hct plt esr crp tsh bmi bp hr copd chf cad dvt pe mi cva tia dm htn gerd uti ards ckd esrd afp hcg ldl hdl mpo tdt igg iga igm ifn tnf
    myc mycn bcr abl jak jak2 calr mpl tert cdk cdkn rb rb1 tp53 pten vhl nf1 nf2 apc brca ret met fgfr npm flt cebpa runx etv tfe tfeb mdm mdm2 ewsr fus ss18 alk tsc sdh sdhb fh dicer tet dnmt
    oct acis trus qa qc xx xxx loc dor jobid rt lt gm gms em oz sq nb ct pci tma wsi tat lis ehr emr hl7 pdf cap rs idc er2 igh tcr ebna eber lmp ish cish sish dish wt het hom vus fdg suv
    tcga uuid fs fsa fsb fsc amp lab path phos mass dif hsil lsil ascus asc asch agc nilm hpi pmh moc ecc neun evg pgp ec ecs tz gist net nec nen sft mpnst pnet lgl hgpin asap
    nicu picu micu sicu pacu rfa mfh dfsp ups lms wdlps ddlps tace mwa vats pcnl lngfr stumps gct ptc ftc mtc mcc acc hpc hcc rcc chrcc prcc ccrcc""".split()
)
# share of unknown words up to which a text is not a scanner's
CLEAN = 0.03
# tokens up to which a text is a note or a letter; a whole report has more words to be mistaken for names
SHORT = 150
# share of unknown words up to which a whole report was typed, or scanned well
TYPED = 0.02
# ends of words that no name list knows and that are no names: what a scanner made of a term
ENDINGS = tuple(
    "ally tion tions sion ment ments osis itis oma omas emia ical inal ular ating ness ing ous ive ity ectomy ies ents ized ated ology ically ions ium eum oid emic aemic uria tive tory able ible rior".split()
)
_REGIONS = frozenset(
    "ontario alberta manitoba saskatchewan quebec yukon nunavut canada america usa england france germany italy china india japan "
    "california texas florida ohio oregon virginia michigan illinois indiana iowa kansas nevada utah maine vermont".split()
)


class Tagger(EntityRecognizer):
    """The linear model as a recognizer."""

    def __init__(self, threshold: float = 0.45) -> None:
        self.threshold = threshold
        super().__init__(list(CLASSES), name="Tagger")

    def load(self) -> None:
        """Read the weights."""
        model = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        self.weights = {name: tuple(values) for name, values in model["weights"].items()}
        self._sums: dict[tuple, tuple[float, ...]] = {}

    def _sum(self, part: tuple) -> tuple[float, ...]:
        """The summed weights of features that come together, kept for the next time they do."""
        make, *of = part
        weights = [self.weights[name] for name in make(*of) if name in self.weights]
        if len(self._sums) > 300_000:
            self._sums.clear()
        found = self._sums[part] = tuple(map(sum, zip(*weights, strict=True))) if weights else (0.0,) * 5
        return found

    def probabilities(self, tokens: Tokens, i: int, kinds: list[str]) -> tuple[float, ...]:
        """Probability of each class for token i."""
        a = b = c = d = e = 0.0
        for part in parts(tokens, i, kinds):
            weight = self._sums.get(part) or self._sum(part)
            a += weight[0]
            b += weight[1]
            c += weight[2]
            d += weight[3]
            e += weight[4]
        top = max(a, b, c, d, e, 0.0)
        powers = (exp(a - top), exp(b - top), exp(c - top), exp(d - top), exp(e - top))
        total = sum(powers) + exp(-top)
        return tuple(power / total for power in powers)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of names, towns and institutions in `text` as RecognizerResult; the score is the model's probability, 0.94 at most."""
        tokens = tokens_of(text, nlp_artifacts)
        kinds = kinds_of(tokens)
        scores: dict[int, tuple[float, int]] = {}
        clean = tokens.junk <= 0.05
        for i, (own, capitals) in enumerate(zip(tokens.texts, tokens.capitals, strict=True)):
            if _may_be_name(own, capitals, clean):
                chances = self.probabilities(tokens, i, kinds)
                best = max(range(len(CLASSES)), key=chances.__getitem__)
                total = sum(chances)
                if total >= 0.25 and tokens.words[i].eponym and self._medicine(tokens, i, total):
                    continue
                scores[i] = (total, best)
        found = []
        done = -1
        scanned = tokens.junk > 0.05
        for i, (score, best) in scores.items():
            if i <= done or score < self._needed(tokens, i, scanned or tokens.rough(i)):
                continue
            start = stop = i
            # neighbours that the model half believes, initials and particles between
            while (step := self._back(tokens, start, scores)) is not None and step > done:
                start = step
            while (step := self._on(tokens, stop, scores)) is not None:
                stop = step
            done = stop
            entity = CLASSES[best]
            if tokens.words[i].plain in _REGIONS and start == stop:
                continue
            if (
                entity == "INITIALS"
                and start == stop
                and (tokens.words[i].word >= (3 if len(tokens.words[i].plain) > 2 else 4) or score < 0.6)
            ):
                continue
            if self._stray(tokens, start, stop, entity, score, scanned or tokens.rough(i)):
                continue
            if entities is None or entity in entities:
                end = tokens.ends[stop]
                if text[end - 2 : end] in ("'s", "’s"):
                    end -= 2
                # a guess stays below what titles and labels announce, whatever the model's certainty
                found.append(RecognizerResult(entity, tokens.starts[start], end, round(min(score, 0.94), 3)))
        return found

    def _needed(self, tokens: Tokens, i: int, rough: bool) -> float:
        """The probability that token i must reach: more where scanner's rubbish looks like names."""
        w = tokens.words[i]
        listed = max(w.surname, w.given, w.place)
        needed = self.threshold if len(tokens) < SHORT else max(self.threshold, 0.6)
        clean = not rough and tokens.junk <= (CLEAN if len(tokens) < SHORT else CLEAN / 3)
        if not listed:
            ends = w.plain.endswith(ENDINGS)
            needed = max(
                needed, (0.8 if ends else 0.5) if clean and w.shape == "title" else 2.0 if ends else 0.75
            )
        if listed < 3 and w.word < 2 and near_vocabulary(w.plain):
            needed = max(needed, 0.7 if clean else 0.85)
        if w.shape == "lower" or tokens.capitals[i] and listed < 3:
            needed = max(needed, 0.7 if clean else 0.8)
        return max(needed, 0.92 if listed < 3 else 0.8) if rough else needed

    @staticmethod
    def _stray(tokens: Tokens, start: int, stop: int, entity: str, score: float, rough: bool) -> bool:
        """Whether a guess in a whole report is likelier a damaged or an everyday word than what it was taken for."""
        if len(tokens) < SHORT:
            return False
        words = [w for w in tokens.words[start : stop + 1] if w.shape != "mark"]
        if entity == "NAME" and len(words) == 1 and words[0].word >= 2 and score < 0.8:
            return True
        if tokens.junk <= TYPED:
            return False
        listed = max(max(w.surname, w.given, w.place) for w in words)
        if rough and listed < 3:
            return True
        if entity == "NAME" and len(words) == 1:
            return score < 0.93 and (words[0].word >= 2 or not listed)
        if entity in ("CITY", "FACILITY"):
            return listed < 3
        return False

    @staticmethod
    def _medicine(tokens: Tokens, i: int, score: float) -> bool:
        """Whether an eponym at token i stands for a disease, a method or a structure and not for a person."""
        w, words, count = tokens.words[i], tokens.words, len(tokens)
        if tokens.texts[i].endswith(("'s", "’s")) and not (
            i > 1 and (words[i - 1].plain in TITLES or words[i - 2].plain in TITLES)
        ):
            return True
        for step in (-1, 1):
            k = i + 2 * step
            if 0 <= k < count and tokens.texts[i + step] in "-/" and words[k].eponym:
                return True
        if any(words[k].plain in EPONYM_AFTER for k in range(i + 1, min(count, i + 4))):
            return True
        if sum(words[k].eponym for k in range(max(0, i - 6), min(count, i + 7))) >= 3:
            return True
        common = max(w.surname, w.given) == 3
        return score < (0.75 if common else 0.93)

    def _joins(self, tokens: Tokens, k: int, scores: dict) -> bool:
        return k in scores and scores[k][0] >= 0.25

    def _back(self, tokens: Tokens, i: int, scores: dict) -> int | None:
        """The token before i that belongs to the same name, if one does."""
        if i == 0 or "\n" in tokens.gap(i - 1):
            return None
        k = i - 1
        w = tokens.words[k]
        if self._joins(tokens, k, scores) or (w.shape == "initial" and w.plain not in "a"):
            return k
        if (
            tokens.texts[k] in ".-'’"
            and k > 0
            and (tokens.words[k - 1].shape == "initial" or tokens.texts[k] != ".")
        ) and (tokens.words[k - 1].shape == "initial" or self._joins(tokens, k - 1, scores)):
            return k - 1
        if (
            w.plain in PARTICLES
            and w.shape != "upper"
            and w.plain not in ("y", "d", "das", "do", "ten", "den")
            and (w.shape == "title" or w.word < 3)
        ):
            return k
        return None

    def _on(self, tokens: Tokens, i: int, scores: dict) -> int | None:
        """The token after i that belongs to the same name, if one does."""
        if i + 1 >= len(tokens) or "\n" in tokens.gap(i):
            return None
        k = i + 1
        w = tokens.words[k]
        if self._joins(tokens, k, scores):
            return k
        if w.shape == "initial" and tokens.words[i].shape != "lower":
            return k
        if (
            tokens.texts[k] in "-'’/"
            and k + 1 < len(tokens)
            and self._joins(tokens, k + 1, scores)
            and not (tokens.texts[k] == "/" and len(tokens.words[k + 1].plain) < 5)  # Larsen/AB
        ):
            return k + 1
        if (
            tokens.texts[k] == "."
            and tokens.words[i].shape == "initial"
            and k + 1 < len(tokens)
            and self._joins(tokens, k + 1, scores)
        ):
            return k + 1
        if (
            w.shape == "lower"
            and w.plain in PARTICLES
            and k + 1 < len(tokens)
            and self._joins(tokens, k + 1, scores)
        ):
            return k + 1
        return None
