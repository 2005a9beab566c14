"""The council hall (议事厅): proposals from a neighbour's idea to what is kept."""
