"""Forms: field types, and definitions compiled for one database."""

from engines.form.building import build
from engines.form.field import FieldContext, FieldType, Storage
from engines.form.model import AppModel, CheckModel, FieldModel, FormModel
from engines.form.names import Name, Names

__all__ = [
    "AppModel",
    "CheckModel",
    "FieldContext",
    "FieldModel",
    "FieldType",
    "FormModel",
    "Name",
    "Names",
    "Storage",
    "build",
]
