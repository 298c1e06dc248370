"""What a (synthetic) report says, section by section, before a hospital gives it its form.

The label must be readable from the text, but seldom from a word alone: malignant names occur in history, questions
and exclusions of benign reports, benign names are excluded in malignant ones, other primaries and other leukaemias
are considered and dismissed, and often one clause decides.
"""

from dataclasses import dataclass

from small_or_large.synthetic import leukaemias, tumours
from small_or_large.synthetic.bench import fill, matter
from small_or_large.synthetic.benign import BENIGN
from small_or_large.synthetic.drawing import Draw

BENIGN_OF: dict[str, list] = {}
for _benign in BENIGN:
    BENIGN_OF.setdefault(_benign.group, []).append(_benign)

# What the other sex cannot have.
EXCLUDED = {"M": ("cervix", "uterus", "ovary"), "F": ("prostate",)}
RIVALS = {
    sex: tuple(group for group in tumours.GROUPS if group.name not in (*names, "primary_unknown"))
    for sex, names in EXCLUDED.items()
}
# Specimens that come along with others: endoscopy, skin and gynaecology clinics take several at once.
_CLINICS = ("colorectal", "upper_gastrointestinal", "melanoma", "cervix", "uterus", "lymphoma", "breast")
COMPANIONS = {
    sex: tuple(item for item in BENIGN if item.group in _CLINICS and item.group not in names)
    for sex, names in EXCLUDED.items()
}
# Sites of metastasis by sex and tumour group.
MET_SITES = {
    (sex, group.name): tuple(
        site
        for site in tumours.MET_SITES
        if not any(word in site for word in tumours.HOME.get(group.name, ()))
        and not (sex == "M" and site in ("ovary", "breast"))
    )
    for sex in EXCLUDED
    for group in tumours.GROUPS
}
# Cases that a registry takes, and cases that it does not.
REPORTABLE = ("primary", "incidental", "metastasis", "probable", "residual", "leukaemia")
NOT_REPORTABLE = ("benign", "mimic", "cleared", "doubtful", "untaken")


@dataclass(frozen=True)
class Case:
    """What one report is about; `histology` only for leukaemias, `group` also for what a benign report is near to."""

    kind: str
    group: str
    histology: str | None = None
    sex: str = "F"

    @property
    def reportable(self) -> bool:
        return self.kind in REPORTABLE


ASSERT = (
    "{x}.",
    "{x}.",
    "Consistent with {x}.",
    "The features are those of {x}.",
    "In keeping with {x}.",
    "Diagnostic of {x}.",
    "Positive for {x}.",
    "Involved by {x}.",
    "The appearances are of {x}.",
    "{x} is present.",
    "{x} is confirmed.",
    "The findings support a diagnosis of {x}.",
    "Shows {x}.",
    "There is {x}.",
    "Compatible with {x}.",
    "{x}, as discussed by telephone.",
    "The sections contain {x}.",
    "Infiltration by {x} is demonstrated.",
)
DENY = (
    "No evidence of {x}.",
    "Negative for {x}.",
    "No {x} is seen.",
    "There is no {x}.",
    "{x} is not identified.",
    "{x} is excluded.",
    "Features of {x} are absent.",
    "{x} has been considered and is not supported.",
    "The findings argue against {x}.",
    "Free of {x}.",
    "{x} was looked for and not found.",
    "Levels fail to show {x}.",
    "This is not {x}.",
    "Nothing to indicate {x}.",
    "Without evidence of {x}.",
    "A diagnosis of {x} can be set aside.",
    "The possibility of {x} has not been borne out.",
)
FOR_AGAINST = (
    "The findings favour {x} over {y}.",
    "{x} rather than {y}.",
    "The features are those of {x} and not of {y}.",
    "{y} is excluded; the features are those of {x}.",
    "{y} was considered, but the features are those of {x}.",
    "Although {y} enters the differential diagnosis, {x} is preferred.",
    "No evidence of {y}; consistent with {x}.",
    "Consistent with {x}; no evidence of {y}.",
    "The differential lay between {y} and {x}; the latter is confirmed.",
    "The differential lay between {x} and {y}; the former is confirmed.",
    "{x} is favoured and {y} is not supported.",
    "Resembles {y} at low power but is {x}.",
    "{x}, not {y}.",
    "Not {y} but {x}.",
    "What was first read as {y} is, on review, {x}.",
    "The provisional impression of {y} is revised to {x}.",
)
PROBABLE = (
    "Suspicious for {x}.",
    "Highly suspicious for {x}.",
    "Probable {x}.",
    "Most consistent with {x}.",
    "Favour {x}.",
    "Presumed {x}.",
    "Most likely {x}.",
    "Strongly suspicious for {x}; repeat advised.",
)
DOUBTFUL = (
    "Atypical cells; {x} cannot be excluded.",
    "{x} cannot be ruled out.",
    "Possible {x}; repeat advised.",
    "Atypia of uncertain significance. {x} is not excluded.",
    "Indeterminate: too scant to confirm {x}.",
    "Equivocal; insufficient for a diagnosis of {x}.",
    "Raises the possibility of {x}.",
    "Questionable {x}.",
)
HISTORY = (
    "History of {x} ({y}).",
    "Previous {x} in {y}.",
    "Known {x}, {y}.",
    "{x} treated in {y}.",
    "PMH: {x} {y}.",
    "Past history: {x} ({y}), {t}.",
    "Had {x} in {y}, {t}.",
    "Status post {t} for {x}, {y}.",
    "Under follow-up for {x} since {y}.",
    "Parent had {x}.",
    "Sibling with {x}.",
)
QUESTION = (
    "? {x}",
    "Query {x}.",
    "Rule out {x}.",
    "To exclude {x}.",
    "Please assess for {x}.",
    "Clinically {x}.",
    "{x}?",
    "Concern for {x}.",
    "Radiology suggests {x}.",
    "Looks like {x} at endoscopy.",
    "Thought to be {x}.",
)

POLARITY = (
    ("positive", "negative"),
    ("+", "-"),
    ("pos", "neg"),
    ("expressed", "not expressed"),
    ("+ve", "-ve"),
)


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def phenotype(draw: Draw, positive: list[str], negative: list[str], noun: str = "tumour cells") -> str:
    """One of the ways in which laboratories write a panel; only the signs say which marker is expressed."""
    plus, minus = draw.any(POLARITY)
    form = draw.number(0, 6)
    if form == 0:
        marks = [f"{m} {plus}" for m in positive] + [f"{m} {minus}" for m in negative]
        return "Panel: " + ", ".join(draw.some(marks, len(marks))) + "."
    if form == 1:
        return f"The {noun} express {', '.join(positive)} and lack {', '.join(negative)}."
    if form == 2:
        return f"The {noun} are negative for {', '.join(negative)}, and mark with {', '.join(positive)}."
    if form == 3:
        return f"Positive: {', '.join(positive)}. Negative: {', '.join(negative)}."
    if form == 4:
        return f"Negative: {', '.join(negative)}. Positive: {', '.join(positive)}."
    if form == 5:
        marks = [f"{m}: {plus}" for m in positive] + [f"{m}: {minus}" for m in negative]
        return "\n".join(draw.some(marks, len(marks)))
    return f"There is staining for {', '.join(positive)}; {', '.join(negative)} are unreactive in the {noun}."


def history(draw: Draw, group: tumours.TumourGroup | None, year: int) -> str:
    """A cancer of the past, of the patient or of kin; the report's own finding is another matter."""
    if group is None:
        disease, treatment = (
            draw.any(leukaemias.LEUKAEMIAS).names[0],
            draw.any(("chemotherapy", "FLAG-Ida", "ibrutinib")),
        )
    else:
        disease = (
            draw.usual(group.metastatic_names) if draw.chance(0.7) else draw.usual(draw.any(group.diagnoses))
        )
        treatment = draw.any(group.treatments)
    return sentence(draw.any(HISTORY).format(x=disease, y=year - draw.number(1, 14), t=treatment))


def other_group(draw: Draw, case: Case) -> tumours.TumourGroup:
    """A tumour group that is not the case's own and that the patient could have."""
    while True:
        group = draw.any(RIVALS[case.sex])
        if group.name != case.group:
            return group


def clinical(draw: Draw, case: Case, year: int) -> str:
    """Why the specimen was taken: complaint, question and history, drawn much alike for every class."""
    own = tumours.BY_NAME.get(case.group)
    parts = []
    if draw.chance(0.75):
        complaints = (
            own.complaints if own else ("cytopenia under investigation", "raised white count", "splenomegaly")
        )
        if case.kind == "metastasis":
            complaints = (
                "new lesion on staging CT",
                "PET-avid lesion",
                "pathological fracture",
                "effusion",
                "palpable lump",
            )
        parts.append(sentence(draw.any(complaints)) + ".")
    if draw.chance(0.45):
        question = (
            draw.any(BENIGN_OF.get(case.group, BENIGN_OF["primary_unknown"])).names
            if draw.chance(0.35)
            else None
        )
        if question is None:
            asked = own if own and draw.chance(0.5) else other_group(draw, case)
            question = asked.metastatic_names
        parts.append(sentence(draw.any(QUESTION).format(x=draw.any(question))))
    if case.kind in ("cleared", "residual"):
        parts.append(history(draw, own, year))
    elif draw.chance(0.42):
        related = own if own and case.kind == "metastasis" and draw.chance(0.45) else other_group(draw, case)
        if not case.reportable and own and draw.chance(0.5):
            related = own
        parts.append(history(draw, related, year))
    return " ".join(draw.some(parts, len(parts)))


def benign_part(draw: Draw, benign) -> str:
    return f"{sentence(draw.any(benign.specimens))}: {draw.usual(benign.names)}."


def with_parts(draw: Draw, case: Case, line: str) -> str:
    """The deciding line among benign parts of the same request, lettered."""
    related = [*BENIGN_OF.get(case.group, ()), draw.any(COMPANIONS[case.sex]), draw.any(COMPANIONS[case.sex])]
    lines = [benign_part(draw, item) for item in draw.some(related, draw.number(1, 3))]
    lines.insert(draw.number(0, len(lines)), line)
    return "\n".join(f"{letter}. {text}" for letter, text in zip("ABCDE", lines, strict=False))


def decision(draw: Draw, name: str, rival: str | None) -> str:
    """A sentence that says what it is, and often what it is not."""
    if rival and draw.chance(0.6):
        return sentence(draw.any(FOR_AGAINST).format(x=name, y=rival))
    return sentence(draw.any(ASSERT).format(x=name))


def denial(draw: Draw, name: str) -> str:
    return sentence(draw.any(DENY).format(x=name))


LINEAGE = (
    "TTF-1",
    "GATA3",
    "CDX2",
    "PAX8",
    "NKX3.1",
    "S100",
    "CK20",
    "CD45",
    "desmin",
    "ER",
    "synaptophysin",
)


def panel(draw: Draw, group: tumours.TumourGroup) -> str:
    """Markers of the group's lineage among those of others, which every laboratory stains for alike."""
    negative = {*group.negative, *LINEAGE}.difference(group.positive, group.variable)
    chosen = draw.some(sorted(negative), draw.number(3, 6))
    return phenotype(draw, draw.some(group.positive, draw.number(2, 4)), chosen)


def primary(draw: Draw, case: Case, sections: dict[str, str]) -> None:
    group = tumours.BY_NAME[case.group]
    organ = draw.any(group.organs)
    known = tumours.DIAGNOSES_AT[group.name, organ]
    name = draw.usual(draw.any(known) if draw.chance(0.45) else known[0])
    rivals = BENIGN_OF.get(case.group)
    rival = draw.any(draw.any(rivals).names) if rivals and draw.chance(0.3) else None
    if rival is None and draw.chance(0.3):
        rival = draw.any(other_group(draw, case).metastatic_names)
    plain = "," in organ or matter(organ) != "large" or draw.chance(0.4)
    sections["specimen"] = sentence(organ) if plain else f"{sentence(organ)}, {draw.any(group.procedures)}"
    lines = draw.some(group.microscopy, 1) if draw.chance(0.85) else []
    if rivals and draw.chance(0.08):
        lines.append(draw.any(draw.any(rivals).microscopy))
    if case.kind == "residual":
        size = draw.number(1, 6)
        verdict = draw.any(
            (
                f"Residual {name}, {size} mm, within a fibrous bed.",
                f"A {size} mm focus of viable {name} persists.",
                f"Treatment effect with scattered viable {name}.",
                f"Scar and foamy macrophages; in one block {name} remains.",
                f"Incomplete response: {name} in 5% of the bed.",
                f"Recurrent {name} in the scar.",
            )
        )
    elif case.kind == "probable":
        verdict = sentence(draw.any(PROBABLE).format(x=name))
        lines = [
            "Scant atypical cells are present."
            if draw.chance(0.5)
            else "A small cluster of atypical glands or cells."
        ]
    else:
        verdict = decision(draw, name, rival)
    if case.kind == "incidental" and rivals:
        benign = draw.any(rivals)
        main = draw.usual(benign.names)
        sections["specimen"] = sentence(draw.any(benign.specimens))
        lines = draw.some(benign.microscopy, 2) + ([draw.any(group.microscopy)] if draw.chance(0.6) else [])
        verdict = draw.any(
            (
                f"{sentence(main)}. In one block a {draw.number(1, 6)} mm focus of {name}.",
                f"{sentence(main)} with an incidental {name}.",
                f"{sentence(main)}. Incidental finding: {name}.",
                f"{sentence(main)} throughout, apart from a minute focus of {name}.",
                f"{sentence(main)}, and, unexpectedly, {name} at the edge of slide {draw.number(2, 9)}.",
            )
        )
    elif draw.chance(0.2):
        verdict = with_parts(draw, case, f"{sentence(organ)}: {verdict}")
    elif draw.chance(0.5):
        verdict = f"{sentence(organ)}: {verdict}"
    sections["microscopy"] = "\n".join(lines)
    if draw.chance(0.3):
        sections["ancillary"] = panel(draw, group)
    sections["diagnosis"] = verdict
    if draw.chance(0.5):
        sections["extent"] = " ".join(draw.some(group.extent, draw.number(1, 3)))
    remarks = []
    if draw.chance(0.25):
        remarks.append(denial(draw, draw.any(other_group(draw, case).metastatic_names)))
    if rivals and draw.chance(0.1):
        aside = draw.any(
            (
                "Background of {x}.",
                "Also {x}.",
                "{x} is present elsewhere.",
                "Adjacent {x}.",
                "Incidental {x}.",
            )
        )
        remarks.append(sentence(aside.format(x=draw.any(draw.any(rivals).names))))
    sections["comment"] = " ".join(draw.some(remarks, len(remarks)))


ORIGIN_FOR = (
    "The profile favours origin in the {o} over {e}.",
    "This pattern indicates a {o} and not a {e} primary.",
    "A {e} primary is excluded; {o} origin is favoured.",
    "Spread from a {o} primary is favoured; {e} origin is unlikely.",
    "Not of {e} but of {o} origin.",
    "Although the patient has had {d}, the profile points to a {o} primary.",
    "Despite the history of {d} this is a {o} tumour.",
    "The tumour differs from the earlier {d}; {o} origin.",
    "Comparison with the earlier {d} shows a different tumour, of {o} type.",
    "Compatible with a {o} source.",
    "Consistent with a {o} primary.",
    "{o} origin is supported, {e} origin is not.",
    "The tumour is of {o} derivation.",
    "The first impression of a {e} primary is withdrawn; {o} markers are expressed.",
)
ORIGIN_OPEN = (
    "The profile does not settle the origin; {a}, {b} and {c} primaries remain possible.",
    "No primary site can be assigned. {a} and {b} origin are not supported.",
    "Neither {a} nor {b} origin can be confirmed.",
    "The primary is not known; search for a {a} or {b} source advised.",
    "Stains for {a}, {b} and {c} origin are all non-contributory.",
    "Origin undetermined; {a} primary excluded on imaging.",
    "Despite full work-up for a {a} or {b} source, none has come to light.",
)
# The first is not for carcinomas.
METASTATIC = (
    "Secondary tumour of non-epithelial type.",
    "Malignant neoplasm, metastatic.",
    "Secondary malignant deposit.",
    "Metastatic malignancy; see comment for origin.",
    "Positive for malignant cells.",
    "Metastatic tumour.",
)


def metastasis(draw: Draw, case: Case, sections: dict[str, str]) -> None:
    """A deposit away from its primary: the site in the specimen line is not the tumour group."""
    group = tumours.BY_NAME[case.group]
    other, third = other_group(draw, case), other_group(draw, case)
    site = draw.any(group.organs if group.name == "primary_unknown" else MET_SITES[case.sex, group.name])
    sections["specimen"] = f"{sentence(site)}, {draw.any(tumours.MET_PROCEDURES)}"
    sections["microscopy"] = draw.any(tumours.MET_PATTERNS[group.pattern])
    if group.name == "primary_unknown":
        sections["ancillary"] = panel(draw, group)
        sections["diagnosis"] = draw.any(
            METASTATIC[1:] + tuple(sentence(n) + "." for n in group.diagnoses[0])
        )
        fourth = other_group(draw, case)
        sections["comment"] = sentence(
            draw.any(ORIGIN_OPEN).format(a=other.origins[0], b=third.origins[0], c=fourth.origins[0])
        )
        if draw.chance(0.3):
            sections["comment"] += " " + draw.any(group.extent)
        return
    form = draw.random()
    if form < 0.3:
        name = draw.usual(group.metastatic_names)
        rival = draw.any(other.metastatic_names)
        if other.name not in tumours.NOT_CARCINOMA:
            rival = f"metastatic {rival}"
        sections["diagnosis"] = decision(draw, f"metastatic {name}", rival)
        if draw.chance(0.4):
            sections["ancillary"] = panel(draw, group)
    elif form < 0.85 or group.name not in tumours.TELLING_PANELS:
        sections["diagnosis"] = draw.any(METASTATIC[group.name not in tumours.NOT_CARCINOMA :])
        sections["comment"] = sentence(
            draw.any(ORIGIN_FOR).format(
                o=draw.usual(group.origins), e=draw.any(other.origins), d=draw.any(other.metastatic_names)
            )
        )
        if draw.chance(0.6):
            sections["ancillary"] = panel(draw, group)
    else:
        sections["diagnosis"] = draw.any(METASTATIC[group.name not in tumours.NOT_CARCINOMA :])
        sections["ancillary"] = phenotype(draw, list(group.positive), list(group.negative))
        sections["comment"] = draw.any(
            (
                "The profile is characteristic of the site of origin.",
                "Immunoprofile as given indicates the primary.",
                denial(draw, f"{other.origins[0]} origin") + " The panel is typical.",
            )
        )
    if draw.chance(0.25):
        sections["extent"] = draw.any(
            ("Extensive necrosis.", "Extracapsular spread.", "Tumour in 3 of 4 cores.")
        )


HAEMATOLOGY = (
    "Haematological neoplasm, see interpretation.",
    "Abnormal; see interpretation.",
    "Neoplastic infiltrate.",
    "Involved by the process described.",
    "See comment.",
    "Abnormal population identified.",
    "Leukaemia; type as given in the interpretation.",
    "Diagnostic specimen, see below.",
)


TESTED = (
    ("detected", "not detected"),
    ("present", "absent"),
    ("positive", "negative"),
    ("found", "not found"),
    ("yes", "no"),
    ("+", "-"),
    ("abnormal", "normal"),
)


def genetics(draw: Draw, found: list[str], absent: list[str]) -> str:
    """A list of tests with their results; the tests are much the same whatever the disease."""
    yes, no = draw.any(TESTED)
    if found and draw.chance(0.35):
        lists = [f"{sentence(yes)}: {', '.join(found)}.", f"{sentence(no)}: {', '.join(absent)}."]
        return " ".join(draw.some(lists, 2))
    marks = [f"{test} {yes}" for test in found] + [f"{test} {no}" for test in absent]
    return "; ".join(draw.some(marks, len(marks))) + "."


def leukaemia(draw: Draw, case: Case, sections: dict[str, str]) -> None:
    """Blood, marrow or flow report: a name, a contrast of names, or markers and genes alone."""
    own = leukaemias.BY_NAME[case.histology]
    others = draw.some([item for item in leukaemias.LEUKAEMIAS if item is not own], 5)
    rivals = [
        draw.usual(item.names) if draw.chance(0.85) else draw.any(leukaemias.NEIGHBOURS) for item in others
    ]
    name = draw.usual(own.names)
    sections["specimen"] = sentence(draw.any(leukaemias.SPECIMENS))
    clinic = [sentence(draw.any(own.complaints if draw.chance(0.5) else leukaemias.COMPLAINTS)) + "."]
    if draw.chance(0.55):
        asked = others[4] if draw.chance(0.7) else own
        clinic.append(sentence(draw.any(QUESTION[:8]).format(x=draw.any(asked.short))))
    if sections.get("clinical") and draw.chance(0.3):
        clinic.append(sections["clinical"])
    sections["clinical"] = " ".join(clinic)
    about = leukaemias.MARROW_FILLERS if matter(sections["specimen"]) == "marrow" else ()
    lines = [draw.any(leukaemias.GENERAL), *draw.some(about, draw.number(0, 3))]
    if draw.chance(0.75):
        lines.append(draw.any(own.morphology))
    for item in others[: draw.number(0, 2)]:
        feature = draw.any(leukaemias.NOT_SEEN[item.name])
        lines.append(
            draw.any(
                (f"{feature}: not seen.", f"{feature}: absent.", f"No {feature[0].lower()}{feature[1:]}.")
            )
        )
    sections["microscopy"] = "\n".join(lines)
    # 0: named outright; 1: named against others; 2: to be read from phenotype and genetics alone.
    form = draw.weighted((0, 1, 2), (0.48, 0.78, 1.0))
    genetic = own.name in ("chronic_myeloid_leukaemia", "acute_promyelocytic_leukaemia")
    if form == 2 or draw.chance(0.5):
        sections["ancillary"] = phenotype(
            draw,
            draw.some(own.positive, draw.number(4, 6)),
            draw.some(own.negative, draw.number(3, 6)),
            "abnormal cells",
        )
    if form == 2 and genetic or draw.chance(0.45):
        shown = [draw.any(own.genetics)] if form == 2 and genetic or draw.chance(0.5) else []
        gone = [
            test
            for test in leukaemias.TESTS
            if not any(test in known or known in test for known in own.genetics)
        ]
        if genetic:
            gone = [test for test in gone if test not in ("t(9;22)", "t(15;17)")]
        sections["genetics"] = genetics(draw, shown, draw.some(gone, draw.number(1, 3)))
    if form == 0:
        sections["diagnosis"] = sentence(draw.any(ASSERT).format(x=name))
        if draw.chance(0.7):
            sections["comment"] = denial(draw, rivals[0])
        return
    remarks = [denial(draw, rivals[1])] if draw.chance(0.6) else []
    if form == 1:
        verdict = sentence(draw.any(FOR_AGAINST).format(x=name, y=rivals[0]))
        sections["diagnosis"] = verdict if draw.chance(0.5) else draw.any(HAEMATOLOGY)
        if sections["diagnosis"] != verdict:
            remarks.append(verdict)
    else:
        sections["diagnosis"] = draw.any(HAEMATOLOGY)
        remarks.append(denial(draw, rivals[0]))
        remarks.append(
            draw.any(
                (
                    "The profile is classical.",
                    "Diagnosis rests on phenotype and genetics.",
                    "The panel is characteristic.",
                    "Please see the markers.",
                )
            )
        )
    sections["comment"] = " ".join(draw.some(remarks, len(remarks)))


def without_tumour(draw: Draw, case: Case, sections: dict[str, str]) -> None:
    """Benign, mimicking, cleared, doubtful and untaken specimens: malignant names abound and none is asserted."""
    pool = BENIGN_OF.get(case.group) or BENIGN_OF["primary_unknown"]
    if case.kind == "untaken":
        pool = BENIGN_OF["cervix" if case.sex == "F" and draw.chance(0.4) else "skin"]
    benign = draw.any(pool)
    name, feared = draw.usual(benign.names), draw.any(benign.resembles)
    group = tumours.BY_NAME.get(case.group)
    if group and draw.chance(0.4):
        feared = draw.usual(draw.any(group.diagnoses))
    specimen = draw.any(benign.specimens)
    sections["specimen"] = sentence(specimen)
    sections["microscopy"] = draw.any(benign.microscopy) if draw.chance(0.85) else ""
    if case.kind == "cleared":
        organ = draw.any(group.organs) if group else "bone marrow trephine"
        past = draw.usual(draw.any(group.diagnoses)) if group else draw.any(leukaemias.LEUKAEMIAS).names[0]
        sections["specimen"] = sentence(organ)
        sections["microscopy"] = draw.any(
            (
                "Fibrous scar with foamy macrophages and haemosiderin.",
                "Granulation tissue and suture granulomas.",
                "Treatment effect with acellular mucin pools.",
                "Hyalinised stroma and calcification mark the site.",
                "Regenerating tissue with chronic inflammation.",
                "Biopsy site changes are identified.",
            )
        )
        verdict = draw.any(
            (
                f"No residual {past}.",
                f"Scar; {past} is no longer present.",
                f"Complete response: no viable {past}.",
                f"Previous biopsy site. The {past} of the earlier specimen is not found in any block.",
                f"Treatment effect without viable {past}.",
                f"All nodes free of {past}.",
                f"Remission; no {past} remains.",
                f"No recurrence of {past} in the scar.",
                f"The {past} was removed entirely by the earlier procedure.",
            )
        )
    elif case.kind == "doubtful":
        verdict = sentence(draw.any(DOUBTFUL).format(x=feared))
        sections["microscopy"] = "Scant atypical cells are present."
    elif case.kind == "mimic":
        verdict = decision(draw, name, feared)
        sections["comment"] = draw.any(
            (
                f"The changes may be mistaken for {feared}; {name} is the diagnosis.",
                denial(draw, feared),
                f"An outside report of {feared} is not confirmed on review.",
                f"{sentence(feared)} was considered and excluded.",
                f"The case was sent as {feared}; review does not agree.",
            )
        )
    else:
        verdict = decision(draw, name, feared if draw.chance(0.42) else None)
        if draw.chance(0.35):
            sections["comment"] = denial(draw, feared)
    if draw.chance(0.2):
        verdict = with_parts(draw, case, f"{sections['specimen']}: {verdict}")
    elif draw.chance(0.4):
        verdict = f"{sections['specimen']}: {verdict}"
    if draw.chance(0.2) and group and case.kind != "untaken":
        sections["ancillary"] = phenotype(
            draw,
            draw.some(("CD68", "cytokeratin", "p63", "calretinin", "CD3", "CD20"), 2),
            draw.some(group.positive, 2),
            "cells in question",
        )
    sections["diagnosis"] = verdict


def write(draw: Draw, case: Case, year: int, background: float) -> dict[str, str]:
    """The sections of one report: specimen, clinical, gross, microscopy, ancillary, diagnosis, comment and so on.

    background: how much the report says besides its finding, 1 for as much as real ones.
    """
    sections = {"clinical": clinical(draw, case, year)}
    if case.kind == "leukaemia":
        leukaemia(draw, case, sections)
    elif case.kind == "metastasis":
        metastasis(draw, case, sections)
    elif case.reportable:
        primary(draw, case, sections)
    else:
        without_tumour(draw, case, sections)
    fill(draw, sections, background)
    return sections
