"""What the shapes of everything after a decision are made of: publications, projects, appraisals, covenants."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.reading import MOST_ID

PromiseId = Annotated[int, Field(ge=0, le=MOST_ID)]
Days = Annotated[int, Field(ge=0, le=366)]
Line = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=5000)]


class PromiseMadeAnswer(Body):
    """The number of what was made."""

    id: int
