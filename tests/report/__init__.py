"""How figures are put for people and for programs."""
