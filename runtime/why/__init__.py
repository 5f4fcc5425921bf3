"""Why rules fired or did not, told to one person: whatever the door, nobody learns what they may not read."""
