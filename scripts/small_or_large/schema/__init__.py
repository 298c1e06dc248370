"""The study file's schema as pydantic models, one file a section; `small_or_large.study` puts them together."""
