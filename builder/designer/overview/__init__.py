"""What an app consists of: where each element is used, what is not, and how its forms are related."""
