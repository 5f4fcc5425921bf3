"""When two records are the same thing: normal forms of values, the keys they are found by, likeness."""

from engines.form.matching.matchers import Lending, Matcher, Matching, matching

__all__ = ["Lending", "Matcher", "Matching", "matching"]
