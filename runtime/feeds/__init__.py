"""Calendars that programs on phones and desks read: a secret link, and what it tells."""
