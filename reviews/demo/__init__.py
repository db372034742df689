"""Invented areas, people and cases, for showing and for measuring. Nobody here exists."""
