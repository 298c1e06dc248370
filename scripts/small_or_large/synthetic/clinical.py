"""Fictional clinical notes near to pathology (letters, consults, radiology, operations), without labels."""

from collections.abc import Iterator
from datetime import timedelta

from small_or_large.synthetic import hospitals as forms
from small_or_large.synthetic import leukaemias
from small_or_large.synthetic.drawing import Draw
from small_or_large.synthetic.narrative import BENIGN_OF, RIVALS, history, sentence
from small_or_large.synthetic.patients import FIRST_DAY

OPENINGS = (
    "Thank you for referring this {age}-year-old {person} with {complaint}.",
    "I reviewed this {age}-year-old {person} today.",
    "{age}-year-old {person} presents with {complaint}.",
    "Follow-up visit. The {person} reports {complaint}.",
    "Seen in clinic with family. Main concern: {complaint}.",
)
EXAMINATION = (
    "Afebrile, blood pressure {n}/{m}, pulse {m}.",
    "Chest clear, heart sounds normal.",
    "Abdomen soft, liver edge palpable.",
    "No cervical, axillary or inguinal adenopathy.",
    "Weight {m} kg, down {k} kg in three months.",
    "ECOG performance status {e}.",
    "Spleen palpable {k} cm below the costal margin.",
    "No focal neurology.",
    "The scar is well healed.",
    "There is mild ankle oedema.",
    "Haemoglobin {n} g/L, platelets {p}, creatinine {m}.",
    "White count {k}.2 with a normal differential.",
)
MEDICATIONS = (
    "metformin",
    "amlodipine",
    "ramipril",
    "atorvastatin",
    "apixaban",
    "omeprazole",
    "salbutamol",
    "levothyroxine",
    "allopurinol",
    "bisoprolol",
    "sertraline",
    "paracetamol",
    "prednisolone",
)
PLANS = (
    "Biopsy has been arranged.",
    "We discussed the findings and the options.",
    "CT of chest, abdomen and pelvis requested.",
    "She or he will return in {k} weeks with results.",
    "The case will be discussed at the multidisciplinary meeting.",
    "Continue current treatment with blood tests every {k} weeks.",
    "Referred to palliative care for symptom control.",
    "Surgery is planned under general anaesthesia.",
    "I have explained that the histology is awaited.",
    "Chemotherapy cycle {e} to go ahead at full dose.",
    "Discharged to the family physician.",
    "Dose reduced because of neutropenia.",
)
RADIOLOGY = (
    "There is a {k} mm lesion ({organ}).",
    "No enlarged lymph nodes.",
    "A {n} mm enhancing mass is seen: {organ}.",
    "Compared with the previous study there is no significant change.",
    "Small bilateral effusions.",
    "Degenerative change in the spine.",
    "Appearances raise the possibility of {disease}; tissue diagnosis advised.",
    "Appearances favour {benign} rather than {disease}.",
    "The liver enhances homogeneously.",
    "Ill-defined ground-glass change at the bases.",
    "FDG uptake SUVmax {k}.3.",
    "Several subcentimetre nodules are too small to characterise.",
    "No bone lesion is seen.",
)
OPERATION = (
    "Under general anaesthesia the patient was positioned supine.",
    "A midline incision was made.",
    "The surrounding tissue was mobilised.",
    "Vessels were ligated and divided.",
    "The specimen was sent for histology.",
    "Frozen section was reported as {benign}.",
    "Haemostasis was achieved; blood loss {n} mL.",
    "The wound was closed in layers.",
    "A drain was left in situ.",
    "A firm mass was found ({organ}).",
    "Counts were correct.",
    "The patient went to recovery in good condition.",
)
TITLES = {
    "letter": ("CLINIC LETTER", "Oncology clinic", "Outpatient review", "Dear colleague,"),
    "consult": ("CONSULTATION", "Reason for consultation", "Inpatient consult note"),
    "radiology": ("RADIOLOGY REPORT", "CT report", "MRI", "PET-CT", "Imaging"),
    "operation": ("OPERATIVE NOTE", "Operation record", "Procedure note"),
}


def note(draw: Draw, year: int, age: int, sex: str) -> str:
    """One note: a kind, its sentences, and words of diseases much as pathology reports use them."""
    kind = draw.any(("letter", "letter", "consult", "radiology", "operation"))
    group = draw.any(RIVALS[sex])
    benign = draw.any(BENIGN_OF.get(group.name, BENIGN_OF["primary_unknown"]))
    blood = draw.chance(0.12)
    histology = draw.any(leukaemias.LEUKAEMIAS)
    disease = draw.usual(histology.names) if blood else draw.usual(group.metastatic_names)
    complaint = draw.any(histology.complaints if blood else group.complaints)
    fields = {
        "person": "man" if sex == "M" else "woman",
        "age": age,
        "complaint": complaint,
        "disease": disease,
        "organ": draw.any(group.organs),
        "benign": draw.usual(benign.names),
    }

    def fill(line: str) -> str:
        return line.format(
            n=draw.number(84, 168),
            m=draw.number(52, 98),
            k=draw.number(2, 28),
            e=draw.number(0, 4),
            p=draw.number(18, 420),
            **fields,
        )

    lines: list[str] = []
    if kind in ("letter", "consult"):
        lines.append(fill(draw.any(OPENINGS)))
        lines += [
            history(draw, draw.any((group, draw.any(RIVALS[sex]))), year) for _ in range(draw.number(0, 2))
        ]
        if draw.chance(0.7):
            lines.append(
                draw.any(
                    (
                        "Biopsy showed {disease}.",
                        "The outside report reads {disease}.",
                        "Pathology: {benign}, no evidence of {disease}.",
                        "Working diagnosis: {disease}.",
                        "Histology confirmed {disease}, treated with {t}.",
                    )
                ).format(t=draw.any(group.treatments), **fields)
            )
        if blood:
            lines.append(
                "Flow cytometry: "
                + ", ".join(draw.some(histology.positive, 4))
                + " expressed. "
                + draw.any(histology.genetics)
                + "."
            )
        if draw.chance(0.7):
            lines.append("Medications: " + ", ".join(draw.some(MEDICATIONS, draw.number(2, 5))) + ".")
        lines += [fill(line) for line in draw.some(EXAMINATION, draw.number(2, 6))]
    elif kind == "radiology":
        lines.append(f"Indication: {complaint}.")
        lines += [fill(line) for line in draw.some(RADIOLOGY, draw.number(5, 10))]
        lines.append(
            draw.any(
                (
                    "Impression: {disease} suspected.",
                    "Impression: no evidence of recurrence.",
                    "Impression: probable {benign}.",
                    "Conclusion: stable disease.",
                    "Conclusion: progression of known {disease}.",
                )
            ).format(**fields)
        )
    else:
        lines.append(f"Indication: {disease}. Site: {fields['organ']}.")
        lines += [fill(line) for line in draw.some(OPERATION, draw.number(6, 11))]
    lines += [fill(line) for line in draw.some(PLANS, draw.number(1, 4))]
    return f"{draw.any(TITLES[kind])}\n" + " ".join(sentence(line) for line in lines)


def clinical(seed: int, count: int, hospital_count: int, slips: float) -> Iterator[dict]:
    """`count` clinical notes, patient by patient: report_id, patient_id, text, received, facility."""
    places = forms.hospitals(hospital_count)
    written, index = 0, 0
    while True:
        index += 1
        draw = Draw(f"clinical {seed} {index}")
        age, sex, place = draw.number(22, 90), draw.any("FM"), draw.any(places)
        when = FIRST_DAY + timedelta(days=draw.number(0, 2700))
        for _ in range(draw.number(1, 4)):
            written += 1
            text = forms.slip(
                draw, place, forms.spell(note(draw, when.year, age, sex), place.american), slips
            )
            yield {
                "report_id": f"SYN-C{written:07d}",
                "patient_id": f"SYN-Q{index:07d}",
                "text": text,
                "received": when.isoformat(),
                "facility": place.name,
            }
            if written == count:
                return
            when += timedelta(days=draw.number(5, 200))
