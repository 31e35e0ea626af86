"""The front ends: they translate a person's message into a question and an answer into a reply."""
