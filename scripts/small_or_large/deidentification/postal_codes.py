"""Postal codes: Canada's and Britain's by their shape, others where a place or a label stands before them."""

# ruff: noqa: E501 - expressions and lists of places are harder to read when wrapped

import re

from small_or_large.deidentification.numbers import figures_differ, figures_in, has_figure
from small_or_large.deidentification.patterns import DIGIT, PatternRecognizer, pattern, sign
from small_or_large.deidentification.words import lexicons, plain

# letters of the states and provinces; the states' as scanners read them
_STATE = r"(?:A[LKZRB]|B[C]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSTOB]|N[EVHJMYCDBSTLU]|O[HKRN]|P[AERQ]|Q[CU]|RI|S[CDK]|T[NX]|UT|V[TA]|W[AVIY]|YT)"
_STATE_READ = re.compile(
    r"(?:A[LKZRBl]|C[AOT]|D[EC]|F[Ll]|GA|H[Il]|[Il][LDNAl]|K[SY]|LA|M[EDAINSTOl]|N[EVHJMYCD]|O[HKR]|PA|R[Il]|S[CD]|T[NX]|UT|V[TA]|W[AVIYl])"
)
# the states of the USA
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|"
    "Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|"
    "New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|"
    "Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
# with their older abbreviations
_STATES = rf"{_STATE_NAMES}|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Vt|Va|Wash|Wis|Wyo"
# with more abbreviations, and letters that a scanner misread
_STATE_WRITTEN = (
    rf"(?:{_STATE_NAMES}|"
    r"Ala|Ariz|Ark|Calif?|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kans?|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Nebr?|Nev|N\.? ?[HJMY]|N\.? ?[CD]|Okla|Ore|Pa|R\.? ?I|S\.? ?[CD]|Tenn|Tex|Vt|Va|Wash|W\.? ?Va|Wisc?|Wyo|"
    r"W[l1]|[Il1][LN]|[l1][AD]|H[l1]|M[l1]|R[l1]|0[HKR]|C0|M0)"
)
# Great Britain's and Ulster's areas of two letters
_AREA = r"(?:A[BL]|B[ABDHLNRST]|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]|FK|FY|G[LUY]|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]|M[EKL]|N[EGNPRW]|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]|T[ADFNQRSW]|UB|W[ACDFNRSV]|YO|ZE)"
_YEAR = re.compile(r"19\d\d|20[0-4]\d")


def _state_zip(match: re.Match) -> bool:
    """Five digits after a state: two letters must be one, a letter read as another allowed, and end a town."""
    state = match.group(0)[:2]
    short = re.match(r"[A-Z][A-Zl1](?!\w)", match.group(0))
    if short is not None and not _STATE_READ.fullmatch(state):
        return False
    before = match.string[max(0, match.start() - 3) : match.start()]
    return figures_differ(match) and (short is None or re.search(r"[a-z.],? $|[A-Z], $", before) is not None)


def _two_figures_in_match(match: re.Match) -> bool:
    """Two figures at least in what was found."""
    return figures_in(match, 0) >= 2


def _two_figures_in_code(match: re.Match) -> bool:
    """Two figures at least in the code after a label."""
    return figures_in(match) >= 2


def _figure_in_match(match: re.Match) -> bool:
    """A figure at least in what was found."""
    return figures_in(match, 0) >= 1


def _irish_ending(match: re.Match) -> bool:
    """Figures and letters in the last four characters of an Eircode."""
    ending = match.group(0)[4:]
    return any(c.isdigit() for c in ending) and any(c.isalpha() for c in ending)


def _after_known_town(match: re.Match) -> bool:
    """A town of the gazetteer stands before, and the number is no year."""
    if _YEAR.fullmatch(match.group("value")):
        return False
    return plain(match.group("town")) in lexicons()[3]


def _after_capital(match: re.Match) -> bool:
    """A word with a capital and a comma stand before, and the number is no year."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (
        re.search(r"(?:[A-Z][\w'’-]{2,20}|[A-Z]{2}), $", before) is not None
        and _YEAR.fullmatch(match.group("value")) is None
    )


BY_SHAPE = (
    # Canada: V6T 1Z4
    pattern(
        "ZIP",
        r"(?<![\w./-])(?!A[1-3]L[1-4]B[1-3])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?-?\d[ABCEGHJ-NPRSTV-Z]\d(?![\w/-])",
        0.93,
    ),
    # Britain: SW1A 1AA, a nought read as O
    pattern("ZIP", r"(?<![\w.,/:-])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.6),
    pattern(
        "ZIP",
        r"(?<![\w./-])[A-Z]{1,2}[0-9O][A-Z\dO]? [0-9O][ABD-HJLNP-UW-Z]{2}(?=[.;)\n]|\s*$|, | -)",
        0.6,
        check=_figure_in_match,
    ),
    # Britain's without its blank, after a town or a county
    pattern(
        "ZIP",
        rf"(?:(?<=[a-z] )|(?<=[a-z], )|(?<=[a-z],\n)|(?<=[a-z]\n)){_AREA} ?[0-9OIlSZ](?: ?[0-9OIlSZ])?[A-Z]? ?[0-9OIlSbB] ?[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z](?=[,.;)\n]|$| Tel)",
        0.85,
        check=_two_figures_in_match,
    ),
    # Ireland, the Netherlands
    pattern(
        "ZIP", r"(?<![\w-])[AC-FHKNPRTV-Y]\d[\dW] [0-9AC-FHKNPRTV-Y]{4}(?![\w-])", 0.75, check=_irish_ending
    ),
    pattern(
        "ZIP",
        r"(?:(?<=, )|(?<=NL-)|(?<=\n))\d{4} ?(?!OF|IN|IS|TO|AT|ON|OR|CM|MM)[A-Z]{2}(?=[ ,.;)\n]|$)(?! (?:AD|BC|AM|PM))",
        0.75,
    ),
)

AFTER_STATE = (
    # Ohio 44106, OH 44106-1234, N.Y. 1OO32
    pattern(
        "ZIP",
        rf"\b(?:{_STATE}|{_STATE_WRITTEN})\.?,? {{1,2}}(?P<value>(?:{DIGIT} ?){{4}}{DIGIT}(?:[-~–]{{1,2}} ?{DIGIT} ?{DIGIT}{{3}}|\d{{4}})?)(?![\w/-]|\.\d)",
        0.9,
        "value",
        check=figures_differ,
    ),
    # a state in full or as of old, or damaged: Wisconsin 54665, Ga. 3l5O3, Wl 532O2; two marks before the last four
    pattern(
        "ZIP",
        rf"(?<![\w-])(?:{_STATES}|[A-Z][A-Zl1])\.?,? {{1,2}}(?P<value>{DIGIT}{{5}}(?:[-~–]{{1,2}}{DIGIT}{{4}})?)(?![\w/-]|\.\d)",
        0.9,
        "value",
        check=_state_zip,
        hint=re.compile(r"[A-Za-z.],? {1,2}[0-9OoIlB]{5}(?![0-9A-Z])"),
        sign=sign(rf" (?={DIGIT}{{5}})", reach=22),
    ),
    # Australia's states, short and in full; South Africa's provinces; Singapore
    pattern(
        "ZIP",
        r"(?<![\w-])(?:NSW|VIC|Vic|QLD|Qld|SA|WA|TAS|Tas|NT|ACT|N\.S\.W\.)\.?,? {1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
        0.9,
        "value",
    ),
    pattern(
        "ZIP",
        r"(?<![\w-])(?:Victoria|Queensland|Tasmania|New South Wales|South Australia|Western Australia|Northern Territory),? {1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
        0.85,
        "value",
    ),
    pattern(
        "ZIP",
        r"\b(?:(?:Eastern|Western|Northern) Cape|KwaZulu[- ]Natal|KZN|Gauteng|Limpopo|Mpumalanga|Free State|North West)\.?,?\s{1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
        0.93,
        "value",
    ),
    pattern("ZIP", r"\bSingapore,? (?P<value>\d{6})(?!\w)", 0.95, "value"),
    # Canada's in small letters, or with its middle letter small, after a province
    pattern(
        "ZIP",
        r"(?i)(?<=, )(?:ab|bc|mb|nb|nl|ns|nt|nu|on|pe|qc|sk|yt) {1,2}(?P<value>[abceghj-nprstvxy]\d[a-z] ?(?:\d[a-z]\d|[a-z]\d[a-z\d]))(?!\w)",
        0.9,
        "value",
    ),
    # Canada's, damaged, after a province
    pattern(
        "ZIP",
        r"(?<![\w-])(?:A\.?B|B\.?C|M\.?B|N\.?B|N\.?L|N\.?S|N\.?T|N\.?U|O\.?N|P\.?E|Q\.?C|S\.?K|Y\.?T)\)?\.?[ ,]{1,3}(?P<value>[A-Z] ?[0-9OIlSZ] ?[A-Z0-9] ?-? ?[0-9OIlSZB] ?[A-Z0-9] ?[0-9OIlSZ])(?!\w)",
        0.93,
        "value",
    ),
)

AFTER_LABEL = (
    # zip, postcode and their like; two more lists of labels, for Britain's and for other countries'
    pattern(
        "ZIP",
        rf"(?i)\b(?:zip|postal|post)(?: ?code)?(?: ?/ ?(?:postal|post|zip|pc)(?: ?code)?)?[ .:#]{{1,3}}(?P<value>(?:{DIGIT} ?{DIGIT}{{4}}(?:[-~–]{{1,2}}{DIGIT}{{4}})?|[A-Z][0-9OIl][A-Z0-9][ -]?[0-9OIl][A-Z0-9][0-9OIl]|[A-Z]{{1,2}}[0-9OIlS][A-Z\d]? ?[0-9OIlSBZ][A-Z]{{2}}))(?!\w)",
        0.97,
        "value",
        check=has_figure,
    ),
    # the code of a residence, the short label of a form: Residence code 87489, PC: 34717
    pattern(
        "ZIP",
        rf"(?:\b(?i:residence|residential|mailing|area|home) ?(?i:code)|(?<=[A-Z]{{2}}  )PC|(?<=[A-Z]{{2}} )PC|\bPost(?:al)? ?[Cc]d)[ :]{{1,3}}(?P<value>{DIGIT}{{5}}(?:-\d{{4}})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\w)",
        0.93,
        "value",
        check=has_figure,
    ),
    pattern(
        "ZIP",
        r"(?i)\b(?:zip(?:/| or )post ?code|zip|post ?code|postal code|patient zip\S{0,9})[ :]{1,3}(?P<value>(?-i:[A-Z]{1,2}[0-9OIlS][A-Z0-9]? ?[0-9OIlSB][A-Z]{2}))(?!\w)",
        0.95,
        "value",
    ),
    pattern(
        "ZIP",
        r"(?i)\b(?:eircode|p(?:ost)?code|zip ?code|z[i1l]p|postal|plz|cap(?! ?(?:19|20)\d\d\b)|c\.p\.|pin ?code|pin)\b(?: (?:is|was|at|code|dx|diagnosis|of|residence|on|file)){0,3}[ .:#=?]{1,3}(?P<value>(?-i:[A-Z0-9][A-Z0-9OIl]{2,5}(?:[ -]{1,3}[A-Z0-9OIl]{2,4})?))(?!\w)",
        0.9,
        "value",
        check=_two_figures_in_code,
    ),
)

AFTER_PLACE = (
    # four digits or six after a town that the gazetteer knows: Dunedin 9016
    pattern(
        "ZIP",
        r"(?<=[A-Za-z0-9.], )(?P<town>[A-Z][a-z'’-]{2,20}(?: [A-Z][a-z'’-]{2,20}){0,2}),?(?: -)? (?P<value>\d{4}|\d{3} ?\d{3})(?=[,.;)\n]|$)(?!\.\d)",
        0.85,
        "value",
        check=_after_known_town,
    ),
    # a number that ends an address
    pattern(
        "ZIP",
        r"(?:Rd|Road|St|Street|Ave|Avenue|Dr|Drive|Ln|Lane|Cres|Crescent|Way|Close|Tce|Terrace|Box \d{1,6}|Bag \w{1,6})\.?,? (?:[A-Z][\w'’-]{2,20},? ){1,3}(?P<value>\d{4,6})(?=[,.;)\n]|\s*$)",
        0.85,
        "value",
    ),
    pattern(
        "ZIP",
        r"(?<=[A-Za-z], )(?P<value>\d{4,6})(?=[.)]|\s*$| [A-Z][a-z]{2})(?!\.\d)",
        0.75,
        "value",
        check=_after_capital,
    ),
)


class PostalCodeRecognizer(PatternRecognizer):
    """Canadian and British postal codes anywhere, others where a place or a label stands before them."""

    PATTERNS = (*BY_SHAPE, *AFTER_STATE, *AFTER_LABEL, *AFTER_PLACE)
