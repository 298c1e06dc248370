"""What each of the six leukaemia histologies looks like in the text of a (synthetic) marrow, blood or flow report.

Much of the evidence overlaps by design, as it does in life: blasts in three of the histologies, CD5 or CD19 or CD34
in several, splenomegaly in most. What separates them is often one marker's sign or one clause.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Leukaemia:
    """One histology: wordings of its name, morphology, phenotype, genetics and clinical setting."""

    name: str
    weight: float
    names: tuple[str, ...]
    short: tuple[str, ...]
    morphology: tuple[str, ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    genetics: tuple[str, ...]

    complaints: tuple[str, ...]


LEUKAEMIAS: tuple[Leukaemia, ...] = (
    Leukaemia(
        "acute_myeloid_leukaemia",
        0.24,
        (
            "acute myeloid leukaemia",
            "AML",
            "acute myelogenous leukaemia",
            "AML with myelodysplasia-related changes",
            "acute non-lymphoblastic leukaemia of myeloid type",
            "acute myelomonocytic leukaemia",
            "acute leukaemia of myeloid lineage",
            "myeloid blast neoplasm (de novo)",
        ),
        ("AML", "acute myeloid leukaemia"),
        (
            "Blasts account for 48% of nucleated cells; a few contain a single needle-like inclusion.",
            "Blasts are of medium size with fine chromatin and scanty granules.",
            "Monoblasts and promonocytes make up 60% of cells.",
            "Dysplastic erythroid precursors and hypolobated megakaryocytes accompany 34% blasts.",
            "Sheets of immature cells replace normal haemopoiesis.",
            "A hiatus is seen between blasts and mature forms.",
        ),
        ("CD34", "CD117", "CD13", "CD33", "HLA-DR", "MPO"),
        ("TdT", "CD19", "CD20", "CD10", "CD5", "CD23", "CD103", "CD25", "CD3"),
        ("NPM1 mutation", "FLT3-ITD", "t(8;21)", "inv(16)", "monosomy 7"),
        (
            "pancytopenia with circulating blasts",
            "bruising and fatigue",
            "WBC 64, blasts on film",
            "neutropenic fever",
            "gum swelling, monocytosis",
        ),
    ),
    Leukaemia(
        "acute_promyelocytic_leukaemia",
        0.12,
        (
            "acute promyelocytic leukaemia",
            "APL",
            "AML-M3",
            "APML",
            "acute promyelocytic leukaemia, microgranular variant",
            "acute leukaemia of abnormal promyelocytes",
            "acute leukaemia with PML::RARA",
        ),
        ("APL", "acute promyelocytic leukaemia"),
        (
            "The dominant cell has a bilobed nucleus and bundles of needle-like inclusions.",
            "Hypergranular immature cells, some with faggots, amount to 80%.",
            "Immature cells with reniform nuclei and sparse granules predominate.",
            "Sheets of immature cells replace normal haemopoiesis.",
            "Blasts proper are few; the bulk of cells are abnormal and heavily granulated.",
        ),
        ("CD117", "CD13", "CD33", "MPO", "CD64"),
        ("CD34", "HLA-DR", "TdT", "CD19", "CD20", "CD10", "CD5", "CD103", "CD11c", "CD3"),
        ("PML::RARA", "t(15;17)", "RARA rearrangement"),
        (
            "coagulopathy with low fibrinogen",
            "bleeding gums, DIC",
            "pancytopenia with circulating blasts",
            "bruising and fatigue",
        ),
    ),
    Leukaemia(
        "acute_lymphoblastic_leukaemia",
        0.16,
        (
            "acute lymphoblastic leukaemia",
            "ALL",
            "B-ALL",
            "precursor B-cell lymphoblastic leukaemia",
            "B-lymphoblastic leukaemia/lymphoma",
            "acute leukaemia of precursor lymphoid type",
            "lymphoblastic leukaemia, common type",
        ),
        ("ALL", "acute lymphoblastic leukaemia"),
        (
            "Blasts account for 85% of nucleated cells; they are small with a high N:C ratio "
            "and no granules.",
            "Blasts with cytoplasmic vacuoles and inconspicuous nucleoli.",
            "Sheets of immature cells replace normal haemopoiesis.",
            "Blasts are of medium size with fine chromatin; inclusions are not seen.",
            "Hand-mirror forms are present.",
        ),
        ("CD34", "HLA-DR", "TdT", "CD19", "CD10", "CD22"),
        ("CD117", "CD13", "CD33", "MPO", "CD5", "CD23", "CD103", "CD11c", "CD3"),
        ("hyperdiploidy", "ETV6::RUNX1", "KMT2A rearrangement", "BCR::ABL1 (p190)"),
        (
            "pancytopenia with circulating blasts",
            "bone pain and fever",
            "mediastinal widening",
            "bruising and fatigue",
            "WBC 64, blasts on film",
        ),
    ),
    Leukaemia(
        "chronic_lymphocytic_leukaemia",
        0.22,
        (
            "chronic lymphocytic leukaemia",
            "CLL",
            "CLL/SLL",
            "B-CLL",
            "chronic lymphoid leukaemia of B-cell type",
            "small lymphocytic neoplasm in leukaemic phase",
            "chronic lymphatic leukaemia",
            "typical CLL, score 5/5",
        ),
        ("CLL", "chronic lymphocytic leukaemia"),
        (
            "Small mature lymphocytes with clumped chromatin and numerous smear cells.",
            "An interstitial and nodular infiltrate of small lymphoid cells makes up 45% of cellularity.",
            "Proliferation centres are noted in the trephine.",
            "Mature lymphocytes predominate; prolymphocytes are below 10%.",
            "Small round lymphoid cells without villi.",
            "A lymphoid infiltrate of small cells, reticulin slightly increased.",
        ),
        ("CD19", "CD20", "CD5", "CD23", "CD200", "HLA-DR"),
        ("CD34", "CD117", "TdT", "CD10", "CD103", "CD25", "CD11c", "CD3", "MPO"),
        ("del(13q)", "trisomy 12", "del(17p)", "del(11q)"),
        (
            "lymphocytosis 38",
            "incidental lymphocytosis",
            "splenomegaly and cytopenia",
            "raised white count on routine film",
            "weight loss and a palpable spleen",
        ),
    ),
    Leukaemia(
        "chronic_myeloid_leukaemia",
        0.15,
        (
            "chronic myeloid leukaemia",
            "CML",
            "chronic myelogenous leukaemia, chronic phase",
            "chronic granulocytic leukaemia",
            "BCR::ABL1-positive myeloproliferative neoplasm",
            "CML in accelerated phase",
            "Philadelphia-positive chronic myeloproliferative disease",
        ),
        ("CML", "chronic myeloid leukaemia"),
        (
            "Marked granulocytic hyperplasia with a full spectrum of maturation; blasts 2%.",
            "Basophilia and eosinophilia with dwarf megakaryocytes.",
            "M:E ratio 20:1; cellularity 100%.",
            "Left-shifted granulocytes with a myelocyte bulge.",
            "Blasts are 12% and basophils 18%.",
            "Pseudo-Gaucher cells are scattered.",
        ),
        ("CD13", "CD33", "MPO", "CD11c", "CD64"),
        ("CD34", "TdT", "CD19", "CD10", "CD5", "CD23", "CD103", "CD117", "CD3"),
        ("BCR::ABL1", "t(9;22)", "Philadelphia chromosome", "BCR::ABL1 (p210)"),
        (
            "WBC 180 with left shift",
            "raised white count on routine film",
            "weight loss and a palpable spleen",
            "splenomegaly and basophilia",
            "leucocytosis, ? reactive",
        ),
    ),
    Leukaemia(
        "hairy_cell_leukaemia",
        0.11,
        (
            "hairy cell leukaemia",
            "HCL",
            "leukaemic reticuloendotheliosis",
            "classical hairy cell leukaemia",
            "mature B-cell neoplasm of hairy cell type",
            "HCL, classic immunophenotype",
        ),
        ("HCL", "hairy cell leukaemia"),
        (
            "Widely spaced lymphoid cells with a fried-egg appearance; dry tap.",
            "Mononuclear cells with oval nuclei and circumferential projections.",
            "A lymphoid infiltrate of small cells, reticulin markedly increased.",
            "An interstitial infiltrate of small lymphoid cells makes up 45% of cellularity.",
            "Villous lymphoid cells.",
        ),
        ("CD19", "CD20", "CD103", "CD25", "CD11c", "CD22"),
        ("CD5", "CD10", "CD23", "CD34", "CD117", "TdT", "CD3", "MPO", "CD13"),
        ("BRAF V600E", "BRAF mutation"),
        (
            "pancytopenia and monocytopenia",
            "splenomegaly and cytopenia",
            "incidental lymphocytosis",
            "weight loss and a palpable spleen",
            "recurrent infections, low counts",
        ),
    ),
)

BY_NAME = {leukaemia.name: leukaemia for leukaemia in LEUKAEMIAS}

SPECIMENS = (
    "bone marrow aspirate",
    "bone marrow trephine",
    "peripheral blood",
    "bone marrow, left iliac crest",
    "marrow aspirate and trephine",
    "blood film and flow cytometry",
    "posterior iliac crest, right",
    "skin biopsy, trunk",
    "spleen",
    "CSF cytospin",
    "lymph node, neck",
)
TESTS = (
    "BCR::ABL1",
    "PML::RARA",
    "NPM1 mutation",
    "FLT3-ITD",
    "BRAF V600E",
    "trisomy 12",
    "t(15;17)",
    "JAK2 V617F",
    "t(11;14)",
    "del(13q)",
    "t(9;22)",
    "KMT2A rearrangement",
    "TP53 mutation",
    "CALR mutation",
)
# Morphology of one histology that reports of the others state to be absent.
NOT_SEEN = {
    "acute_myeloid_leukaemia": ("Auer rods", "Myeloblasts", "Monoblasts"),
    "acute_promyelocytic_leukaemia": ("Faggot cells", "Abnormal promyelocytes", "Hypergranular forms"),
    "acute_lymphoblastic_leukaemia": ("Lymphoblasts", "Hand-mirror forms", "Haematogones in excess"),
    "chronic_lymphocytic_leukaemia": ("Smear cells", "Proliferation centres", "Clumped small lymphocytes"),
    "chronic_myeloid_leukaemia": ("Basophilia", "Dwarf megakaryocytes", "Myelocyte bulge"),
    "hairy_cell_leukaemia": ("Cells with hairy projections", "Fried-egg spacing", "Villous lymphocytes"),
}
GENERAL = (
    "Sheets of abnormal cells replace normal haemopoiesis.",
    "The infiltrate amounts to 60% of cellularity.",
    "An abnormal population is present.",
    "Abnormal cells are of medium size.",
    "Normal haemopoiesis is reduced.",
    "The abnormal cells vary in size; nucleoli are inconspicuous.",
    "Residual haemopoiesis is patchy.",
)
COMPLAINTS = (
    "abnormal full blood count",
    "cytopenia under investigation",
    "splenomegaly",
    "fatigue and bruising",
    "raised white count",
    "recurrent infection",
    "weight loss",
    "film comment: abnormal cells",
    "anaemia",
)
# Named to be ruled out, beside the other five histologies.
NEIGHBOURS = (
    "mantle cell lymphoma",
    "splenic marginal zone lymphoma",
    "myelodysplastic syndrome",
    "plasma cell myeloma",
    "leukaemoid reaction",
    "primary myelofibrosis",
    "polycythaemia vera",
    "follicular lymphoma",
    "chronic myelomonocytic leukaemia",
    "T-cell large granular lymphocyte proliferation",
)
MARROW_FILLERS = (
    "Particulate aspirate, moderately cellular.",
    "The trephine measures 14 mm and is adequate.",
    "Iron stores are present on Perls stain.",
    "Megakaryocytes are reduced.",
    "Erythropoiesis is normoblastic.",
    "The aspirate was haemodilute.",
    "Reticulin grade 1 (0-3).",
    "Cellularity is 70% for age.",
    "Granulopoiesis shows all stages.",
    "No ring sideroblasts.",
    "Film: rouleaux absent, platelets low.",
    "Cytogenetic culture has been set up.",
    "No granulomas are seen.",
    "Touch imprints were prepared.",
)
