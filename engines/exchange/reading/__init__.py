"""What runs in a child process: files to rows. Nothing here imports the rest of the platform."""
