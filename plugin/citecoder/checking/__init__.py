"""An article's claims about codes, held against the code set: which are contradicted, and what is left out."""
