"""How long the pages take, and why."""
