"""The mechanisms of the gate on invented text: odd forms, fields, dictation, damage."""

import pytest
from found_by_gate import covered

from small_or_large.deidentification.gate import Gate
from small_or_large.deidentification.mending import mend
from small_or_large.deidentification.recasing import single_case
from small_or_large.deidentification.words import Tokens


@pytest.fixture(scope="module")
def gate():
    return Gate()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # internet.py
        ("write to lab.desk@northmere-path.example please", "lab.desk@northmere-path.example"),
        ("mail jo dot ray at northmere dot org about it", "jo dot ray at northmere dot org"),
        ("send to desk (at) northmere-lab (dot) ie today", "desk (at) northmere-lab (dot) ie"),
        ("images at sftp://scans.northmere.example/in/b14 now", "sftp://scans.northmere.example/in/b14"),
        ("see northmere-lab.example/turnaround for times", "northmere-lab.example/turnaround"),
        # contacts.py
        ("Bleep me on 1190 if it arrives", "1190"),
        ("ring 0131 496 0228 for the result", "0131 496 0228"),
        # unlabelled.py
        ("file GVP0092217 has the cores", "GVP0092217"),
        ("NI no. AB102938C on the form", "AB102938C"),
        ("her social is 931 06 5528 she says", "931 06 5528"),
        # initials.py
        ("Embedded by HvR and cut by tjf.", "HvR"),
        ("Discussed with R.S., who agrees.", "R.S"),
        ("Block count verified: tn/BGO, 14 cassettes.", "tn/BGO"),
        ("Counter-signed electronically by PvD.", "PvD"),
        ("Levels recut overnight by wjb.", "wjb"),
        ("Dictated by Lindqvist/nn. Job 7.", "nn"),
        ("Dict. Okonjo / sjl   Trans. 10/11/04", "sjl"),
        # words.py: a surname longer than most words
        ("Surname: Featherstonehaugh\nForename: Peregrine", "Featherstonehaugh"),
        # dates_announced.py
        ("Excision performed on 10 15 23.", "10 15 23"),
        ("Stillborn, born may 31 at 0402.", "may 31"),
        ("Resident on duty: KZR, bench 4", "KZR"),
        ("The stain can wait until Monday. Thanks, wjb", "wjb"),
        # fields.py
        ("PT_CITY=Ostermoor;PT_ST=WV", "Ostermoor"),
        ("NK1|1|ARANDEL^BENICIO|SON||5055550133", "ARANDEL^BENICIO"),
        # spoken.py
        ("record number four four seven oh nine two one period", "four four seven oh nine two one"),
        ("the surgeon is spelled b o u c h a r d comma", "b o u c h a r d"),
        # places.py, postal_codes.py
        ("She lives at 16B Corncrake Terr, a flat", "16B Corncrake Terr"),
        ("mail to Private Bag X29, Ostermoor", "Private Bag X29"),
        ("moved to Ostermoor NSW 2839 last year", "2839"),
        # dates_in_words.py, dates_with_months.py, ages.py
        ("seen on St Patrick's Day 2019 with a seroma", "St Patrick's Day 2019"),
        ("amended 6/VI/2009 by the lab", "6/VI/2009"),
        ("he turned ninety-four last week", "ninety-four"),
        # widening.py
        ("resected at the Lethbridge Road Infirmary.", "the Lethbridge Road Infirmary"),
        ("signed out by Bartholomew J. Quillfeather III, MD", "Bartholomew J. Quillfeather III"),
        # mending.py and recasing.py
        ("M R N OO47 8l93 2 breast core", "OO47 8l93 2"),
        ("Narne: Ke11erman, D0rothea   Sex F", "Ke11erman, D0rothea"),
        ("patient transferred from fort lamar for surgery, told nurse szczepanski", "szczepanski"),
    ],
)
def test_form_is_found_in_full(gate, text, value):
    assert covered(gate, text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Block 3 x 4000 magnification; ratio 2.3; CD117 and 34BE12 positive, SP263 TPS 60%.",
        "SNOMED T-04000 M-81403, CPT 88305, ICD-O 8140/3, TP53 p.R175H, t(14;18).",
        "The tumor measures three by two by one centimeter; nine of twelve nodes are negative.",
        "S e r o s a l involvement is not identified; PAS and GMS stains are negative.",
        "Burkitt lymphoma with MYC rearrangement, FFPE tissue, IHC and FISH done.",
    ],
)
def test_what_only_looks_so_is_left(gate, text):
    assert gate.find(text) == []


# forms of figures, and what scanners make of them; every line invented
@pytest.mark.parametrize(
    ("text", "value"),
    [
        # dates of all tables and ages: the year first, a part not told, a stroke misread,
        # a blank or a hyphen too many or too few
        ("Slides cut 1987-Feb-22, stained the same day", "1987-Feb-22"),
        ("Collected l993-Nov-O4 in theatre", "l993-Nov-O4"),
        ("Operation ??/08/2003 (day not given)", "??/08/2003"),
        ("last menses XX/Oct/1994 by history", "XX/Oct/1994"),
        ("first seen 2006-09-XX elsewhere", "2006-09-XX"),
        ("Received 14/1012003 in formalin", "14/1012003"),
        ("Received 14110/2003 in formalin", "14110/2003"),
        ("Reported 7,21.2005 by the lab", "7,21.2005"),
        ("Received 17/Vlll/2O04 at noon", "17/Vlll/2O04"),
        ("Printed 8-23--06 9:15 AM by the desk", "8-23--06"),
        ("Collected 2007-1 1-30 at noon", "2007-1 1-30"),
        ("Released 19-May-2 008, final", "19-May-2 008"),
        ("Grossed FE8 19 2007 by the resident", "FE8 19 2007"),
        ("Signed D ec 12, 2007 at home", "D ec 12, 2007"),
        ("Signed NOV 232006 at noon", "NOV 232006"),
        ("told on the 23rdof March by letter", "23rdof March"),
        ("the slides were requested the 14th at noon", "14th"),
        ("followed here since Aug-87 for polyps", "Aug-87"),
        ("read by telephone, 8/21. The margin is free", "8/21"),
        ("Reviewed Z4-Jun-2002 with the team", "Z4-Jun-2002"),
        ("Reviewed 24-Jun~2002 with the team", "24-Jun~2002"),
        # ages
        ("Mrs. Quillfeather, 97, was brought in after a fall.", "97"),
        ("She's 95, still gardening.", "95"),
        ("a lady, ninety--six years old", "ninety--six"),
        ("a 9S-year-old woman", "9S"),
        # record_numbers.py, accessions.py
        ("MR# G 77I204 Loc: Ward", "G 77I204"),
        ("MRN: 0081773604Accession: XS-22-90417", "0081773604"),
        ("Case: XS-22-90417Patient: Arandel", "XS-22-90417"),
        ("The record number is 5527714 not 5527741.", "5527741"),
        ("ARANDEL,BENICIO   40871165\nLEFT BREAST", "40871165"),
        ("file number double 7 3 0 2 5 on the jar", "double 7 3 0 2 5"),
        ('labeled "Arandel" and "22-81734", one core', "22-81734"),
        ("see also 4471/16, same site", "4471/16"),
        ("compare FS19-442, deferred", "FS19-442"),
        ("Lab ref 19-S-b703, amended", "19-S-b703"),
        ("compare (GS-17-7 2465), same site", "GS-17-7 2465"),
        ("Compare GS--17-7246, same site", "GS--17-7246"),
        ("NHI#: QBT 4471 on the form", "QBT 4471"),
        ("MBI: 5KD2-WV8-RC40 checked", "5KD2-WV8-RC40"),
        ("SS#:931 06 5528 checked", "931 06 5528"),
        ("SSN 931--O6-5528 checked", "931--O6-5528"),
        ("SSN 931-065528 checked", "931-065528"),
        # postal codes
        ("4 High Street, Ostermoor, Kent ME43QT, tomorrow", "ME43QT"),
        ("Ostermoor, OH 45877~2290 by post", "45877~2290"),
        ("Ostermoor, Minnesota 55877. Thanks", "55877"),
        ("Polokwane, Limpopo 0812.", "0812"),
        ("Postcode/ZIP ME4 SQT on file", "ME4 SQT"),
        # contacts.py
        ("Tel: 613-555~0192 for results", "613-555~0192"),
        ("T +64 9 555 2718 F 0800 555 271 for results", "+64 9 555 2718"),
        ("mother reached on +44 (0)l632 960774 today", "+44 (0)l632 960774"),
        ("clinic phone 00353 1 5550172 for results", "00353 1 5550172"),
        ("Tel (home): 01632 960774 for results", "01632 960774"),
        ("call (613) 5550192 for results", "(613) 5550192"),
        ("resident on call, pgr 7-4410, aware", "7-4410"),
        ("Pager: S71 for the fellow", "S71"),
        # internet.py
        ("see https://northmere.co m/guide for times", "https://northmere.co m/guide"),
        ("mail to Ma rtha.quill@northmere.com please", "Ma rtha.quill@northmere.com"),
        # places.py
        ("seen at home, 3108 Hwy 12 North, Apt. 9, today", "3108 Hwy 12 North, Apt. 9"),
        ("Arandel, 17 FoundryLane, Ostermoor", "17 FoundryLane"),
        ("Arandel, No. 88, Temple Road, Ostermoor", "No. 88, Temple Road"),
        ("Arandel, 4 Tolbooth Wynd, Cupar, Fife KY15 5BX", "4 Tolbooth Wynd"),
        ("found at mile marker 88, US-50 by the road", "mile marker 88, US-50"),
        ("Arandel, 27 Kerk Straat, Ostermoor", "27 Kerk Straat"),
    ],
)
def test_figures_are_found_in_full_however_scanned(gate, text, value):
    assert covered(gate, text, value)


@pytest.mark.parametrize(
    "text",
    [
        "OCT-4 and OCT3/4 are positive; OCT2 is weak; PgR 636 and PgR 1294 are the clones used.",
        "IDH1-R132H is negative; nuc ish (GLTSCR x 1)[159/200]; Topography: 028500.",
        "Nodes sampled: 5/22. The post cricoid margin is free. The margin from 3-5 o' clock is involved.",
        "Crohn's disease (Montreal A2L3B2). ICD-O 8140/33. CYTOKERATIN CD5 6-88342.",
        "Lymph nodes 12/15 positive (3/9), tumor 2.5 x 1.3--1.9 cm, T2 N0 M0, ER 90%.",
        "The polyp is at 95 cm; 97 of 100 cells are viable. Section T 12 shows 3 mitoses.",
    ],
)
def test_figures_of_medicine_are_left(gate, text):
    assert gate.find(text) == []


def test_mended_reading_keeps_places():
    line = "M R N OO47 8l93 2 acc . no S2l"
    reading = mend(line, 10)
    assert reading.text.startswith("MRN 004781932")
    assert len(reading.places) == len(reading.text)
    assert reading.places == sorted(reading.places)
    assert mend("Sections show adenocarcinoma, grade 2.") is None


def test_single_case():
    assert single_case("called nurse marisol about the jar") == "lower"
    assert single_case("NEED OLD BLOCKS FROM THE CLINIC") == "upper"
    assert single_case("Sections show a Polyp in The Colon") is None


def test_rough_text_is_told_from_clean():
    clean = Tokens("The specimen is received in formalin and consists of a polyp. " * 3)
    assert not clean.rough(5)
    assert Tokens("lymnh nodec shwo carcnoma qvertz ~~ xxqe " * 3).rough(5)
