"""The documentation says what the code does."""

from repository import REPOSITORY

import describe_study
from small_or_large.schema.base import Section


def test_the_study_files_description_is_as_the_schema_says():
    written = (REPOSITORY / "docs" / "study.md").read_text(encoding="utf-8")
    assert written == describe_study.description(), "run: python scripts/describe_study.py"


def test_every_key_says_what_it_means():
    def walk(section: type[Section]):
        for name, field in section.model_fields.items():
            yield section.__name__, name, field.description
            for inner in describe_study.sections_in(field.annotation):
                yield from walk(inner)

    silent = [f"{section}.{name}" for section, name, text in walk(describe_study.Study) if not text]
    assert silent == []
