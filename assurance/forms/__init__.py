"""What is asked on the pages of information assurance."""
