"""Lists that look otherwise than a table: cards, places to put them, and what happens then."""
