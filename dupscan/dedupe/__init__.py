"""The pass that acts: plan, apply, undo, purge."""
