"""The classes of the three synthetic tasks: what each means, and the words a cloze model may put in its place."""

# The order is the order of the classes in the study.
TASKS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "reportability": {
        "reportable": (
            "The specimen of this report shows a malignant or in situ tumour that a cancer registry records: "
            "diagnosed, or called suspicious for, consistent with or probably malignant. Also a recurrence, "
            "a residual tumour or a metastasis.",
            ("malignant", "cancer", "positive"),
        ),
        "not_reportable": (
            "The specimen of this report shows no registrable tumour: benign, reactive, dysplastic or inflammatory, "
            "no residual tumour, a cancer only in the history or only not excluded, or a basal or squamous cell "
            "carcinoma of the skin or a CIN, which the registry does not record.",
            ("benign", "normal", "negative"),
        ),
    },
    "tumour_group": {
        "breast": (
            "Carcinoma of the breast, invasive or in situ, at any site it has spread to.",
            ("breast", "mammary"),
        ),
        "cervix": ("Carcinoma of the uterine cervix.", ("cervix", "cervical")),
        "central_nervous_system": (
            "Tumour arising in the brain, spinal cord or meninges, such as a glioma.",
            ("brain", "glioma", "cerebral"),
        ),
        "colorectal": (
            "Carcinoma or neuroendocrine tumour of the colon, rectum or appendix.",
            ("colon", "rectum", "bowel"),
        ),
        "endocrine": (
            "Cancer of the thyroid, the adrenal or another endocrine gland.",
            ("thyroid", "adrenal"),
        ),
        "head_and_neck": (
            "Cancer of the mouth, throat, larynx, nose or salivary glands.",
            ("mouth", "throat", "tongue", "neck"),
        ),
        "hepatopancreatobiliary": (
            "Cancer of the liver, pancreas, gallbladder or bile ducts.",
            ("pancreas", "liver", "bile"),
        ),
        "leukaemia": ("Leukaemia of any type, in blood, marrow or elsewhere.", ("leukemia", "leukaemia")),
        "lung": ("Cancer of the lung or bronchus, at any site it has spread to.", ("lung", "pulmonary")),
        "lymphoma": (
            "Hodgkin or non-Hodgkin lymphoma, in lymph nodes or any organ.",
            ("lymphoma", "lymphoid"),
        ),
        "melanoma": (
            "Malignant melanoma, invasive or in situ, or its metastasis.",
            ("melanoma", "melanocytic"),
        ),
        "myeloma": ("Plasma cell myeloma or plasmacytoma.", ("myeloma", "plasma")),
        "ovary": ("Cancer of the ovary or fallopian tube.", ("ovary", "ovarian")),
        "primary_unknown": (
            "A metastatic cancer for which no primary site is established.",
            ("unknown", "uncertain"),
        ),
        "prostate": (
            "Carcinoma of the prostate, also where it has spread to another organ.",
            ("prostate", "prostatic"),
        ),
        "sarcoma": ("Sarcoma of soft tissue, bone or any organ.", ("sarcoma", "bone", "muscle")),
        "upper_gastrointestinal": (
            "Cancer of the oesophagus, stomach or small bowel.",
            ("stomach", "gastric", "esophagus"),
        ),
        "urinary_tract": (
            "Cancer of the kidney, bladder, ureter or renal pelvis.",
            ("kidney", "bladder", "renal"),
        ),
        "uterus": (
            "Cancer of the body of the uterus, such as endometrial carcinoma.",
            ("uterus", "uterine", "womb"),
        ),
    },
    "leukaemia_histology": {
        "acute_myeloid_leukaemia": (
            "Acute myeloid leukaemia other than promyelocytic: blasts that express CD13, CD33, CD117 or MPO, "
            "usually with HLA-DR and CD34.",
            ("myeloid",),
        ),
        "acute_promyelocytic_leukaemia": (
            "Acute promyelocytic leukaemia: abnormal promyelocytes without HLA-DR and CD34, "
            "PML::RARA fusion or t(15;17).",
            ("promyelocytic",),
        ),
        "acute_lymphoblastic_leukaemia": (
            "Acute lymphoblastic leukaemia: lymphoblasts that express TdT with CD19 and CD10 or with T-cell markers, "
            "without MPO.",
            ("lymphoblastic",),
        ),
        "chronic_lymphocytic_leukaemia": (
            "Chronic lymphocytic leukaemia: small mature B cells that express CD5 and CD23, "
            "without CD10 and CD103.",
            ("lymphocytic",),
        ),
        "chronic_myeloid_leukaemia": (
            "Chronic myeloid leukaemia: granulocytic proliferation with BCR::ABL1 or the "
            "Philadelphia chromosome.",
            ("granulocytic",),
        ),
        "hairy_cell_leukaemia": (
            "Hairy cell leukaemia: B cells with projections that express CD103, CD25 and CD11c, without CD5; "
            "BRAF V600E.",
            ("hairy",),
        ),
    },
}
