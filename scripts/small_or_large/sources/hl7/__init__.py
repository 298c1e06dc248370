"""HL7 v2 ORU^R01 as electronic pathology laboratories send it (NAACCR Standards, Volume V)."""
