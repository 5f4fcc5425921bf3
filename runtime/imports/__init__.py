"""Long imports: asked for at a door, carried out by a child process, followed by whoever asked."""
