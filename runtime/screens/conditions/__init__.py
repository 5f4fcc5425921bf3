"""The condition builder: what a page sends, what a person does to it, what the next page shows."""
