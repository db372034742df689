"""Nothing is forgotten and nothing is told twice, whatever dies. Read bench/README.md for what it does."""
