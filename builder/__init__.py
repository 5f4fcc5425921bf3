"""The designer over HTTP: drafts, preview, plan, publish and versions of applications."""
