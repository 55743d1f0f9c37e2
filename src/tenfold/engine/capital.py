"""Social capital and the five benefits: measures like the others, with no charter section of their own."""

from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = ()
