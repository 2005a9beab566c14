"""A TOML file of the community, read as a shape; what is wrong with it is one sentence that names the place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from models.errors import Invalid
from models.shape_words import unreadable, why

Shape = TypeVar("Shape", bound=BaseModel)
_SHIPPED = Path(__file__).parent.parent / "community"


def read(folder: Path, name: str, shape: type[Shape]) -> Shape:
    """The file ``name`` of a community's folder, or the one that is shipped where that folder has none.

    Invalid says what does not fit, and where.
    """
    path = folder / name if (folder / name).exists() else _SHIPPED / name
    try:
        return shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("rules.wrong", file=path.name, at=at, problem=why(first)) from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid("rules.wrong", file=path.name, at="", problem=unreadable(error)) from error
