"""Public forms: the pages strangers fill in, and those on which links to them are made."""
