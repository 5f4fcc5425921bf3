"""Duplicates in the store: keys beside records, what they lead to, pairs that were found, merging."""
