"""The gate on invented text: names, initials and institutions known by their form or by where they stand."""

import pytest
from found_by_gate import covered

from small_or_large.deidentification.gate import Gate


@pytest.fixture(scope="module")
def gate():
    return Gate()


# a whole report is doubted more than a line alone
REPORT = (
    "The specimen is received in formalin and consists of a tan polyp. Sections show a tubular adenoma. " * 9
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # introduced.py
        ("Pt QUILLFEATHER^AMINA^R seen", "QUILLFEATHER^AMINA^R"),
        ("provider HAUGLAND, Ingrid; copy sent", "HAUGLAND, Ingrid"),
        ("OKONKWO,GRACE M000417733 Printed", "OKONKWO,GRACE"),
        ("two identifiers (OYELARAN, 4417733) checked", "OYELARAN, 4417733"),
        ("Patient Larsen KJ Born", "Larsen KJ"),
        ("Micro by: H. Larsen   Signed", "H. Larsen"),
        ("this is not MARGARET B. OKONKWO at all", "MARGARET B. OKONKWO"),
        ("Dr Pieter van 't Veen called", "Pieter van 't Veen"),
        ("After Gunhild left we kept the list", "Gunhild"),
        ("Okonkwo and I looked at it together.", "Okonkwo"),
        ("pt k. larsen says it grew", "k. larsen"),
        # houses.py
        ("Received from Northlake Urology Group, P.A., are slides", "Northlake Urology Group, P.A."),
        ("Reviewed at Dr. H. Larsen Cancer Centre on Monday", "Dr. H. Larsen Cancer Centre"),
        ("Consult from Univ. of West Larsen Hospitals for opinion", "Univ. of West Larsen Hospitals"),
        ("biopsy at Centre hospitalier de Beaurivage-Sud in spring", "Centre hospitalier de Beaurivage-Sud"),
        ("resident of Brookhaven Assisted Living with haematuria", "Brookhaven Assisted Living"),
        # monograms.py
        ("Verified: Karen Larsen (KML) today", "KML"),
        ("consultation was done by Dr. Okonkwo (GBO) then", "GBO"),
        ("MDT: present CVK, ZMW, KQC.", "ZMW"),
        ("Intradepartmental consultation: QCB and KVT concur.", "QCB"),
        ("Macro: MCW  Cut-up: RVA  Micro: MLK", "RVA"),
        ("Amended 2023-05-02 LQK: count corrected", "LQK"),
        ("Job by dlq. Block 8B.", "dlq"),
        # houses.py
        ("held until Ostermoor Family Practice rings back", "Ostermoor Family Practice"),
        ("resected at Ostermoor Dermatology & Laser in May", "Ostermoor Dermatology & Laser"),
        ("CLIENT: Quillford Vale Surgery", "Quillford Vale Surgery"),
        ("sent to Quillford Dermatopathology, LLC", "Quillford Dermatopathology, LLC"),
        ("repeat at st brigids last week", "st brigids"),
        ("Known to KQH oncology for years", "KQH"),
        # dates of all tables, ages.py
        ("Reported 2018-Jul-14 by the lab", "2018-Jul-14"),
        ("known here since Oct-98.", "Oct-98"),
        ("Operation XX/Mar/2021 (day not given)", "XX/Mar/2021"),
        ("born 11-03--1921 in town", "11-03--1921"),
        ("Date taken: 19/1112010", "19/1112010"),
        ("Mr. Okonkwo, 94, was admitted", "94"),
        ("She's 96, lives alone", "96"),
        # contacts.py
        ("Tel +353 1 555 0172 ext 14", "+353 1 555 0172 ext 14"),
        ("from 00353 94 5550283 today", "353 94 5550283"),
        ("T 98329 55204 (desk)", "98329 55204"),
        ("call w. the resident (pgr 4-0917).", "4-0917"),
        # record_numbers.py, accessions.py, health_numbers.py, postal_codes.py
        ("MR# E59999667 Loc: OR", "E59999667"),
        ("See also 2198/13.", "2198/13"),
        ("SS#:220 31 7995", "220 31 7995"),
        ("SSN 434--37-3229", "434--37-3229"),
        ("NHI#: FTR 2764", "FTR 2764"),
        ("Ostermoor, Wisconsin 54665.", "54665"),
        ("Ostermoor, TX 77080--8166", "77080--8166"),
        # places.py
        ("at 1502 Hwy 61 South, Apt. 7B, town", "1502 Hwy 61 South, Apt. 7B"),
        ("scene mile marker 114, US-191.", "mile marker 114, US-191"),
        ("lives at 14 Corncrake Wynd, Ostermoor", "14 Corncrake Wynd"),
    ],
)
@pytest.mark.parametrize("before", ["", REPORT], ids=["alone", "in a report"])
def test_is_found_in_full(gate, text, value, before):
    assert covered(gate, before + text, value)


@pytest.mark.parametrize(
    "text",
    [
        "D18. Cervix. D19. Right fimbria. D20-021. Right parametrial tissue.",
        "BAC clones RP11-756O14 and RP11-428B22; KIAA1549; IDH1-R132H is negative.",
        "Unoriented from 6-9 o'clock; nodes from 1-2 through 1-4 are negative.",
        "Reviewed per ANP.22998; morphology M 814013.",
        "There are Charcot-Leyden crystals in Virchow-Robin spaces; Fisher's exact test was used.",
        "Squamous Cell Carcinoma (SCC) and U.S. Food and Drug Administration (FDA).",
        "DIAGNOSIS: A. Brain, left frontal, excision: B. Brain, margin.",
        "The sarcoma is consistent with MFH; a Foley catheter in place.",
        "Hospital of Origin: Collection date: Client:",
        "There are bars I11 111 1111 on it.",
    ],
)
@pytest.mark.parametrize("before", ["", REPORT], ids=["alone", "in a report"])
def test_what_only_looks_so_is_left(gate, text, before):
    assert gate.find(before + text) == []
