"""What every (synthetic) report says whatever the finding: the gross description, the background, the formalities.

None of it bears on a class; much of a real report is of this kind, and it pushes the deciding clause around.
"""

from collections.abc import Sequence

from small_or_large.synthetic.drawing import Draw

GROSS = {
    "small": (
        "Received in formalin is a {a} x {c} x {c} mm piece of {colour} tissue.",
        "{n} cores, the longest {b} mm.",
        "All embedded in A1.",
        "Multiple fragments, in aggregate {b} mm.",
        "{n} pieces of {colour} tissue up to {c} mm.",
        "Tissue processed entirely through {n} levels.",
        "Labelled with the patient's details and numbered {n}.",
        "The fragments are filtered and wrapped.",
        "Tissue is {colour} and friable.",
        "Marked with green dye.",
        "The container holds {n} tissue fragments, {c} mm to {b} mm, and scanty mucus.",
        "Three levels at 50 microns.",
        "Received dry; transferred to formalin on arrival at the bench.",
        "Fragmented on arrival.",
    ),
    "large": (
        "Received in formalin is a {a} x {b} x {c} mm piece of {colour} tissue.",
        "Weight {w} g; {w} x {a} x {b} mm.",
        "Cut surface shows a {colour} area {b} mm across.",
        "The specimen is inked and serially sliced.",
        "Representative sections in {n} cassettes.",
        "Orientated with sutures: short superior, long lateral.",
        "A firm nodule of {b} mm lies {c} mm from the nearest margin.",
        "Block key: A1-A3 lesion, A4 margin.",
        "Tissue is {colour} and partly cystic.",
        "The surface is smooth.",
        "Received fresh for frozen section.",
        "No focal lesion is seen on slicing at {c} mm.",
        "Ink code: blue deep, black superior, green inferior.",
        "An ill-defined {colour} area, {a} x {b} mm, is sampled in {n} blocks.",
        "Photographs were taken.",
        "The remainder has a {colour} cut surface.",
        "Adherent soft tissue is trimmed and put aside.",
        "A clip is identified next to a {colour} scar.",
    ),
    "fluid": (
        "{w} mL of {colour} fluid; two cytospins and a cell block made.",
        "{n} air-dried and {n} fixed smears.",
        "Received in fixative: {a} mL, {colour}.",
        "A small clot was processed as a cell block.",
        "Papanicolaou and Giemsa stains.",
        "Rapid on-site evaluation: adequate after pass {n}.",
        "The sample is blood-stained.",
        "Cellularity is moderate.",
        "EDTA sample, {n} mL, received within {a} hours.",
        "{w} thousand events were gated.",
        "Films made on receipt.",
    ),
    "marrow": (
        "A core of {b} mm and a clot section.",
        "Aspirate films, {n}, stained with May-Grunwald-Giemsa.",
        "Decalcified in EDTA.",
        "The core measures {b} x 2 mm.",
        "Particles are present.",
        "Haemodilute sample.",
        "EDTA and heparin tubes received.",
        "Touch preparations: {n}.",
        "Trabecular width is normal.",
        "Cores of cortical bone, {c} mm.",
        "Flow cytometry was run on {w} thousand events.",
    ),
}
COLOURS = (
    "tan",
    "grey-white",
    "pale",
    "brown",
    "haemorrhagic",
    "yellow",
    "pink-tan",
    "cream",
    "straw-coloured",
)
TISSUE_FILLERS = (
    "The background shows mild chronic inflammation.",
    "Fibrosis and haemosiderin are noted.",
    "Deeper levels examined.",
    "Fat and fibrous tissue are unremarkable.",
    "There is patchy necrosis.",
    "Crush artefact limits assessment.",
    "Mitoses are infrequent.",
    "Reactive changes are present at the edge.",
    "Seen at the tumour board.",
    "Controls stain appropriately.",
    "Vessels are patent.",
    "The overlying surface is eroded.",
    "Nuclei are enlarged.",
    "Nerves are present in the section.",
    "Stains for organisms are negative.",
    "Granulation tissue is seen.",
    "The adjacent tissue is within normal limits.",
    "Previous slides have been reviewed.",
    "Focal calcification.",
    "The stroma is oedematous.",
    "Tissue eosinophils are noted.",
    "Margins are cauterised.",
    "Haemorrhage of recent date is seen between the fragments.",
    "Lymphocytes cuff small vessels.",
    "Sections show the expected normal constituents in most blocks.",
    "Elastosis is conspicuous.",
    "A few multinucleate giant cells lie near suture material.",
    "Some folding of the section is present.",
    "The lesion is sampled in blocks two and three, where it merges with fibrous tissue.",
    "Nucleoli are seen.",
    "Cystic spaces contain eosinophilic secretion.",
    "Some nuclei are hyperchromatic and overlap.",
    "The interface is irregular.",
    "Cells are arranged in small groups with pale cytoplasm.",
    "A pushing border is noted on one side.",
    "Cell borders are indistinct.",
    "Occasional apoptotic bodies.",
    "The process is centred on the superficial part and extends deeply in one block.",
    "Atypia is present focally.",
    "Myxoid change is noted in the deep part.",
    "The glands vary in size and shape.",
    "Desmoplasia-like fibrosis.",
)
CELL_FILLERS = (
    "The background is bloody.",
    "Macrophages and lymphocytes are present.",
    "Preparations are of good quality.",
    "Some cells are degenerate.",
    "Groups and single cells are seen.",
    "Nuclei are enlarged.",
    "Nucleoli are seen.",
    "Neutrophils are plentiful.",
    "Controls stain appropriately.",
    "Seen at the tumour board.",
    "Previous slides have been reviewed.",
    "Cytoplasm is pale and finely granular.",
    "Binucleate forms occur.",
    "Platelet clumps are present.",
    "Mild anisocytosis.",
    "Stains for organisms are negative.",
    "Occasional apoptotic bodies.",
    "Atypia is present focally.",
    "Smearing artefact is present at the feathered edge.",
)
FORMALITIES = (
    "Specimen adequacy: satisfactory. Fixation: formalin, {a} h. Cold time: {n} min. "
    "Blocks: {n}. Slides: {b}.",
    "Checklist: identity checked, request form complete, tissue adequate, fixation "
    "{a} hours, second reader yes.",
    "Cassette summary: A1 margin, A2-A{n} lesion, B1-B{c} random, C1 remainder, "
    "D1-D{n} fat. Total blocks {b}.",
    "Intraoperative consultation: touch imprint and one frozen block, deferred to "
    "paraffin sections; {n} minutes.",
    "Stains performed: H&E x{b}, PAS x{n}, Giemsa x{n}, reticulin x{n}; all controls satisfactory.",
    "Transport: received {n} h after collection at ambient temperature; container "
    "{n} of {c}; seal intact; form signed.",
    "Clinical correlation: imaging was viewed; laboratory values were not available "
    "at the time of reporting.",
    "Workload: complexity level {n}, dissection time {b} minutes, microscopy time {a} minutes.",
)
CLOSING = (
    "This report must be read with the clinical findings; a biopsy without tumour "
    "does not exclude malignancy.",
    "Immunostains were developed in house and are used with controls.",
    "Case discussed with a colleague, who agrees.",
    "Material retained for molecular testing.",
    "Tissue consumed in processing.",
    "A second opinion has been sought.",
    "Results telephoned to the requesting team.",
    "Codes assigned by the laboratory system.",
    "Please discuss at the multidisciplinary meeting.",
    "No further tissue remains in the block.",
    "For cancer staging see the current manual.",
    "Reported under the remote working protocol.",
    "Turnaround was extended by recuts.",
    "Consult the request portal for the history of this patient's specimens.",
)
SMALL = ("biops", "core", "punch", "shave", "curett", "pipelle", "chip")
FLUID = ("blood", "fluid", "csf", "fna", "brush", "wash", "cytology", "cell block")


def matter(specimen: str) -> str:
    """What came to the bench: marrow, fluid, a small biopsy or a large specimen, read from the specimen line."""
    low = specimen.lower()
    if "marrow" in low or "trephine" in low:
        return "marrow"
    if any(word in low for word in FLUID):
        return "fluid"
    return "small" if any(word in low for word in SMALL) else "large"


def measured(draw: Draw, lines: list[str]) -> str:
    """The lines with made-up measures."""
    number = draw.number
    return " ".join(
        line.format(
            a=number(8, 38),
            b=number(3, 25),
            c=number(2, 12),
            n=number(2, 9),
            w=number(20, 420),
            colour=draw.any(COLOURS),
        )
        for line in lines
    )


def fill(draw: Draw, sections: dict[str, str], scale: float) -> None:
    """Add gross, background and formalities; most reports are short, some bury the answer in a long text.

    `sections["microscopy"]` holds one sentence a line on entry and is running text on return; scale: how much is
    added to all but the long ones, 1 for as much as in real reports.
    """
    kind = matter(sections["specimen"])
    pool = CELL_FILLERS if kind in ("fluid", "marrow") else TISSUE_FILLERS
    size = draw.random()
    share = scale if size < 0.88 else 1.0

    def some(lines: Sequence[str], low: int, high: int) -> list[str]:
        return draw.some(lines, round(share * draw.number(low, high)))

    low, high = (0, 4) if size < 0.5 else (3, 9) if size < 0.88 else (9, 20)
    lines = [line for line in sections.get("microscopy", "").split("\n") if line]
    lines += some(pool, low, high)
    sections["microscopy"] = " ".join(draw.some(lines, len(lines)))
    described = some(GROSS[kind], 1 + low // 2, 2 + high // 2)
    if size > 0.66:
        described += some(FORMALITIES, *((1, 3) if size < 0.88 else (3, 7)))
    sections["gross"] = measured(draw, described)
    sections["closing"] = " ".join(some(CLOSING, *((0, 2) if size < 0.88 else (2, 8))))
