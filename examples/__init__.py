"""Example applications, and what fills them with data; the only place where business words stand."""
