"""Small parts that the panels are made of."""
