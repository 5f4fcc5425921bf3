"""The field types, one module each; a new file here is a new control in the palette."""
