import doctest
import importlib
import pkgutil

import pytest

from tenfold import methods

MODULES = [module.name for module in pkgutil.iter_modules(methods.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name):
    result = doctest.testmod(importlib.import_module(f"tenfold.methods.{name}"))
    assert result.failed == 0
