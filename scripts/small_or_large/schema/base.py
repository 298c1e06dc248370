"""What every section of a study file shares."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of a study file: an unknown key is an error, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
