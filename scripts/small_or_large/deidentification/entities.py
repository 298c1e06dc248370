"""The kinds of identifiers that the gate knows; a finding is replaced by its kind's name."""

ENTITIES = tuple(
    "NAME INITIALS DATE AGE90 MRN ACCESSION HEALTHNO SSN PHONE EMAIL URL ADDRESS CITY ZIP FACILITY ID CODE".split()
)
