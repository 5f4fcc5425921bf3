"""What a definition means: the interpreters. No HTTP, no HTML."""
