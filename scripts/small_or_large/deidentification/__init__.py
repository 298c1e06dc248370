"""The de-identification gate: what identifies a person in a pathology report is found and taken out before any model sees it."""
