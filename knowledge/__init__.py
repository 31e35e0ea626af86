"""What a plan says: the types, the words, and the way from a question to its answer."""
