"""What a form asks for, shows and offers, depending on what stands in it."""

from engines.form.logic.conditions import FieldLogic, FormLogic, Rule
from engines.form.logic.filling import Filling, fillings
from engines.form.logic.narrowing import Narrowed, narrowed
from engines.form.logic.options import offered

__all__ = ["FieldLogic", "Filling", "FormLogic", "Narrowed", "Rule", "fillings", "narrowed", "offered"]
