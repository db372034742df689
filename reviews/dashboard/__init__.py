"""The board's page: parts, each with its sentence, its chart and its numbers; for members, and for lay readers."""
