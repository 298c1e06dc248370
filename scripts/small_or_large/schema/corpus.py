"""Settings of what happens to the reports as a whole: shards and near-duplicates."""

from pydantic import Field

from small_or_large.schema.base import Section


class IngestConfig(Section):
    """How the reports are cut into shards that are read, gated and signed independently of each other."""

    shards: int = Field(
        default=1,
        ge=1,
        le=4096,
        description="Shards a source: one for thousands of reports, 64 for millions.",
    )


class DuplicatesConfig(Section):
    """Near-duplicates by MinHash over word shingles (Broder 1997), grouped by locality-sensitive hashing."""

    similarity: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="Jaccard similarity of shingles from which two reports are the same.",
    )
    shingle: int = Field(default=5, ge=1, description="Words in a shingle.")
    permutations: int = Field(
        default=64, ge=16, description="MinHash permutations: more are finer and slower."
    )
