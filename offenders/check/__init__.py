"""The Check pages: staff ask the law a question, and see the answer, its authority and its reasoning."""
