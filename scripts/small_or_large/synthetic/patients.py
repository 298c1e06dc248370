"""Fictional patients and their reports over the years: stories, copies, addenda, identifiers and labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from small_or_large.synthetic import hospitals as forms
from small_or_large.synthetic import leukaemias, narrative, tumours
from small_or_large.synthetic.classes import TASKS
from small_or_large.synthetic.drawing import Draw
from small_or_large.synthetic.narrative import Case

FIRST_NAMES = {
    "F": (
        "Margaret",
        "Priya",
        "Elena",
        "Grace",
        "Amina",
        "Doris",
        "Fiona",
        "Rosa",
        "Hannah",
        "Beatrice",
        "Mei",
        "Ingrid",
    ),
    "M": (
        "John",
        "Tomasz",
        "Harold",
        "Lucas",
        "Kenji",
        "Samuel",
        "Viktor",
        "Omar",
        "Noel",
        "Wei",
        "Anton",
        "Desmond",
    ),
}
LAST_NAMES = (
    "Hartwell",
    "Okafor",
    "Lindqvist",
    "Marchetti",
    "Singh",
    "Novak",
    "Pemberton",
    "Tanaka",
    "Delgado",
    "Whitlock",
    "Ferreira",
    "Kowalski",
    "Abernathy",
    "Nguyen",
    "Castellano",
    "Brandt",
    "Osei",
    "Thornbury",
    "Moreau",
    "Iyer",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_DAY = date(2012, 1, 1)

_GROUP_NAMES = tuple(group.name for group in tumours.GROUPS) + ("leukaemia",)


def _cumulative(weights) -> tuple[float, ...]:
    total, bounds = 0.0, []
    for weight in weights:
        total += weight
        bounds.append(total)
    return tuple(bounds)


_GROUP_BOUNDS = _cumulative([group.weight for group in tumours.GROUPS] + [tumours.LEUKAEMIA_WEIGHT])
_HISTOLOGIES = tuple(item.name for item in leukaemias.LEUKAEMIAS)
_HISTOLOGY_BOUNDS = _cumulative(item.weight for item in leukaemias.LEUKAEMIAS)
_NOT_KINDS = ("benign", "mimic", "cleared", "doubtful", "untaken")
_NOT_BOUNDS = _cumulative((0.36, 0.28, 0.16, 0.07, 0.13))
_FIRST_KINDS = ("primary", "incidental", "metastasis", "probable")
_FIRST_BOUNDS = _cumulative((0.40, 0.07, 0.47, 0.06))
_LATER_KINDS = ("metastasis", "residual", "cleared", "benign", "mimic", "primary")
_LATER_BOUNDS = _cumulative((0.3, 0.2, 0.24, 0.1, 0.06, 0.1))
# Tumours that do not leave their primary in a way a report of this kind shows.
_NO_METASTASIS = ("lymphoma", "myeloma", "central_nervous_system", "leukaemia")


@dataclass(frozen=True)
class Writing:
    """How reports are written: the share that comes twice or with an addendum, and what scales slips and the text
    besides the finding."""

    resent: float
    addenda: float
    slips: float
    background: float


@dataclass(frozen=True)
class Labelling:
    """Which share of the reports a task's coders have labelled, and how often they err."""

    reportability: float
    tumour_group: float
    leukaemia_histology: float
    error: float


def story(draw: Draw, disease: str | None, sex: str) -> list[Case]:
    """The cases of one patient in time order; `disease` is the tumour group, None where there is no cancer."""
    size = draw.weighted((1, 2, 3, 4, 5), _cumulative((0.56, 0.24, 0.11, 0.06, 0.03)))
    histology = draw.weighted(_HISTOLOGIES, _HISTOLOGY_BOUNDS) if disease == "leukaemia" else None
    cases = []
    for index in range(size):
        if disease is None:
            kind = draw.weighted(_NOT_KINDS, _NOT_BOUNDS)
            group = draw.weighted(_GROUP_NAMES, _GROUP_BOUNDS)
            while group in narrative.EXCLUDED[sex]:
                group = draw.weighted(_GROUP_NAMES, _GROUP_BOUNDS)
        elif disease == "leukaemia":
            kind, group = (
                ("leukaemia" if index == 0 or draw.chance(0.5) else draw.any(("cleared", "benign"))),
                disease,
            )
        else:
            kind = draw.weighted(*((_LATER_KINDS, _LATER_BOUNDS) if index else (_FIRST_KINDS, _FIRST_BOUNDS)))
            group = disease
            if disease == "primary_unknown" and kind in narrative.REPORTABLE:
                kind = "metastasis"
            elif kind == "metastasis" and disease in _NO_METASTASIS:
                kind = "primary"
        cases.append(Case(kind, group, histology if kind == "leukaemia" else None, sex))
    return cases


def labels(draw: Draw, case: Case, labelling: Labelling) -> dict[str, str | None]:
    """The labels that the coders gave, None where nobody looked; a few are slips of theirs."""
    truth = {
        "reportability": "reportable" if case.reportable else "not_reportable",
        "tumour_group": case.group if case.reportable else None,
        "leukaemia_histology": case.histology,
    }
    given = {}
    for task, answer in truth.items():
        looked, erred, other = (
            draw.chance(getattr(labelling, task)),
            draw.chance(labelling.error),
            draw.random(),
        )
        if answer is not None and erred:
            wrong = [name for name in TASKS[task] if name != answer]
            answer = wrong[int(other * len(wrong))]
        given[task] = answer if looked else None
    return given


def day(draw: Draw, when: date) -> str:
    """A date in one of the ways hospitals write it."""
    form = draw.number(0, 3)
    if form == 0:
        return when.isoformat()
    if form == 1:
        return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    if form == 2:
        return f"{when.month:02d}/{when.day:02d}/{when.year}"
    return f"{when.day:02d}.{when.month:02d}.{when.year % 100:02d}"


def header(
    draw: Draw, hospital: forms.Hospital, name: tuple[str, str], when: date, sex: str, age: int
) -> str:
    """The head of a report: de-identified as a rule, with made-up identifiers left in where redaction failed."""
    if not draw.chance(hospital.identified):
        return draw.any(
            (
                "",
                "",
                "[PATIENT REDACTED]\n",
                f"{age} {sex}. ",
                "Patient: XXXXXX  Ref: XXXXXX\n",
                f"{sex}/{age}\n",
            )
        )
    first, last = name
    accession = f"{draw.any(('S', 'SP', 'H'))}{when.year % 100:02d}-{draw.number(1000, 29999)}"
    return draw.any(
        (
            f"Patient: {last}, {first}  MRN {draw.number(1000000, 9999999)}\nAccession {accession}\n",
            f"{hospital.name}\nName: {first} {last}   Received: {day(draw, when)}\n",
            f"Accession No: {accession}\n",
            f"Re: {'Mrs' if sex == 'F' else 'Mr'} {last}, collected {day(draw, when)}\n",
            f"Date received: {day(draw, when)}\n",
        )
    )


def signature(draw: Draw, hospital: forms.Hospital, when: date) -> str:
    if not draw.chance(hospital.identified * 0.7):
        return ""
    return draw.any(
        (
            f"\nReported by Dr {draw.any(FIRST_NAMES[draw.any('FM')])} "
            f"{draw.any(LAST_NAMES)}, {day(draw, when)}",
            f"\nElectronically signed: {draw.any(LAST_NAMES)} {draw.any(FIRST_NAMES[draw.any('FM')])}, MD",
            f"\nSigned out {day(draw, when)}",
        )
    )


ADDENDA = (
    "Additional levels have been cut and do not alter the diagnosis.",
    "Molecular results are issued separately.",
    "The case was reviewed at the tumour meeting; the opinion stands.",
    "Stains repeated for quality reasons; unchanged.",
    "Slides were returned from the referral centre, which agrees.",
    "Typographical error in the gross text amended.",
)


def patient_reports(
    seed: int,
    index: int,
    places: list[forms.Hospital],
    labelling: Labelling,
    prevalence: float,
    writing: Writing,
) -> Iterator[dict]:
    """The reports of one patient, without report_id: text, received, facility and the three labels."""
    draw = Draw(f"registry {seed} {index}")
    coder = Draw(f"coder {seed} {index}")  # its own, so that no text depends on what is labelled
    disease = draw.weighted(_GROUP_NAMES, _GROUP_BOUNDS) if draw.chance(prevalence) else None
    sex = (
        "M" if disease == "prostate" else "F" if disease in ("uterus", "ovary", "cervix") else draw.any("FM")
    )
    name, age = (draw.any(FIRST_NAMES[sex]), draw.any(LAST_NAMES)), draw.number(24, 88)
    when = FIRST_DAY + timedelta(days=draw.number(0, 2700))
    home = draw.any(places)
    for case in story(draw, disease, sex):
        place = home if draw.chance(0.8) else draw.any(places)
        sections = narrative.write(draw, case, when.year, writing.background)
        text = forms.body(draw, place, sections)
        head, foot = header(draw, place, name, when, sex, age), signature(draw, place, when)
        text = head + forms.slip(draw, place, text, writing.slips) + foot
        given = labels(coder, case, labelling)
        row = {
            "patient_id": f"SYN-P{index:07d}",
            "text": text,
            "received": when.isoformat(),
            "facility": place.name,
            **given,
        }
        yield row
        # A copy or an addendum comes as a report of its own and repeats the text.
        if draw.chance(writing.resent):
            mark = draw.any(
                ("", "COPY\n", "CORRECTED REPORT\n", "Resent on request. ", "*** DUPLICATE ***\n")
            )
            yield row | {
                "text": mark + forms.slip(draw, place, text, writing.slips),
                "received": (when + timedelta(days=draw.number(1, 9))).isoformat(),
            }
        elif draw.chance(writing.addenda):
            added = forms.spell(draw.any(ADDENDA), place.american)
            yield row | {
                "text": f"{text}\nADDENDUM {draw.number(1, 2)}: {added}",
                "received": (when + timedelta(days=draw.number(3, 40))).isoformat(),
            }
        when += timedelta(days=draw.number(10, 500))
        age += 1 if draw.chance(0.5) else 0


def registry(
    seed: int,
    count: int,
    hospital_count: int,
    labelling: Labelling,
    prevalence: float,
    writing: Writing,
) -> Iterator[dict]:
    """`count` reports of a fictional registry, patient by patient; the first n do not depend on `count`."""
    places = forms.hospitals(hospital_count)
    written, index = 0, 0
    while written < count:
        index += 1
        for row in patient_reports(seed, index, places, labelling, prevalence, writing):
            written += 1
            yield {"report_id": f"SYN-R{written:07d}", **row}
            if written == count:
                return
