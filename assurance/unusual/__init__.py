"""Unusual access: named rules over one person's day, each with why it is looked for and how it is found.

A rule accuses nobody. It says that somebody should look: most of what it finds is soon explained (docs/access-log.md).
"""

from assurance.unusual.rules import BY_CODE, RULES, Rule

__all__ = ["BY_CODE", "RULES", "Rule"]
