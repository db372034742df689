"""The annual report: what is counted, what of it is shown, who writes and approves it, and how it is handed out."""
