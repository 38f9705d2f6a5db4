//! What a user types to mean revisions: `head`, `+1`, `ae10+2`, `label@head`, `a:b`.
