"""The statutory rules, as pure functions: no Django, no database, dates passed in."""
