"""LOINC codes of pathology reports and their sections, as NAACCR Volume V and the LOINC table name them."""

# Section codes (LOINC component "Path report.*" unless said otherwise) -> section of small_or_large.sections.
SECTION_OF_CODE = {
    "22633-2": "specimen",  # nature of specimen
    "22634-0": "gross",  # gross observation
    "22635-7": "microscopic",  # microscopic observation
    "22636-5": "clinical_history",  # relevant history
    "22637-3": "diagnosis",  # final diagnosis
    "22638-1": "comment",  # comments
    "22639-9": "addendum",  # supplemental reports
    "35265-8": "addendum",  # Pathology report addendum
    "60568-3": "synoptic",  # Pathology synoptic report
    "60569-1": "addendum",  # Report addendum.synoptic
}

# Whole reports, as OBR-4 and sometimes OBX-3 have them: they name no section.
WHOLE_REPORT = frozenset(
    (
        "11529-5",  # Surgical pathology study
        "60567-5",  # Comprehensive pathology report panel
        "33746-9",  # Pathologic findings
    )
)
