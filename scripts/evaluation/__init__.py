"""How well our judge agrees with people: it rates a labelled set, and the numbers are compared."""
