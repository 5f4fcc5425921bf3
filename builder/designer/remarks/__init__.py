"""What people say about elements of a definition: beside each element, and all of it in one list."""
