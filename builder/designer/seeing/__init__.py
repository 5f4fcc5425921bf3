"""An application as a role or a person sees it, and why: read only, by the rules of the read path."""
